package io.waybill.route.step;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectReader;
import io.waybill.facts.FactsJson;
import io.waybill.query.Query;
import io.waybill.rows.RowBatch;
import io.waybill.rows.RowEncoder;
import io.waybill.rows.RowFormat;
import io.waybill.rows.RowHints;
import io.waybill.rows.Rows;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Producer;
import org.apache.camel.component.jdbc.JdbcConstants;

/**
 * The first rows of a query, read as those of a run, which nobody has begun.
 *
 * @param datasource the name of the data source
 * @param hidesValues whether values stay out of messages
 * @param most so many rows
 */
public record FirstRowsReader(CamelContext context, String datasource, Query query, boolean hidesValues, int most) {

    /** What the rows come to at most, about. */
    private static final int MOST_BYTES = 1 << 20;

    /** Every digit of a number is shown. */
    private static final ObjectReader EXACT =
            FactsJson.MAPPER.readerFor(JsonNode.class).with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

    /**
     * What was read.
     *
     * @param rows each as an object
     * @param text what a file of them would hold; empty where nobody has asked for it
     * @param more whether there are more of them
     */
    public record Seen(List<JsonNode> rows, ByteArrayOutputStream text, boolean more) {

        public Seen {
            rows = List.copyOf(rows);
        }
    }

    /**
     * Reads them.
     *
     * @param options of the endpoint that reads; empty for none
     * @param reading is told of the rows before they are read, and may cancel them
     * @param lines writes the rows as lines of JSON
     * @param file writes the text of a file; null for none
     */
    public Seen read(String options, Consumer<Rows> reading, RowFormat lines, RowFormat file) throws Exception {
        Endpoint endpoint = context.getEndpoint("rows:" + datasource + options);
        try (Producer reader = endpoint.createProducer()) {
            Exchange exchange = endpoint.createExchange();
            exchange.getMessage().setBody(query.sql());
            exchange.getMessage().setHeader(JdbcConstants.JDBC_PARAMETERS, query.namedParameters());
            exchange.setProperty(RowHints.PROPERTY, query.hints(hidesValues));
            reader.start();
            reader.process(exchange);
            if (exchange.getException() != null) {
                throw exchange.getException();
            }
            try (Rows rows = exchange.getMessage().getBody(Rows.class)) {
                reading.accept(rows);
                return first(rows, lines, file);
            }
        }
    }

    private Seen first(Rows rows, RowFormat lines, RowFormat file) throws IOException {
        ByteArrayOutputStream objects = new ByteArrayOutputStream();
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        RowEncoder values = lines.open(rows.schema(), objects);
        RowEncoder asText = file == null ? null : file.open(rows.schema(), text);
        RowBatch batch = new RowBatch(rows.schema());
        long taken = 0;
        long there = 0;
        while (there <= most && values.bytes() < MOST_BYTES && rows.read(batch)) {
            for (int row = 0; row < batch.rows(); row++) {
                there++;
                if (taken < most && values.bytes() < MOST_BYTES) {
                    values.write(batch, row, row + 1);
                    if (asText != null) {
                        asText.write(batch, row, row + 1);
                    }
                    taken++;
                }
            }
        }
        values.finish();
        if (asText != null) {
            asText.finish();
        }
        List<JsonNode> read = new ArrayList<>();
        try (MappingIterator<JsonNode> each = EXACT.readValues(objects.toByteArray())) {
            each.forEachRemaining(read::add);
        }
        return new Seen(read, text, there > taken);
    }
}
