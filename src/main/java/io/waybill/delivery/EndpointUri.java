package io.waybill.delivery;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;

/** Writes the URIs of Camel endpoints. */
public final class EndpointUri {

    private EndpointUri() {}

    /**
     * A URI with its options encoded. What Camel would decode twice stays raw, and so does a value with property
     * placeholders, for Camel to resolve them.
     *
     * @param options by name; those that are null are left out
     */
    public static String of(String path, Map<String, ?> options) {
        String query = options.entrySet().stream()
                .filter(option -> option.getValue() != null)
                .map(option -> option.getKey() + "=" + value(option.getValue().toString()))
                .collect(Collectors.joining("&"));
        return query.isEmpty() ? path : path + (path.indexOf('?') < 0 ? "?" : "&") + query;
    }

    private static String value(String text) {
        if (text.startsWith("RAW(") || text.startsWith("RAW{") || text.startsWith("#class:")) {
            return text;
        }
        if (text.contains("{{") || text.indexOf('+') >= 0 || text.indexOf('%') >= 0 || text.indexOf('&') >= 0) {
            return text.contains(")&") ? "RAW{" + text + "}" : "RAW(" + text + ")";
        }
        return URLEncoder.encode(text, StandardCharsets.UTF_8)
                .replace("%2F", "/")
                .replace("%2C", ",");
    }
}
