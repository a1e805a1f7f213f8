package io.waybill.delivery;

import io.waybill.WaybillException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Writes the URIs of Camel endpoints. */
public final class EndpointUri {

    private EndpointUri() {}

    /** What ends a name in a URI. */
    private static final Pattern NO_NAME = Pattern.compile("[&=?#\\s]");

    /** What Camel takes for a bean to make or to look up. */
    private static final Pattern BEAN =
            Pattern.compile("#(?:class|type|bean|property|autowired|valueAs)\\b.*", Pattern.DOTALL);

    /**
     * A URI with its options encoded, each as the text that it is, whatever is written in it. What Camel would decode twice stays raw, and
     * so does a value with property placeholders, for Camel to resolve them.
     *
     * @param options by name; those that are null are left out
     * @throws WaybillException where Camel would take one for more than a text, however it is encoded
     */
    public static String of(String path, Map<String, ?> options) {
        Map<String, String> encoded = new LinkedHashMap<>();
        options.forEach((name, value) -> {
            if (value != null) {
                if (BEAN.matcher(value.toString()).matches()) {
                    throw refused(name, value.toString(), "begins as a bean of Camel's does");
                }
                encoded.put(name, encoded(name, value.toString()));
            }
        });
        return joined(path, encoded);
    }

    /**
     * A URI with the options that a place has by itself, of which a part may be whose flow it is, and with those that are written for
     * Camel.
     *
     * @param texts by name; those that are null are left out
     * @param given by name, by whoever may write them: raw ones and beans stay as they are. They take the place of texts
     * @throws WaybillException where Camel would take a text for more than that, however it is encoded
     */
    static String of(String path, Map<String, String> texts, Map<String, String> given) {
        Map<String, String> encoded = new LinkedHashMap<>();
        texts.forEach((name, text) -> {
            if (given.containsKey(name)) {
                encoded.put(name, ""); // its place among the others
            } else if (text != null) {
                if (text.startsWith("#")) {
                    throw refused(name, text, "begins as a bean of Camel's does");
                }
                encoded.put(name, encoded(name, text));
            }
        });
        given.forEach((name, value) -> encoded.put(name, isForCamel(value) ? value : encoded(name, value)));
        return joined(path, encoded);
    }

    private static boolean isForCamel(String value) {
        return isRaw(value) || value.startsWith("#class:");
    }

    private static boolean isRaw(String value) {
        return value.startsWith("RAW(") || value.startsWith("RAW{");
    }

    private static String joined(String path, Map<String, String> encoded) {
        for (String name : encoded.keySet()) {
            if (NO_NAME.matcher(name).find()) {
                throw WaybillException.refusal(
                        "\"" + name + "\" is no name of an endpoint's option: it would be read as more than one");
            }
        }
        String query = encoded.entrySet().stream()
                .map(option -> option.getKey() + "=" + option.getValue())
                .collect(Collectors.joining("&"));
        return query.isEmpty() ? path : path + (path.indexOf('?') < 0 ? "?" : "&") + query;
    }

    /** Camel decodes a value before it looks whether it is raw: one that begins so has to be inside of another. */
    private static String encoded(String name, String text) {
        if (isRaw(text)
                || text.contains("{{")
                || text.indexOf('+') >= 0
                || text.indexOf('%') >= 0
                || text.indexOf('&') >= 0) {
            if (!text.contains(")&")) {
                return "RAW(" + text + ")";
            }
            if (!text.contains("}&")) {
                return "RAW{" + text + "}";
            }
            throw refused(name, text, "has both )& and }&");
        }
        return URLEncoder.encode(text, StandardCharsets.UTF_8)
                .replace("%2F", "/")
                .replace("%2C", ",");
    }

    private static WaybillException refused(String name, String text, String why) {
        return WaybillException.refusal(
                "\"" + text + "\" " + why + ", and cannot be the text of the endpoint's option " + name);
    }
}
