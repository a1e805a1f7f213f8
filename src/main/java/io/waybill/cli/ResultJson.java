package io.waybill.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.flow.FactsJson;
import io.waybill.ledger.RunResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** What programs read. */
final class ResultJson {

    static final ObjectMapper JSON = FactsJson.MAPPER;

    private ResultJson() {}

    static ObjectNode of(RunResult result) {
        ObjectNode json = JSON.valueToTree(result);
        return result.error() == null ? json.remove(List.of("error", "dead_letter")) : json;
    }

    static String print(ObjectNode json) {
        try {
            return JSON.writeValueAsString(json);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
    }
}
