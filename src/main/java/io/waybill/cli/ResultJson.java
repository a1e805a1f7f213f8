package io.waybill.cli;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.facts.FactsJson;
import io.waybill.facts.FileFacts;
import io.waybill.ledger.RunResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** What programs read. */
final class ResultJson {

    static final ObjectMapper JSON = FactsJson.MAPPER;

    private static final ObjectMapper RESULT = JSON.copy().addMixIn(FileFacts.class, Published.class);

    /** In a result, a file goes by where it is. */
    @JsonIgnoreProperties("row_groups")
    private abstract static class Published {

        @JsonProperty("path")
        abstract String name();
    }

    private ResultJson() {}

    static ObjectNode of(RunResult result) {
        ObjectNode json = RESULT.valueToTree(result);
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
