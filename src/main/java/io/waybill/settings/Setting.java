package io.waybill.settings;

import io.waybill.flow.Key;
import io.waybill.flow.NearestName;
import io.waybill.flow.SecretBytes;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/**
 * How settings are declared: as keys, whose values are texts as properties have them. The option of one is that of a Camel endpoint which
 * it becomes; it has none where code sees to it.
 */
public final class Setting {

    static final long MOST_MILLISECONDS = Integer.MAX_VALUE;

    private Setting() {}

    public static Key<String> text(String key, String means) {
        return Key.text(key, means).option(null);
    }

    /** @param unit what it counts; empty for nothing */
    public static Key<String> number(String key, long least, long most, String unit, String means) {
        String allowed = " is not a number" + (unit.isEmpty() ? "" : " of " + unit) + "; " + least
                + (most >= Integer.MAX_VALUE ? " or more" : " to " + most) + " is allowed";
        return checked(
                key,
                Long.class,
                List.of(),
                value -> value.matches("[+-]?\\d{1,18}")
                        && least <= Long.parseLong(value)
                        && Long.parseLong(value) <= most,
                allowed,
                means);
    }

    /** A span of time. */
    public static Key<String> milliseconds(String key, String means) {
        return number(key, 0, MOST_MILLISECONDS, "milliseconds", means);
    }

    public static Key<String> flag(String key, String means) {
        List<String> allowed = List.of("true", "false");
        return checked(
                key,
                Boolean.class,
                allowed,
                value -> allowed.contains(value.toLowerCase(Locale.ROOT)),
                " is not known; allowed: true, false",
                means);
    }

    public static Key<String> choice(String key, List<String> allowed, String means) {
        return Key.said(
                        key,
                        value -> NearestName.same(value, allowed)
                                .orElseThrow(() -> new IllegalArgumentException(
                                        NearestName.refusal(value, "is not known", allowed))),
                        String.class,
                        allowed,
                        means)
                .option(null);
    }

    /** A URL of HTTPS, or of HTTP at this machine itself. */
    static Key<String> webUrl(String key, String means) {
        return checked(
                key,
                String.class,
                List.of(),
                value -> value.matches("https://[^/?#\\s@]+(/[^?#\\s]*)?")
                        || value.matches("http://(localhost|127\\.0\\.0\\.1|\\[::1])(:\\d{1,5})?(/[^?#\\s]*)?"),
                " is not a URL that begins with https://, or with http://localhost",
                means);
    }

    /** A JDBC URL, which may hold a password: what is wrong with it says nothing of it but its beginning. */
    static Key<String> jdbcUrl(String key, String means) {
        return Key.said(key, Setting::jdbc, means).option(null).secret();
    }

    /** Bytes that are a secret. */
    static Key<String> secretBytes(String key, String means) {
        return Key.said(
                        key,
                        text -> {
                            SecretBytes.parse(text);
                            return text;
                        },
                        means)
                .option(null)
                .secret();
    }

    private static Key<String> checked(
            String key, Class<?> type, List<String> allowed, Predicate<String> isRight, String wrong, String means) {
        return Key.said(
                        key,
                        value -> {
                            if (isRight.test(value)) {
                                return value;
                            }
                            throw new IllegalArgumentException("\"" + value + "\"" + wrong);
                        },
                        type,
                        allowed,
                        means)
                .option(null);
    }

    private static String jdbc(String url) {
        if (url.startsWith("jdbc:")) {
            return url;
        }
        String scheme = url.matches("[A-Za-z0-9]+:.*") ? url.substring(0, url.indexOf(':')) : "postgresql";
        String product = scheme.equals("postgres") ? "postgresql" : scheme;
        throw new IllegalArgumentException(
                "a JDBC URL is expected, which begins with jdbc:; write jdbc:" + product + ":…");
    }
}
