package io.waybill.route.step;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectReader;
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
import io.waybill.rows.RowBatch;
import io.waybill.rows.RowEncoder;
import io.waybill.rows.RowFormat;
import io.waybill.rows.RowHints;
import io.waybill.rows.Rows;
import io.waybill.run.Plan;
import io.waybill.run.Planner;
import io.waybill.run.TablesPlanner;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Producer;
import org.apache.camel.component.jdbc.JdbcConstants;

/**
 * The first rows of an export as they would leave: planned and read as those of a run, which nobody has begun. No run is recorded by it,
 * and no watermark moves.
 */
public final class Preview {

    /** So many rows, where nobody says how many. */
    public static final int USUAL_ROWS = 20;

    public static final int MOST_ROWS = 500;

    /** What the rows come to at most, about. */
    private static final int MOST_BYTES = 1 << 20;

    /** Every digit of a number is shown. */
    private static final ObjectReader EXACT =
            FactsJson.MAPPER.readerFor(JsonNode.class).with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

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
        Endpoint endpoint = context.getEndpoint("rows:" + plan.datasource() + options);
        try (Producer reader = endpoint.createProducer()) {
            Exchange exchange = endpoint.createExchange();
            exchange.getMessage().setBody(plan.query().sql());
            exchange.getMessage()
                    .setHeader(JdbcConstants.JDBC_PARAMETERS, plan.query().namedParameters());
            exchange.setProperty(RowHints.PROPERTY, plan.query().hints(plan.hidesValues()));
            reader.start();
            reader.process(exchange);
            if (exchange.getException() != null) {
                throw exchange.getException();
            }
            try (Rows rows = exchange.getMessage().getBody(Rows.class)) {
                reading.accept(rows);
                return first(rows);
            }
        }
    }

    private ObjectNode first(Rows rows) throws IOException {
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        RowEncoder values = treated(typed()).open(rows.schema(), lines);
        RowFormat shown = shown();
        Optional<Charset> charset = charset(shown);
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        RowEncoder text = charset.isEmpty() ? null : treated(shown).open(rows.schema(), file);
        RowBatch batch = new RowBatch(rows.schema());
        long taken = 0;
        long there = 0;
        while (there <= most && values.bytes() < MOST_BYTES && rows.read(batch)) {
            for (int row = 0; row < batch.rows(); row++) {
                there++;
                if (taken < most && values.bytes() < MOST_BYTES) {
                    values.write(batch, row, row + 1);
                    if (text != null) {
                        text.write(batch, row, row + 1);
                    }
                    taken++;
                }
            }
        }
        values.finish();
        if (text != null) {
            text.finish();
        }
        ObjectNode json = described();
        ArrayNode read = json.putArray("rows");
        try (MappingIterator<JsonNode> each = EXACT.readValues(lines.toByteArray())) {
            each.forEachRemaining(read::add);
        }
        return json.put(
                        "text",
                        charset.map(encoding -> withoutMark(file.toString(encoding)))
                                .orElse(null))
                .put("more", there > taken);
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
