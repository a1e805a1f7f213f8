package io.waybill.server;

import io.waybill.flow.DateLimit;
import io.waybill.flow.NearestName;
import io.waybill.ledger.Tokens.DailyLimits;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A role, and what it is for: {@code view@*}, {@code create@namespace:sales}, {@code download@flow:orders_*},
 * {@code create@dataset:orders}; with blanks between, what more or less it allows: {@code create@* pii max-rows=1000 last-days=90}.
 *
 * @param role the role
 * @param kind what the pattern is compared with
 * @param pattern a name, in which {@code *} stands for any text
 * @param pii whether flows that let columns marked {@code pii} leave as they are may be written and run by it, and their files fetched
 * @param maxRows how many rows a run may have that is asked for by it; 0 for any number
 * @param daily what a day of somebody may come to who asks for a run by it
 * @param dates of which days the rows may be that leave by it
 */
public record Grant(
        Role role, Kind kind, String pattern, boolean pii, long maxRows, DailyLimits daily, DateLimit dates) {

    /** One that says no more; an admin's is for {@code pii} too. */
    Grant(Role role, Kind kind, String pattern) {
        this(role, kind, pattern, role == Role.ADMIN, 0, DailyLimits.NONE, DateLimit.NONE);
    }

    /** What a pattern is compared with. */
    public enum Kind {
        ALL,
        NAMESPACE,
        FLOW,
        DATASET
    }

    private static final String EXAMPLES = "write for example view@*, create@namespace:sales or download@flow:orders_*";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.*-]{1,120}");

    private static final Pattern LIMIT = Pattern.compile("([a-z-]+)=([1-9]\\d{0,17})");

    private static final String NOT_BEFORE = "not-before=";

    /**
     * Reads grants, with commas between them.
     *
     * @throws IllegalArgumentException when one is not understood; the message says which, and what is allowed
     */
    public static List<Grant> parse(String text) {
        List<String> parts =
                Arrays.stream(text.split(",", -1)).map(String::strip).toList();
        return parts.stream().map(Grant::one).distinct().toList();
    }

    private static Grant one(String text) {
        String[] words = text.split("\\s+");
        Grant grant = plain(words[0]);
        for (String word : Arrays.asList(words).subList(1, words.length)) {
            grant = grant.with(word, text);
        }
        if (!grant.dates.isNone() && grant.role != Role.CREATE && grant.role != Role.DOWNLOAD) {
            throw new IllegalArgumentException(
                    "\"" + text
                            + "\": not-before and last-days are for create and download; view has no rows, and admin is for all");
        }
        return grant;
    }

    private Grant with(String word, String text) {
        if (word.equals("pii")) {
            return new Grant(role, kind, pattern, true, maxRows, daily, dates);
        }
        if (word.startsWith(NOT_BEFORE) && dates.notBefore() == null) {
            return with(new DateLimit(day(word.substring(NOT_BEFORE.length()), text), dates.lastDays()));
        }
        Matcher limit = LIMIT.matcher(word);
        if (limit.matches()) {
            Long most = Long.valueOf(limit.group(2));
            String what = limit.group(1);
            if (what.equals("max-rows") && maxRows == 0) {
                return new Grant(role, kind, pattern, pii, most, daily, dates);
            }
            if (what.equals("last-days") && dates.lastDays() == 0 && most <= DateLimit.MOST_DAYS) {
                return with(new DateLimit(dates.notBefore(), most));
            }
            if (what.equals("rows-a-day") && daily.rows() == null) {
                return with(new DailyLimits(most, daily.bytes(), daily.exports()));
            }
            if (what.equals("bytes-a-day") && daily.bytes() == null) {
                return with(new DailyLimits(daily.rows(), most, daily.exports()));
            }
            if (what.equals("exports-a-day") && daily.exports() == null) {
                return with(new DailyLimits(daily.rows(), daily.bytes(), most));
            }
        }
        throw new IllegalArgumentException("\"" + text + "\": \"" + word
                + "\" is not understood; allowed: pii, max-rows=NUMBER, rows-a-day=NUMBER, bytes-a-day=NUMBER,"
                + " exports-a-day=NUMBER, not-before=DATE, last-days=NUMBER (1 to " + DateLimit.MOST_DAYS
                + "), each once");
    }

    private static LocalDate day(String date, String text) {
        try {
            return LocalDate.parse(date);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "\"" + text + "\": \"" + date + "\" is not a date; write for example not-before=2025-01-01", e);
        }
    }

    private Grant with(DateLimit other) {
        return new Grant(role, kind, pattern, pii, maxRows, daily, other);
    }

    private Grant with(DailyLimits other) {
        return new Grant(role, kind, pattern, pii, maxRows, other, dates);
    }

    private static Grant plain(String text) {
        int at = text.indexOf('@');
        if (at < 0) {
            throw new IllegalArgumentException("\"" + text + "\" does not say what it is for; " + EXAMPLES);
        }
        Role role = role(text.substring(0, at));
        String scope = text.substring(at + 1);
        if (scope.equals("*")) {
            return new Grant(role, Kind.ALL, "*");
        }
        int colon = scope.indexOf(':');
        for (Kind kind : List.of(Kind.NAMESPACE, Kind.FLOW, Kind.DATASET)) {
            if (colon > 0 && scope.substring(0, colon).equals(kind.name().toLowerCase(Locale.ROOT))) {
                String pattern = scope.substring(colon + 1);
                if (!NAME.matcher(pattern).matches()) {
                    throw new IllegalArgumentException("\"" + text + "\": \"" + pattern
                            + "\" is not a name; letters, digits, _ . - and * for any of them are allowed");
                }
                return new Grant(role, kind, pattern);
            }
        }
        throw new IllegalArgumentException("\"" + text + "\" does not say what it is for: \"" + scope
                + "\" is none of *, namespace:NAME, flow:NAME, dataset:NAME; " + EXAMPLES);
    }

    private static Role role(String text) {
        for (Role role : Role.values()) {
            if (role.label().equals(text)) {
                return role;
            }
        }
        throw new IllegalArgumentException(NearestName.refusal(
                text,
                "is not a role",
                Arrays.stream(Role.values()).map(Role::label).toList()));
    }

    /** Whether it is for flows by their names, some of which may begin so. */
    boolean namesFlows(String beginning) {
        String fixed = pattern.replaceFirst("\\*.*", "");
        boolean open = fixed.length() < pattern.length();
        return kind == Kind.FLOW && (fixed.startsWith(beginning) || open && beginning.startsWith(fixed));
    }

    /** Whether it is for a thing. */
    boolean covers(Target target) {
        return switch (kind) {
            case ALL -> true;
            case NAMESPACE -> matches(target.namespace());
            case FLOW -> matches(target.flow());
            case DATASET -> matches(target.dataset());
        };
    }

    private boolean matches(String name) {
        if (name == null) {
            return false;
        }
        String expression =
                Arrays.stream(pattern.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*"));
        return Pattern.compile(expression, Pattern.DOTALL).matcher(name).matches();
    }

    /** As it is written. */
    @Override
    public String toString() {
        return role.label() + "@" + (kind == Kind.ALL ? "*" : kind.name().toLowerCase(Locale.ROOT) + ":" + pattern)
                + (pii && role != Role.ADMIN ? " pii" : "")
                + (maxRows > 0 ? " max-rows=" + maxRows : "")
                + shown("rows", daily.rows())
                + shown("bytes", daily.bytes())
                + shown("exports", daily.exports())
                + (dates.notBefore() == null ? "" : " " + NOT_BEFORE + dates.notBefore())
                + (dates.lastDays() == 0 ? "" : " last-days=" + dates.lastDays());
    }

    private static String shown(String what, Long most) {
        return most == null ? "" : " " + what + "-a-day=" + most;
    }
}
