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
import io.waybill.format.JsonDataFormat;
import io.waybill.format.JsonFormat;
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
import java.util.stream.Collectors;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Producer;
import org.apache.camel.component.jdbc.JdbcConstants;

/** The first rows of a data set, as a file of JSON would have them; few, and soon. */
final class PreviewApi {

    static final int MOST_ROWS = 500;
    private static final int USUAL_ROWS = 20;

    /** What the rows of an answer come to, about. */
    private static final int MOST_BYTES = 1 << 20;

    /** What is shown of a text, or of bytes as they are written in JSON. */
    static final int MOST_CHARACTERS = 1000;

    private static final int MOST_SECONDS = 10;

    /** Who looks at rows has a connection of the database meanwhile. */
    private static final int MOST_AT_ONCE = 4;

    private static final JsonMapper EXACT = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private final Desk desk;
    private final DataSetsApi dataSets;
    private final Semaphore atOnce = new Semaphore(MOST_AT_ONCE);

    PreviewApi(Desk desk, DataSetsApi dataSets) {
        this.desk = desk;
        this.dataSets = dataSets;
    }

    List<Operation> operations() {
        return List.of(Operation.of(
                        "previewDataSet",
                        "GET",
                        "/v2/datasets/{id}/preview",
                        Role.DOWNLOAD,
                        "The first rows of a data set, without the columns that are marked pii.",
                        this::preview)
                .query("rows", "so many at most, " + USUAL_ROWS + " without it, up to " + MOST_ROWS));
    }

    private Answer preview(Call call) {
        int rows = call.number("rows", 1, MOST_ROWS, USUAL_ROWS);
        DataSetsApi.Found found = dataSets.find(call);
        String id = found.source().id();
        boolean all = call.caller().mayPii(Role.DOWNLOAD, Target.ofDataSet(id));
        if (!call.caller().may(Role.DOWNLOAD, Target.ofDataSet(id))) {
            throw Refused.forbidden("data set \"" + id + "\": role download is needed for it itself, or everywhere");
        }
        Preview preview = new Preview(
                id,
                found.source().columns().stream()
                        .filter(column -> all || !column.pii())
                        .toList(),
                found.source().columns().stream()
                        .filter(column -> !all && column.pii())
                        .map(SourceColumn::name)
                        .toList(),
                rows,
                found.from(call.caller()
                        .firstDay(
                                Role.DOWNLOAD,
                                Target.ofDataSet(id),
                                all,
                                desk.clock().instant())));
        if (preview.columns().isEmpty()) {
            return Answer.json(200, preview.answer(List.of(), false));
        }
        if (!atOnce.tryAcquire()) {
            throw Refused.of(503, MOST_AT_ONCE + " previews are read already").with("Retry-After", "2");
        }
        try {
            return Answer.json(200, read(found, preview, call.caller()));
        } finally {
            atOnce.release();
        }
    }

    /**
     * What is to be seen.
     *
     * @param columns those that are shown
     * @param hidden the names of those that are not
     * @param most so many rows
     * @param condition what they meet
     */
    private record Preview(
            String id, List<SourceColumn> columns, List<String> hidden, int most, DataSetsApi.Condition condition) {

        String sql(Source source) {
            String names = columns.stream()
                    .map(column -> source.database().quote(column.name()))
                    .collect(Collectors.joining(", "));
            return "SELECT " + source.database().limitBefore(most + 1) + names + " FROM " + source.relation()
                    + condition.where()
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

    private ObjectNode read(DataSetsApi.Found found, Preview preview, Caller caller) {
        AtomicReference<Rows> under = new AtomicReference<>();
        CompletableFuture<ObjectNode> reading =
                CompletableFuture.supplyAsync(() -> rows(found, preview, under), desk.runs());
        try {
            return reading.get(MOST_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            Optional.ofNullable(under.get()).ifPresent(Rows::cancel);
            throw late(preview);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Refused.of(503, "the server stops");
        } catch (ExecutionException e) {
            if (WaybillException.causes(e).anyMatch(PreviewApi::isLate)) {
                throw late(preview);
            }
            WaybillException known = WaybillException.causes(e)
                    .filter(WaybillException.class::isInstance)
                    .map(WaybillException.class::cast)
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("a preview has failed", e));
            throw Refused.of(known.retryable() ? 503 : 409, desk.told(known.getMessage(), caller));
        }
    }

    private static Refused late(Preview preview) {
        return Refused.of(
                        503,
                        "the first rows of data set \"" + preview.id() + "\" have not come within " + MOST_SECONDS
                                + " seconds")
                .with("Retry-After", "30");
    }

    /** Whether the database has ended the query: SQLState 57014, or as JDBC has it. */
    private static boolean isLate(Throwable cause) {
        return cause instanceof SQLTimeoutException
                || cause instanceof SQLException failure && "57014".equals(failure.getSQLState());
    }

    private ObjectNode rows(DataSetsApi.Found found, Preview preview, AtomicReference<Rows> under) {
        Endpoint endpoint =
                desk.context().getEndpoint("rows:" + found.datasource() + "?statement.queryTimeout=" + MOST_SECONDS);
        try (Producer reader = endpoint.createProducer()) {
            Exchange exchange = endpoint.createExchange();
            exchange.getMessage().setBody(preview.sql(found.source()));
            exchange.getMessage()
                    .setHeader(
                            JdbcConstants.JDBC_PARAMETERS, preview.condition().parameters());
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

    private static RowHints hints(Preview preview) {
        Map<String, Column> columns = new LinkedHashMap<>();
        preview.columns()
                .forEach(column ->
                        columns.put(column.name(), new Column(column.name(), column.type(), true, column.pii())));
        return new RowHints(
                columns,
                !preview.hidden().isEmpty() || preview.columns().stream().anyMatch(SourceColumn::pii));
    }

    private static ObjectNode first(Rows rows, Preview preview) throws IOException {
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
