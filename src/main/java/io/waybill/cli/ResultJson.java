package io.waybill.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.ledger.RunResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;

/** What programs read. */
final class ResultJson {

    static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private ResultJson() {}

    static ObjectNode of(RunResult result) {
        ObjectNode json = JSON.createObjectNode();
        json.put("run_id", result.runId())
                .put("flow", result.flow())
                .put("mode", result.mode())
                .put("status", result.status().name().toLowerCase(Locale.ROOT))
                .put("rows", result.rows());
        ArrayNode files = json.putArray("files");
        result.files()
                .forEach(file -> files.addObject()
                        .put("path", file.path())
                        .put("rows", file.rows())
                        .put("bytes", file.bytes())
                        .put("sha256", file.sha256()));
        ArrayNode deliveries = json.putArray("deliveries");
        result.deliveries()
                .forEach(delivery -> deliveries
                        .addObject()
                        .put("id", delivery.id())
                        .put("place", delivery.place())
                        .put("delivered", delivery.delivered())
                        .put("error", delivery.error()));
        json.putPOJO("batch_id", result.batchId());
        json.put("waybill", result.waybill())
                .put("started_at", result.startedAt().toString())
                .put("elapsed_ms", result.elapsedMs())
                .put("staged_ms", result.stagedMs());
        if (result.error() != null) {
            json.put("error", result.error());
            json.put("dead_letter", result.deadLetter());
        }
        return json;
    }

    static String print(ObjectNode json) {
        try {
            return JSON.writeValueAsString(json);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
    }
}
