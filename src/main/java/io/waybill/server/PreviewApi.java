package io.waybill.server;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.waybill.WaybillException;
import io.waybill.database.Source;
import io.waybill.database.SourceColumn;
import io.waybill.facts.FactsJson;
import io.waybill.flow.FileFormat;
import io.waybill.flow.Flow;
import io.waybill.format.JsonDataFormat;
import io.waybill.format.JsonFormat;
import io.waybill.route.step.Preview;
import io.waybill.rows.Column;
import io.waybill.rows.RowBatch;
import io.waybill.rows.RowEncoder;
import io.waybill.rows.RowHints;
import io.waybill.rows.Rows;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Producer;

/** The first rows of a data set, as a file of JSON would have them, or of an export, as they would leave; few, and soon. */
final class PreviewApi {

    static final int MOST_ROWS = Preview.MOST_ROWS;
    private static final int USUAL_ROWS = Preview.USUAL_ROWS;

    /** What the rows of an answer come to, about. */
    private static final int MOST_BYTES = 1 << 20;

    /** What is shown of a text, or of bytes as they are written in JSON. */
    static final int MOST_CHARACTERS = 1000;

    private static final int MOST_SECONDS = 10;

    /** Has the database end a query by itself that nobody waits for any more. */
    private static final String UNTIL = "?statement.queryTimeout=" + MOST_SECONDS;

    /** Who looks at rows has a connection of the database meanwhile. */
    private static final int MOST_AT_ONCE = 4;

    private static final JsonMapper EXACT = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private final Desk desk;
    private final DataSetsApi dataSets;
    private final FlowsApi flows;
    private final Semaphore atOnce = new Semaphore(MOST_AT_ONCE);

    PreviewApi(Desk desk, DataSetsApi dataSets, FlowsApi flows) {
        this.desk = desk;
        this.dataSets = dataSets;
        this.flows = flows;
    }

    List<Operation> operations() {
        String rows = "so many at most, " + USUAL_ROWS + " without it, up to " + MOST_ROWS;
        return List.of(
                Operation.of(
                                "previewDataSet",
                                "GET",
                                "/v2/datasets/{id}/preview",
                                Role.DOWNLOAD,
                                "The first rows of a data set, without the columns that are marked pii.",
                                this::preview)
                        .query("rows", rows),
                Operation.of(
                                "previewFlow",
                                "GET",
                                "/v2/flows/{id}/preview",
                                Role.DOWNLOAD,
                                "The first rows of an export, as they would leave.",
                                this::previewFlow)
                        .query("rows", rows)
                        .query("format", "whose text is wanted, csv for example; without it, the export's own"));
    }

    private Answer preview(Call call) {
        int rows = call.number("rows", 1, MOST_ROWS, USUAL_ROWS);
        DataSetsApi.Found found = dataSets.find(call);
        String id = found.source().id();
        boolean all = call.caller().mayPii(Role.DOWNLOAD, Target.ofDataSet(id));
        if (!call.caller().may(Role.DOWNLOAD, Target.ofDataSet(id))) {
            throw Refused.forbidden("data set \"" + id + "\": role download is needed for it itself, or everywhere");
        }
        Looked preview = new Looked(
                id,
                found.source().columns().stream()
                        .filter(column -> all || !column.pii())
                        .toList(),
                found.source().columns().stream()
                        .filter(column -> !all && column.pii())
                        .map(SourceColumn::name)
                        .toList(),
                rows);
        if (preview.columns().isEmpty()) {
            return Answer.json(200, preview.answer(List.of(), false));
        }
        return Answer.json(200, soon("data set \"" + id + "\"", call.caller(), under -> rows(found, preview, under)));
    }

