package io.waybill.server;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.WaybillException;
import io.waybill.database.Source;
import io.waybill.facts.FactsJson;
import io.waybill.flow.DataSet;
import io.waybill.flow.DataSetKeys;
import io.waybill.flow.Form;
import io.waybill.query.Catalog;
import io.waybill.query.TableList;
import io.waybill.query.TableList.Listed;
import io.waybill.route.MarkedDataSets;
import io.waybill.rows.DataSources;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/** The tables and views of a database that somebody may make an export of, to be chosen from. */
final class TablesApi {

    static final int MOST_TABLES = 200;
    private static final int USUAL_TABLES = 50;

    /** Who looks for tables has a connection of the database meanwhile. */
    private static final int MOST_AT_ONCE = 4;

    private final Desk desk;
    private final SourceRights rights;
    private final Semaphore atOnce = new Semaphore(MOST_AT_ONCE);

    TablesApi(Desk desk) {
        this.desk = desk;
        this.rights = new SourceRights(desk);
    }

    List<Operation> operations() {
        return List.of(
                Operation.of(
                                "listTables",
                                "GET",
                                "/v2/tables",
                                Role.CREATE,
                                "The tables and views of a data source that the caller may export.",
                                this::list)
                        .query("datasource", "the data source; the default one without it")
                        .query("search", "a part of their names, in any case; all without it")
                        .query("limit", "so many at most, " + USUAL_TABLES + " without it, up to " + MOST_TABLES),
                Operation.of(
                                "getTable",
                                "GET",
                                "/v2/tables/{id}",
                                Role.CREATE,
                                "A table or view that the caller may export, by its name as flows write it, with its columns.",
                                this::get)
                        .query("datasource", "the data source; that of the data set, or the default one, without it"));
    }

    /** A table, by the data set that it is: a declared one, or its own name. */
    private record Offered(Listed table, String id, boolean isDeclared) {}

    private Answer list(Call call) {
        requireCreate(call.caller());
        int most = call.number("limit", 1, MOST_TABLES, USUAL_TABLES);
        String datasource = call.parameter("datasource")
                .map(name -> known(call.caller(), name))
                .orElseGet(this::usual);
        String search = call.parameter("search").orElse("").strip().toLowerCase(Locale.ROOT);
        List<Offered> offered = all(datasource).stream()
                .map(table -> offered(table, datasource))
                .filter(each -> contains(each, search) && may(call.caller(), each))
                .limit(most + 1L)
                .toList();
        ObjectNode json = FactsJson.MAPPER.createObjectNode().put("datasource", datasource);
        ArrayNode tables = json.putArray("tables");
        offered.stream()
                .limit(most)
                .forEach(each -> tables.addObject()
                        .put("id", each.id())
                        .put("schema", each.table().schema())
                        .put("name", each.table().name())
                        .put("kind", each.table().isView() ? "view" : "table")
                        .put("declared", each.isDeclared()));
        return Answer.json(200, json.put("more", offered.size() > most));
    }

    private static void requireCreate(Caller caller) {
        if (!caller.maySomewhere(Role.CREATE)) {
            throw Refused.forbidden("role create is needed to choose among tables");
        }
    }

    /** As a flow may name it that this caller writes. */
    private String known(Caller caller, String name) {
        if (!caller.mayEverywhere(Role.ADMIN)) {
            String usual = usual();
            if (!name.equals(usual)) {
                throw Refused.forbidden("datasource: \"" + name + "\" is not the default one (\"" + usual
                        + "\"); role admin@* is needed to choose among the tables of another");
            }
        } else if (!DataSources.names(desk.context()).contains(name)) {
            throw Refused.notFound("datasource: there is no data source \"" + name + "\"");
        }
        return name;
    }

    private String usual() {
        try {
            return DataSources.defaultName(desk.context());
        } catch (WaybillException e) {
            throw Refused.of(409, "datasource: " + e.getMessage());
        }
    }

    private List<Listed> all(String datasource) {
        return ask(datasource, catalog -> TableList.of(catalog).all());
    }

