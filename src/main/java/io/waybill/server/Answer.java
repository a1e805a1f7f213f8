package io.waybill.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.waybill.facts.FactsJson;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a call is answered.
 *
 * @param status of HTTP
 * @param type the media type; null where there is no body
 * @param body null for none
 * @param headers beside those that all answers have
 */
public record Answer(int status, String type, byte[] body, Map<String, String> headers) {

    /** Of programs. */
    public static final String JSON = "application/json";

    static final String TOML = "application/toml; charset=utf-8";

    /** A tree of JSON. */
    public static Answer json(int status, JsonNode json) {
        try {
            return new Answer(status, JSON, FactsJson.MAPPER.writeValueAsBytes(json), Map.of());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of JSON can be written", e);
        }
    }

    /** A text in UTF-8. */
    public static Answer text(int status, String type, String text) {
        return new Answer(status, type, text.getBytes(StandardCharsets.UTF_8), Map.of());
    }

    /** Without a body. */
    public static Answer empty(int status) {
        return new Answer(status, null, null, Map.of());
    }

    /** Its body as text. */
    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    /** With one more header. */
    public Answer with(String header, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(header, value);
        return new Answer(status, type, body, more);
    }

    Answer ofType(String other) {
        return new Answer(status, other, body, headers);
    }
}
