package io.waybill.flow;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Why settings are refused, wherever they stand: in a flow's file, whose reader knows the line, or in the options of a route's step.
 *
 * @param key the key to change, as flows write it
 * @param message what is wrong with it
 */
public record Refusal(String key, String message) {

    /** What was found stands in quotes, values that are allowed in a list of their own: neither is a key. */
    private static final Pattern VALUES_OR_KEY = Pattern.compile("\"[^\"]*\"|allowed: [^;]*|([a-z]+(?:_[a-z]+)+)");

    /** The same as a route's step has it: with its options' names. */
    public Refusal asOption() {
        String text = VALUES_OR_KEY
                .matcher(message)
                .replaceAll(found -> Matcher.quoteReplacement(
                        found.group(1) == null ? found.group() : ExportKeys.optionOf(found.group(1))));
        return new Refusal(ExportKeys.optionOf(key), text);
    }

    /** {@code key: message}. */
    @Override
    public String toString() {
        return key + ": " + message;
    }
}