    /** Asks a database. */
    @FunctionalInterface
    private interface Question<T> {
        T ask(Catalog catalog) throws SQLException;
    }

    private <T> T ask(String datasource, Question<T> question) {
        if (!atOnce.tryAcquire()) {
            throw Refused.of(503, MOST_AT_ONCE + " look for tables already").with("Retry-After", "2");
        }
        try (Connection connection =
                DataSources.find(desk.context(), datasource).getConnection()) {
            return question.ask(new Catalog(connection, datasource));
        } catch (SQLException e) {
            throw Refused.of(503, "data source \"" + datasource + "\" cannot be asked now");
        } finally {
            atOnce.release();
        }
    }

    /** A table that is declared is exported by the data set that declares it, whose marks hold. */
    private Offered offered(Listed table, String datasource) {
        Optional<DataSet> declared = desk.files().all().dataSets().values().stream()
                .filter(dataSet -> dataSet.table() != null
                        && (dataSet.get(DataSetKeys.DATASOURCE) == null
                                || dataSet.get(DataSetKeys.DATASOURCE).equals(datasource))
                        && table.isCalled(dataSet.table()))
                .findFirst();
        if (declared.isPresent()) {
            return new Offered(table, declared.get().id(), true);
        }
        boolean isAnothersId = desk.files().all().dataSets().containsKey(table.written()) && table.schema() != null;
        return new Offered(table, isAnothersId ? table.schema() + "." + table.name() : table.written(), false);
    }

    private static boolean contains(Offered offered, String search) {
        Listed table = offered.table();
        return search.isEmpty()
                || offered.id().toLowerCase(Locale.ROOT).contains(search)
                || ((table.schema() == null ? "" : table.schema() + ".") + table.name())
                        .toLowerCase(Locale.ROOT)
                        .contains(search);
    }

    private static boolean may(Caller caller, Offered offered) {
        String schema = offered.table().schema();
        return SourceRights.ofItself(caller, offered.id(), false)
                || schema != null && SourceRights.ofSchema(caller, schema, false);
    }

    private Answer get(Call call) {
        requireCreate(call.caller());
        String id = call.variable("id");
        Optional<DataSet> declared =
                Optional.ofNullable(desk.files().all().dataSets().get(id));
        String own =
                declared.map(dataSet -> dataSet.get(DataSetKeys.DATASOURCE)).orElse(null);
        String datasource = call.parameter("datasource")
                .map(name -> name.equals(own) ? name : known(call.caller(), name))
                .orElseGet(() -> own == null ? usual() : own);
        DataSet dataSet = MarkedDataSets.of(desk.context())
                .beside(declared.orElseGet(() -> DataSet.undeclared(id, datasource)), datasource);
        if (!rights.covers(call.caller(), dataSet, datasource)) {
            throw none(id, datasource);
        }
        return Answer.json(200, described(call.caller(), dataSet, datasource));
    }

    private static Refused none(String id, String datasource) {
        return Refused.notFound("there is no table or view \"" + id + "\" of data source \"" + datasource
                + "\" that the caller may export");
    }

    private ObjectNode described(Caller caller, DataSet dataSet, String datasource) {
        Source source;
        try {
            source = ask(datasource, catalog -> catalog.find(dataSet, "public"));
        } catch (WaybillException e) {
            throw Refused.of(e.retryable() ? 503 : 409, desk.told(e.getMessage(), caller));
        }
        ObjectNode json = FactsJson.MAPPER
                .createObjectNode()
                .put("id", source.id())
                .put("datasource", datasource)
                .put("location", source.location())
                .put("kind", Form.lower(source.kind()))
                .put("declared", dataSet.place() != null);
        ArrayNode columns = json.putArray("columns");
        source.columns()
                .forEach(column -> columns.addObject()
                        .put("name", column.name())
                        .put("type", column.type().toString())
                        .put("pii", column.pii())
                        .put("key", column.key()));
        return json;
    }
}
