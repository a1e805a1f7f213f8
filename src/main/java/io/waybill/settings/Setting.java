package io.waybill.settings;

import io.waybill.flow.NearestName;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One setting, declared once: what it is called, what it takes, and what it means.
 *
 * @param key its name; within its group, where it is of one
 * @param kind what its value is
 * @param least the smallest number; of {@code NUMBER} alone
 * @param most the largest number
 * @param allowed all its values; of {@code FLAG} and {@code CHOICE} alone
 * @param unit what a number counts; empty for nothing
 * @param otherwise what holds where it is not set, in words; empty for nothing
 * @param secret whether its value is never to be shown
 * @param option the option of a Camel endpoint that it becomes; empty where code sees to it
 * @param means one line of documentation
 */
public record Setting(
        String key,
        Kind kind,
        long least,
        long most,
        List<String> allowed,
        String unit,
        String otherwise,
        boolean secret,
        String option,
        String means) {

    static final long MOST_MILLISECONDS = Integer.MAX_VALUE;

    /** What a value is. */
    public enum Kind {
        TEXT,
        NUMBER,
        FLAG,
        CHOICE,
        /** A JDBC URL, which may hold a password. */
        JDBC_URL
    }

    public static Setting text(String key, String means) {
        return new Setting(key, Kind.TEXT, 0, 0, List.of(), "", "", false, "", means);
    }

    public static Setting number(String key, long least, long most, String unit, String means) {
        return new Setting(key, Kind.NUMBER, least, most, List.of(), unit, "", false, "", means);
    }

    /** A span of time. */
    public static Setting milliseconds(String key, String means) {
        return number(key, 0, MOST_MILLISECONDS, "milliseconds", means);
    }

    static Setting jdbcUrl(String key, String means) {
        return new Setting(key, Kind.JDBC_URL, 0, 0, List.of(), "", "", true, "", means);
    }

    public static Setting flag(String key, String means) {
        return new Setting(key, Kind.FLAG, 0, 0, List.of("true", "false"), "", "", false, "", means);
    }

    public static Setting choice(String key, List<String> allowed, String means) {
        return new Setting(key, Kind.CHOICE, 0, 0, allowed, "", "", false, "", means);
    }

    public Setting otherwise(String value) {
        return new Setting(key, kind, least, most, allowed, unit, value, secret, option, means);
    }

    public Setting hidden() {
        return new Setting(key, kind, least, most, allowed, unit, otherwise, true, option, means);
    }

    public Setting option(String name) {
        return new Setting(key, kind, least, most, allowed, unit, otherwise, secret, name, means);
    }

    /** What is wrong with a value, and what is allowed; empty for nothing. A secret is not shown. */
    Optional<String> problem(String value) {
        return switch (kind) {
            case TEXT -> Optional.empty();
            case NUMBER -> isAllowedNumber(value) ? Optional.empty() : Optional.of(notANumber(value));
            case FLAG ->
                allowed.contains(value.toLowerCase(Locale.ROOT))
                        ? Optional.empty()
                        : Optional.of(shown(value) + " is not known; allowed: true, false");
            case CHOICE ->
                allowed.stream().anyMatch(value::equalsIgnoreCase)
                        ? Optional.empty()
                        : Optional.of(shown(value) + " is not known; allowed: " + String.join(", ", allowed)
                                + NearestName.hint(value, allowed));
            case JDBC_URL -> notJdbc(value);
        };
    }

    private String notANumber(String value) {
        boolean open = most >= Integer.MAX_VALUE;
        return shown(value) + " is not a number" + (unit.isEmpty() ? "" : " of " + unit) + "; " + least
                + (open ? " or more" : " to " + most) + " is allowed";
    }

    /** Says nothing of the URL but its beginning. */
    private static Optional<String> notJdbc(String url) {
        if (url.startsWith("jdbc:")) {
            return Optional.empty();
        }
        String scheme = url.matches("[A-Za-z0-9]+:.*") ? url.substring(0, url.indexOf(':')) : "postgresql";
        String product = scheme.equals("postgres") ? "postgresql" : scheme;
        return Optional.of("a JDBC URL is expected, which begins with jdbc:; write jdbc:" + product + ":…");
    }

    private boolean isAllowedNumber(String value) {
        if (!value.matches("[+-]?\\d{1,18}")) {
            return false;
        }
        long number = Long.parseLong(value);
        return least <= number && number <= most;
    }

    private String shown(String value) {
        return secret ? "its value" : "\"" + value + "\"";
    }
}
