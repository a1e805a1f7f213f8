package io.waybill.run;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import io.waybill.flow.DataSet;
import io.waybill.flow.DataSetKeys;
import io.waybill.flow.Delivery;
import io.waybill.flow.Export;
import io.waybill.flow.ExportKeys;
import io.waybill.flow.ExportedTable;
import io.waybill.flow.TablePattern;
import io.waybill.ledger.TableRuns;
import io.waybill.query.Catalog;
import io.waybill.query.ManyTables;
import java.sql.SQLException;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Finds the tables of an export of many, and plans each.
 *
 * @param planner of the export
 * @param declared the data sets that somebody has declared: a table of one is exported as that, with its marks
 * @param completed puts beside a data set what else is known of its table
 */
public record TablesPlanner(Planner planner, List<DataSet> declared, UnaryOperator<DataSet> completed) {

    /**
     * One of the tables.
     *
     * @param dataSet as it is exported
     * @param problem why it is not; null where it is
     */
    public record One(DataSet dataSet, String problem) {

        public ExportedTable table() {
            return dataSet.found();
        }

        /** For whoever looks at a route's messages. */
        @Override
        public String toString() {
            return table().words();
        }
    }

    /**
     * What there is now.
     *
     * @param tables by their schemas and names; at least one
     * @param notes what somebody should know who reads a plan
     */
    public record Found(List<One> tables, List<String> notes) {

        /**
         * The table of a name.
         *
         * @throws WaybillException when there is none, or none is named and there are several
         */
        public One one(String name) {
            List<One> like = name == null
                    ? tables
                    : tables.stream()
                            .filter(one -> one.table().words().equals(name)
                                    || one.table().name().equals(name))
                            .toList();
            if (like.size() == 1) {
                return like.get(0);
            }
            String names = String.join(
                    ", ",
                    (like.isEmpty() ? tables : like)
                            .stream().limit(MOST_NAMED).map(One::toString).toList());
            throw WaybillException.refusal(
                    name == null
                            ? "the flow exports " + tables.size() + " tables, and one is to be named: " + names
                                    + (tables.size() > MOST_NAMED ? ", …" : "")
                            : like.isEmpty()
                                    ? "\"" + name + "\" is none of its tables: " + names
                                            + (tables.size() > MOST_NAMED ? ", …" : "")
                                    : "\"" + name + "\" is several of its tables: " + names);
        }
    }

    private static final int MOST_NAMED = 10;

    /**
     * Asks the database which tables there are.
     *
     * @throws WaybillException when there is none
     */
    public Found find() {
        return planner.ask(Stage.PLAN, (connection, catalog) -> {
            TablePattern pattern = TablePattern.parse(planner.subject().export().sourceDataset());
            List<TablePattern> exclude = planner.subject().export().get(ExportKeys.EXCLUDE).stream()
                    .map(TablePattern::parse)
                    .toList();
            ManyTables.Found found = new ManyTables(pattern, exclude, TableRuns.OWN_TABLES)
                    .in(catalog, planner.subject().namespace());
            if (found.tables().isEmpty()) {
                throw WaybillException.refusal("source_dataset_id: no table or view of data source "
                        + planner.subject().datasource() + " is like \"" + pattern + "\""
                        + (found.excluded() == 0 ? "" : ", but for " + found.excluded() + " that exclude leaves out"));
            }
            List<One> tables = new ArrayList<>();
            for (ExportedTable table : found.tables()) {
                tables.add(dataSet(catalog, table));
            }
            return new Found(apart(tables), found.notes());
        });
    }

    private One dataSet(Catalog catalog, ExportedTable table) throws SQLException {
        List<DataSet> declaring = new ArrayList<>();
        for (DataSet each : declared) {
            String name = each.table();
            if (name != null
                    && name.toLowerCase(Locale.ROOT).endsWith(table.name().toLowerCase(Locale.ROOT))
                    && catalog.tableOf(name, planner.subject().namespace())
                            .filter(table::equals)
                            .isPresent()) {
                declaring.add(each);
            }
        }
        DataSet dataSet = declaring.isEmpty()
                ? DataSet.undeclared(table.words(), planner.subject().datasource())
                : declaring.get(0);
        String watermark = planner.subject().export().get(ExportKeys.WATERMARK);
        if (watermark != null && dataSet.get(DataSetKeys.WATERMARK) == null) {
            dataSet = dataSet.with(DataSetKeys.WATERMARK, watermark);
        }
        return new One(
                completed.apply(dataSet.of(table)),
                declaring.size() < 2
                        ? null
                        : "data sets \"" + declaring.get(0).id() + "\" and \""
                                + declaring.get(1).id()
                                + "\" both declare it; exclude it, and export one of them by a flow of its own");
    }

    /** Files of two tables have no names that some place takes for one. */
    private List<One> apart(List<One> tables) {
        Map<String, List<One>> byPath = new HashMap<>();
        for (One one : tables) {
            for (Delivery delivery : planner.subject().export().deliveries()) {
                if (delivery.kind().keepsFiles()) {
                    byPath.computeIfAbsent(delivery.id() + " " + folded(delivery, one), each -> new ArrayList<>())
                            .add(one);
                }
            }
        }
        Map<One, String> problems = new HashMap<>();
        byPath.values().stream()
                .filter(same -> same.size() > 1)
                .forEach(same -> same.forEach(one -> problems.putIfAbsent(
                        one,
                        "its files would have the names of those of "
                                + same.stream()
                                        .filter(other -> !other.equals(one))
                                        .map(One::toString)
                                        .findFirst()
                                        .orElseThrow()
                                + ", letters of another case being the same at many places; exclude one of them")));
        return tables.stream()
                .map(one -> one.problem() == null && problems.containsKey(one)
                        ? new One(one.dataSet(), problems.get(one))
                        : one)
                .toList();
    }

    private static String folded(Delivery delivery, One one) {
        String path = delivery.uri().resolve(variable -> switch (variable) {
            case "table" -> one.table().name();
            case "schema" -> String.valueOf(one.table().schema());
            case "dataset" -> one.dataSet().id();
            default -> "{" + variable + "}";
        });
        return Normalizer.normalize(path, Normalizer.Form.NFC).toLowerCase(Locale.ROOT);
    }

    /**
     * The planner of one table.
     *
     * @throws WaybillException when it cannot be exported as things are
     */
    public Planner of(One one) {
        if (one.problem() != null) {
            throw WaybillException.refusal(one.problem());
        }
        Planner.Subject subject = planner.subject();
        return new Planner(
                new Planner.Subject(
                        one.table().flowOf(subject.flow()),
                        subject.namespace(),
                        subject.export().of(one.dataSet()),
                        one.dataSet(),
                        subject.datasource()),
                planner.means(),
                planner.answers());
    }

    /** @throws WaybillException where an export is of many tables, of which each is planned by itself */
    static void refuseMany(Export export) {
        if (export.isOfManyTables()) {
            throw WaybillException.refusal("source_dataset_id: \"" + export.sourceDataset()
                    + "\" stands for many tables, and each is planned by itself");
        }
    }
}