    /** What somebody may fetch the files of who runs the flow, the first rows show; no more. */
    private Answer previewFlow(Call call) {
        int rows = call.number("rows", 1, MOST_ROWS, USUAL_ROWS);
        Flow flow = flows.flow(call, Role.DOWNLOAD);
        call.caller().requirePii(Role.DOWNLOAD, flow);
        if (!flow.notYet().isEmpty()) {
            throw Refused.wrong(flow.notYet().stream().map(Object::toString).toList());
        }
        FileFormat format = call.parameter("format").map(this::textFormat).orElse(null);
        ObjectNode read = soon("flow \"" + flow.id() + "\"", call.caller(), under -> {
            try {
                return Preview.plan(
                                desk.context(),
                                flow,
                                desk.files().dataSetOf(flow),
                                desk.clock().instant().atZone(flow.timezone()),
                                rows,
                                format)
                        .read(UNTIL, under::set);
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        return Answer.json(200, read);
    }

    private FileFormat textFormat(String name) {
        try {
            return Preview.textFormat(desk.context(), name);
        } catch (IllegalArgumentException e) {
            throw Refused.of(400, "format: " + e.getMessage());
        }
    }

    /**
     * What is to be seen.
     *
     * @param columns those that are shown
     * @param hidden the names of those that are not
     * @param most so many rows
     */
    private record Looked(String id, List<SourceColumn> columns, List<String> hidden, int most) {

        String sql(Source source) {
            String names = columns.stream()
                    .map(column -> source.database().quote(column.name()))
                    .collect(Collectors.joining(", "));
            return "SELECT " + source.database().limitBefore(most + 1) + names + " FROM " + source.relation()
                    + source.database().limitAfter(most + 1);
        }

        /** @param more whether there are more rows than these */
        ObjectNode answer(List<JsonNode> rows, boolean more) {
            ObjectNode json = FactsJson.MAPPER.createObjectNode().put("id", id);
            ArrayNode described = json.putArray("columns");
            columns.forEach(column -> described
                    .addObject()
                    .put("name", column.name())
                    .put("type", column.type().toString())
                    .put("pii", column.pii()));
            json.set("hidden", FactsJson.MAPPER.valueToTree(hidden));
            Set<String> cut = new TreeSet<>();
            rows.forEach(row -> cut.addAll(cut((ObjectNode) row)));
            json.putArray("rows").addAll(rows);
            json.set("cut", FactsJson.MAPPER.valueToTree(cut));
            return json.put("more", more);
        }
    }

    /** Cuts the long texts of a row; answers whose they are. */
    private static List<String> cut(ObjectNode row) {
        List<String> cut = new ArrayList<>();
        for (Map.Entry<String, JsonNode> value : row.properties()) {
            String text = value.getValue().isTextual() ? value.getValue().textValue() : "";
            if (text.length() > MOST_CHARACTERS) {
                int end = Character.isHighSurrogate(text.charAt(MOST_CHARACTERS - 1))
                        ? MOST_CHARACTERS - 1
                        : MOST_CHARACTERS;
                value.setValue(TextNode.valueOf(text.substring(0, end)));
                cut.add(value.getKey());
            }
        }
        return cut;
    }

    /**
     * Reads by another thread, which is not waited for longer than somebody would.
     *
     * @param what whose rows they are, for messages
     * @param read reads them, and says which rows it has begun to read
     */
    private ObjectNode soon(String what, Caller caller, Function<AtomicReference<Rows>, ObjectNode> read) {
        if (!atOnce.tryAcquire()) {
            throw Refused.of(503, MOST_AT_ONCE + " previews are read already").with("Retry-After", "2");
        }
        try {
            return awaited(what, caller, read);
        } finally {
            atOnce.release();
        }
    }

    private ObjectNode awaited(String what, Caller caller, Function<AtomicReference<Rows>, ObjectNode> read) {
        AtomicReference<Rows> under = new AtomicReference<>();
        CompletableFuture<ObjectNode> reading = CompletableFuture.supplyAsync(() -> read.apply(under), desk.runs());
        try {
            return reading.get(MOST_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            Optional.ofNullable(under.get()).ifPresent(Rows::cancel);
            throw late(what);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Refused.of(503, "the server stops");
        } catch (ExecutionException e) {
            if (WaybillException.causes(e).anyMatch(PreviewApi::isLate)) {
                throw late(what);
            }
            WaybillException known = WaybillException.causes(e)
                    .filter(WaybillException.class::isInstance)
                    .map(WaybillException.class::cast)
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("a preview has failed", e));
            throw Refused.of(known.retryable() ? 503 : 409, desk.told(known.getMessage(), caller));
        }
    }

    private static Refused late(String what) {
        return Refused.of(503, "the first rows of " + what + " have not come within " + MOST_SECONDS + " seconds")
                .with("Retry-After", "30");
    }

    /** Whether the database has ended the query: SQLState 57014, or as JDBC has it. */
    private static boolean isLate(Throwable cause) {
        return cause instanceof SQLTimeoutException
                || cause instanceof SQLException failure && "57014".equals(failure.getSQLState());
    }

    private ObjectNode rows(DataSetsApi.Found found, Looked preview, AtomicReference<Rows> under) {
        Endpoint endpoint = desk.context().getEndpoint("rows:" + found.datasource() + UNTIL);
        try (Producer reader = endpoint.createProducer()) {
            Exchange exchange = endpoint.createExchange();
            exchange.getMessage().setBody(preview.sql(found.source()));
            exchange.setProperty(RowHints.PROPERTY, hints(preview));
            reader.start();
            reader.process(exchange);
            if (exchange.getException() != null) {
                throw exchange.getException();
            }
            try (Rows rows = exchange.getMessage().getBody(Rows.class)) {
                under.set(rows);
                return first(rows, preview);
            }
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static RowHints hints(Looked preview) {
        Map<String, Column> columns = new LinkedHashMap<>();
        preview.columns()
                .forEach(column ->
                        columns.put(column.name(), new Column(column.name(), column.type(), true, column.pii())));
        return new RowHints(
                columns,
                !preview.hidden().isEmpty() || preview.columns().stream().anyMatch(SourceColumn::pii));
    }

    private static ObjectNode first(Rows rows, Looked preview) throws IOException {
        JsonDataFormat lines = new JsonDataFormat();
        lines.set(JsonFormat.JSONL, true);
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        RowEncoder encoder = lines.open(rows.schema(), text);
        RowBatch batch = new RowBatch(rows.schema());
        long taken = 0;
        long there = 0;
        while (there <= preview.most() && encoder.bytes() < MOST_BYTES && rows.read(batch)) {
            for (int row = 0; row < batch.rows(); row++) {
                there++;
                if (taken < preview.most() && encoder.bytes() < MOST_BYTES) {
                    encoder.write(batch, row, row + 1);
                    taken++;
                }
            }
        }
        encoder.finish();
        List<JsonNode> read = new ArrayList<>();
        try (MappingIterator<JsonNode> each = EXACT.readerFor(JsonNode.class).readValues(text.toByteArray())) {
            each.forEachRemaining(read::add);
        }
        return preview.answer(read, there > taken);
    }
}
