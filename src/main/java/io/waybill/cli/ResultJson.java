package io.waybill.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.facts.FactsJson;
import io.waybill.ledger.RunResult;
import io.waybill.run.RunJson;
import java.io.IOException;
import java.io.UncheckedIOException;

/** What programs read. */
final class ResultJson {

    static final ObjectMapper JSON = FactsJson.MAPPER;

    private ResultJson() {}

    static ObjectNode of(RunResult result) {
        return RunJson.of(result);
    }

    static String print(ObjectNode json) {
        try {
            return JSON.writeValueAsString(json);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
    }
}
