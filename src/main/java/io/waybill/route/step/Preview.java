package io.waybill.route.step;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.WaybillException;
import io.waybill.facts.ColumnFacts;
import io.waybill.facts.FactsJson;
import io.waybill.flow.DataSet;
import io.waybill.flow.Export;
import io.waybill.flow.ExportKeys;
import io.waybill.flow.FileFormat;
import io.waybill.flow.Flow;
import io.waybill.format.JsonDataFormat;
import io.waybill.format.JsonFormat;
import io.waybill.format.RowDataFormat;
import io.waybill.privacy.PrivateFormat;
import io.waybill.rows.RowFormat;
import io.waybill.rows.Rows;
import io.waybill.run.Plan;
import io.waybill.run.Planner;
import io.waybill.run.TablesPlanner;
import java.nio.charset.Charset;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;

/**
 * The first rows of an export as they would leave: planned and read as those of a run, which nobody has begun. No run is recorded by it,
 * and no watermark moves.
 */
public final class Preview {

    /** So many rows, where nobody says how many. */
    public static final int USUAL_ROWS = 20;

    public static final int MOST_ROWS = 500;

    private final CamelContext context;
    private final Plan plan;
    private final int most;
    private final FileFormat shownAs;

    private Preview(CamelContext context, Plan plan, int most, FileFormat shownAs) {
        this.context = context;
        this.plan = plan;
        this.most = most;
        this.shownAs = shownAs;
    }

    /**
     * Plans the first rows of a flow.
     *
     * @param declared the declared data set; null for one that is found by its name
     * @param request when, within how many seconds, and rows of which days
     * @param most so many rows
     * @param textAs whose text is wanted beside the values; null for the export's own format
     * @param table of a flow of many tables, which; null for the only one
     * @throws WaybillException when it cannot run as it is, or its rows are found by a run alone
     */
    public static Preview plan(
            CamelContext context,
            Flow flow,
            DataSet declared,
            Planner.Request request,
            int most,
            FileFormat textAs,
            String table)
            throws Exception {
        if (flow.export() == null) {
            throw WaybillException.refusal("flow \"" + flow.id() + "\" is a feed, whose rows stay where they are;"
                    + " preview a flow that exports them");
        }
        if (flow.export().changes() != null) {
            throw WaybillException.refusal("flow \"" + flow.id()
                    + "\" exports what has changed since its last run, which only a run finds;"
                    + " waybill plan " + flow.id() + " shows its columns");
        }
        Planner all = planner(context, flow, declared, table);
        Planner.Subject of = all.subject();
        Planner first = new Planner(
                new Planner.Subject(
                        of.flow(), of.namespace(), limited(of.export(), most + 1L), of.dataSet(), of.datasource()),
                all.means());
        return new Preview(context, first.plan(request), most, textAs);
    }

    private static Planner planner(CamelContext context, Flow flow, DataSet declared, String table) throws Exception {
        if (flow.export().isOfManyTables()) {
            TablesPlanner tables = Planning.ofTables(context, flow);
            return tables.of(tables.find().one(table));
        }
        if (table != null) {
            throw WaybillException.refusal(
                    "table: is for a flow of many tables, and flow \"" + flow.id() + "\" is of one");
        }
        return Planning.of(context, flow, declared);
    }

    /** Nothing that has to hold of all rows is asked of the first ones. */
    private static Export limited(Export export, long rows) {
        long own = export.get(ExportKeys.LIMIT);
        return new Export(
                export.values().with(ExportKeys.LIMIT, own == 0 ? rows : Math.min(own, rows)),
                export.deliveries(),
                export.formatOptions(),
                export.filters(),
                export.transforms(),
                export.report(),
                List.of(),
                export.notifications());
    }

    /**
     * Reads them.
     *
     * @param options of the endpoint that reads; empty for none
     * @param reading is told of the rows before they are read, and may cancel them
     * @return the same for commands and for callers of a server
     */
    public ObjectNode read(String options, Consumer<Rows> reading) throws Exception {
        RowFormat shown = shown();
        Optional<Charset> charset = charset(shown);
        FirstRowsReader.Seen seen = new FirstRowsReader(
                        context, plan.datasource(), plan.query(), plan.hidesValues(), most)
                .read(options, reading, treated(typed()), charset.isEmpty() ? null : treated(shown));
        ObjectNode json = described();
        json.putArray("rows").addAll(seen.rows());
        return json.put(
                        "text",
                        charset.map(encoding -> withoutMark(seen.text().toString(encoding)))
                                .orElse(null))
                .put("more", seen.more());
    }

    private ObjectNode described() {
        ObjectNode json = FactsJson.MAPPER
                .createObjectNode()
                .put("flow", plan.flow())
                .put("dataset", plan.source().id())
                .put("mode", plan.mode().label())
                .put("format", shownAs == null ? plan.export().format().extension() : shownAs.extension());
        ArrayNode columns = json.putArray("columns");
        for (ColumnFacts column : plan.columns()) {
            ObjectNode facts = FactsJson.MAPPER.valueToTree(column);
            String leaves = plan.leaves(column.name());
            columns.add(leaves.isEmpty() ? facts : facts.put("leaves", leaves));
        }
        json.set("excluded", FactsJson.MAPPER.valueToTree(plan.excluded()));
        return json.put("left_out", plan.leftOut().orElse(null))
                .put("marks_not_followed", plan.unfollowed().orElse(null));
    }

    /** The flow's own format where nobody wants another: with its options. */
    private RowFormat shown() {
        RowFormat own = own();
        if (shownAs == null || shownAs.equals(plan.export().format())) {
            return own;
        }
        RowDataFormat other = (RowDataFormat) RowDataFormat.usual(context, shownAs);
        if (own instanceof RowDataFormat format) {
            other.setColumns(format.getColumns());
        }
        return other;
    }

    /** How values are shown whatever the files are: typed, as JSON has them. */
    private RowFormat typed() {
        JsonDataFormat typed = new JsonDataFormat();
        typed.set(JsonFormat.JSONL, true);
        if (own() instanceof RowDataFormat format) {
            typed.setColumns(format.getColumns());
        }
        return typed;
    }

    private RowFormat own() {
        return plan.format() instanceof PrivateFormat hiding ? hiding.format() : plan.format();
    }

    /** With what becomes of the values before they leave. */
    private RowFormat treated(RowFormat format) {
        return plan.format() instanceof PrivateFormat hiding
                ? PrivateFormat.of(format, hiding.treated(), hiding.zone())
                : format;
    }

    private static Optional<Charset> charset(RowFormat format) {
        return format instanceof RowDataFormat known ? known.charset() : Optional.empty();
    }

    private static String withoutMark(String text) {
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }

    /**
     * A format whose text is wanted.
     *
     * @throws IllegalArgumentException when there is none of that name, or its files are no text; the message says what is allowed
     */
    public static FileFormat textFormat(CamelContext context, String name) {
        List<FileFormat> texts = FileFormat.all().stream()
                .filter(format -> charset((RowFormat) RowDataFormat.usual(context, format))
                        .isPresent())
                .toList();
        return texts.stream()
                .filter(format -> format.extension().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("\"" + name + "\" is no format of text; allowed: "
                        + texts.stream().map(FileFormat::extension).collect(Collectors.joining(", "))));
    }
}
