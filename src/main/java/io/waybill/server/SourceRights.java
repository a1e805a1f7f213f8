package io.waybill.server;

import io.waybill.WaybillException;
import io.waybill.flow.DataSet;
import io.waybill.flow.ExportKeys;
import io.waybill.flow.FeedKeys;
import io.waybill.flow.Flow;
import io.waybill.flow.TablePattern;
import io.waybill.query.Catalog;
import io.waybill.route.FlowRoutesLoader;
import io.waybill.rows.DataSources;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Whose data a flow reads. The namespace that it says is its writer's choice: what counts is a grant for the data set itself, or for the
 * namespace that is named as the schema that its table lies in.
 */
record SourceRights(Desk desk) {

    /** The namespace of who says none: by it, the name of a data set means what its grants are for. */
    private static final String USUAL = "public";

    /** @throws Refused where a caller's grants do not cover the data set of a flow that they have written, or not all of its rows */
    void require(Caller caller, Flow flow) {
        DataSet dataSet = dataSet(flow);
        if (isElsewhere(flow, dataSet)) {
            throw Refused.forbidden(
                    "datasource: \"" + own(flow)
                            + "\" is neither that of the data set nor the default one; role admin@* is needed to write another");
        }
        if (isOfMany(flow)) {
            requireMany(caller, flow);
            return;
        }
        String datasource = FlowRoutesLoader.datasource(desk.context(), own(flow), dataSet);
        List<Target> itself = itself(flow, dataSet, datasource);
        DateRights dates = new DateRights(desk);
        if (itself.stream()
                .anyMatch(target -> covers(caller, flow, target) && dates.allow(caller, flow, List.of(target)))) {
            return;
        }
        List<Target> covering = Stream.concat(
                        itself.stream(),
                        schema(dataSet, flow.namespace(), datasource).stream().flatMap(SourceRights::targets))
                .filter(target -> covers(caller, flow, target))
                .toList();
        if (!covering.isEmpty()) {
            dates.requireWritten(caller, flow, covering, "data set \"" + flow.sourceDataset() + "\"");
        } else {
            throw Refused.forbidden("source_dataset_id: there is no data set \"" + flow.sourceDataset()
                    + "\" that the caller may export: role create" + (flow.letsPersonalDataLeave() ? " with pii" : "")
                    + " is needed for it itself, or for the namespace of its schema");
        }
    }

    private static boolean isOfMany(Flow flow) {
        return flow.isOfManyTables();
    }

    /** Tables that are not there yet are meant, too: who may not have all of a schema may write no pattern. */
    private void requireMany(Caller caller, Flow flow) {
        String schema = TablePattern.parse(flow.sourceDataset()).fixedSchema();
        if (schema == null) {
            throw Refused.forbidden("source_dataset_id: \"" + flow.sourceDataset()
                    + "\" is of no one schema; role admin@* is needed to write it");
        }
        List<Target> covering = new ArrayList<>();
        // a pattern finds schemas as it is written, in capitals, and in small letters
        for (String name :
                new TreeSet<>(List.of(schema, schema.toUpperCase(Locale.ROOT), schema.toLowerCase(Locale.ROOT)))) {
            List<Target> targets =
                    targets(name).filter(target -> covers(caller, flow, target)).toList();
            if (targets.isEmpty()) {
                throw Refused.forbidden("source_dataset_id: \"" + flow.sourceDataset()
                        + "\" may be any tables of schema " + schema + ": role create"
                        + (flow.letsPersonalDataLeave() ? " with pii" : "")
                        + " is needed for the namespace of that name");
            }
            covering.addAll(targets);
        }
        new DateRights(desk).requireWritten(caller, flow, covering, "schema \"" + schema + "\"");
    }

    /**
     * What grants for the data set that a flow reads are for: its name; or, where the flow's namespace has that name mean another table
     * than it does without, that table by its schema. None where it is one of another data source.
     */
    List<Target> itself(Flow flow) {
        DataSet dataSet = dataSet(flow);
        return isOfMany(flow) || isElsewhere(flow, dataSet)
                ? List.of()
                : itself(flow, dataSet, FlowRoutesLoader.datasource(desk.context(), own(flow), dataSet));
    }

