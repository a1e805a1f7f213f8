package io.waybill.server;

import io.waybill.WaybillException;
import io.waybill.flow.DataSet;
import io.waybill.flow.ExportKeys;
import io.waybill.flow.FeedKeys;
import io.waybill.flow.Flow;
import io.waybill.query.Catalog;
import io.waybill.route.FlowRoutesLoader;
import io.waybill.rows.DataSources;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Whose data a flow reads. The namespace that it says is its writer's choice: what counts is a grant for the data set itself, or for the
 * namespace that is named as the schema that its table lies in.
 */
record SourceRights(Desk desk) {

    /** @throws Refused where a caller's grants do not cover the data set of a flow that they have written, or not all of its rows */
    void require(Caller caller, Flow flow) {
        DataSet declared = desk.files().dataSetOf(flow);
        DataSet dataSet = declared == null ? DataSet.undeclared(flow.sourceDataset(), null) : declared;
        String datasource = datasource(flow, dataSet);
        Target itself = Target.ofDataSet(flow.sourceDataset());
        DateRights dates = new DateRights(desk);
        if (covers(caller, flow, itself) && dates.allow(caller, flow, List.of(itself))) {
            return;
        }
        List<Target> covering = Stream.concat(
                        Stream.of(itself),
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

    /** Whether a caller may have a flow read that data set, or the table of that name which nobody has declared. */
    boolean covers(Caller caller, DataSet dataSet, String datasource) {
        return ofItself(caller, dataSet.id(), false)
                || schema(dataSet, "public", datasource)
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

    /** What grants for a schema are for: its name, also in small letters where it has none. */
    private static Stream<Target> targets(String schema) {
        Stream<String> names = schema.equals(schema.toUpperCase(Locale.ROOT))
                ? Stream.of(schema, schema.toLowerCase(Locale.ROOT)).distinct()
                : Stream.of(schema);
        return names.map(name -> new Target(name, null, null));
    }

    private static boolean covers(Caller caller, Flow flow, Target target) {
        return covers(caller, target, flow.letsPersonalDataLeave());
    }

    private static boolean covers(Caller caller, Target target, boolean pii) {
        return pii ? caller.mayPii(Role.CREATE, target) : caller.may(Role.CREATE, target);
    }

    /** The one that it reads: a name means another table in another one. */
    private String datasource(Flow flow, DataSet dataSet) {
        String own = flow.exported()
                .map(export -> export.get(ExportKeys.DATASOURCE))
                .orElseGet(() -> flow.feed() == null ? null : flow.feed().get(FeedKeys.DATASOURCE));
        if (own != null && !own.equals(usual(dataSet))) {
            throw Refused.forbidden(
                    "datasource: \"" + own
                            + "\" is neither that of the data set nor the default one; role admin@* is needed to write another");
        }
        return FlowRoutesLoader.datasource(desk.context(), own, dataSet);
    }

    private String usual(DataSet dataSet) {
        try {
            return FlowRoutesLoader.datasource(desk.context(), null, dataSet);
        } catch (WaybillException e) {
            return null; // there are several, and none is the default
        }
    }

    private Optional<String> schema(DataSet dataSet, String namespace, String datasource) {
        try (Connection connection =
                DataSources.find(desk.context(), datasource).getConnection()) {
            return new Catalog(connection, datasource).schemaOf(dataSet, namespace);
        } catch (SQLException e) {
            throw Refused.of(503, "data source \"" + datasource + "\" cannot be asked now");
        } catch (WaybillException e) {
            if (e.retryable()) {
                throw Refused.of(503, "data source \"" + datasource + "\" cannot be asked now");
            }
            return Optional.empty(); // there is none: who may not see it is told no more of one that is there
        }
    }
}