    private List<Target> itself(Flow flow, DataSet dataSet, String datasource) {
        String namespace = flow.namespace();
        boolean isMeant = namespace.equals(USUAL)
                || asked(datasource, catalog -> catalog.isSame(dataSet, namespace, USUAL))
                        .orElse(false);
        if (isMeant) {
            return List.of(Target.ofDataSet(flow.sourceDataset()));
        }
        return names(schema(dataSet, namespace, datasource).orElse(namespace))
                .map(schema -> Target.ofDataSet(schema + "." + dataSet.table()))
                .toList();
    }

    private DataSet dataSet(Flow flow) {
        DataSet declared = desk.files().dataSetOf(flow);
        return declared == null ? DataSet.undeclared(flow.sourceDataset(), null) : declared;
    }

    /** Whether a caller may have a flow read that data set, or the table of that name which nobody has declared. */
    boolean covers(Caller caller, DataSet dataSet, String datasource) {
        return ofItself(caller, dataSet.id(), false)
                || schema(dataSet, USUAL, datasource)
                        .filter(schema -> ofSchema(caller, schema, false))
                        .isPresent();
    }

    /** @param pii whether columns marked {@code pii} are to leave as they are */
    static boolean ofItself(Caller caller, String dataSet, boolean pii) {
        return covers(caller, Target.ofDataSet(dataSet), pii);
    }

    /** Likewise of all tables of a schema. */
    static boolean ofSchema(Caller caller, String schema, boolean pii) {
        return targets(schema).anyMatch(target -> covers(caller, target, pii));
    }

    /** What grants for a schema are for. */
    private static Stream<Target> targets(String schema) {
        return names(schema).map(name -> new Target(name, null, null));
    }

    /** The name of a schema, also in small letters where it has none. */
    private static Stream<String> names(String schema) {
        return schema.equals(schema.toUpperCase(Locale.ROOT))
                ? Stream.of(schema, schema.toLowerCase(Locale.ROOT)).distinct()
                : Stream.of(schema);
    }

    private static boolean covers(Caller caller, Flow flow, Target target) {
        return covers(caller, target, flow.letsPersonalDataLeave());
    }

    private static boolean covers(Caller caller, Target target, boolean pii) {
        return pii ? caller.mayPii(Role.CREATE, target) : caller.may(Role.CREATE, target);
    }

    /** Whether a flow reads another data source than that of the data set: a name means another table in another one. */
    private boolean isElsewhere(Flow flow, DataSet dataSet) {
        return own(flow) != null && !own(flow).equals(usual(dataSet));
    }

    private static String own(Flow flow) {
        return flow.exported()
                .map(export -> export.get(ExportKeys.DATASOURCE))
                .orElseGet(() -> flow.feed() == null ? null : flow.feed().get(FeedKeys.DATASOURCE));
    }

    private String usual(DataSet dataSet) {
        try {
            return FlowRoutesLoader.datasource(desk.context(), null, dataSet);
        } catch (WaybillException e) {
            return null; // there are several, and none is the default
        }
    }

    private Optional<String> schema(DataSet dataSet, String namespace, String datasource) {
        return asked(datasource, catalog -> catalog.schemaOf(dataSet, namespace))
                .flatMap(found -> found);
    }

    /** Something that the database is asked for. */
    private interface Asked<T> {
        T of(Catalog catalog) throws SQLException;
    }

    /** What the database says; empty where there is no such table: who may not see it is told no more of one that is there. */
    private <T> Optional<T> asked(String datasource, Asked<T> asked) {
        try (Connection connection =
                DataSources.find(desk.context(), datasource).getConnection()) {
            return Optional.of(asked.of(new Catalog(connection, datasource)));
        } catch (SQLException e) {
            throw Refused.of(503, "data source \"" + datasource + "\" cannot be asked now");
        } catch (WaybillException e) {
            if (e.retryable()) {
                throw Refused.of(503, "data source \"" + datasource + "\" cannot be asked now");
            }
            return Optional.empty();
        }
    }
}
