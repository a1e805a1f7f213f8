package io.waybill.page;

import com.fasterxml.jackson.databind.JsonNode;
import io.waybill.flow.ExportedTable;
import io.waybill.flow.Form;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/** Numbers, sizes and times as people read them. */
final class Words {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private static final List<String> UNITS = List.of("kB", "MB", "GB", "TB", "PB");

    private Words() {}

    /** The id of the flow that a run is of, be it the run of one of its tables. */
    public static String flowOf(String run) {
        return ExportedTable.flow(run);
    }

    /** A moment, in UTC; a script makes it that of who looks. */
    static String time(Instant time) {
        return TIME.format(time);
    }

    /** A number with its thousands set apart. */
    static String count(long number) {
        return new DecimalFormat("#,##0", DecimalFormatSymbols.getInstance(Locale.ROOT)).format(number);
    }

    /** {@code 1 row}, {@code 2 rows}. */
    static String count(long number, String what) {
        return count(number) + " " + what + (number == 1 ? "" : "s");
    }

    /** A number of bytes, to three digits. */
    static String bytes(long bytes) {
        if (bytes < 1_000) {
            return count(bytes, "byte");
        }
        double value = bytes;
        int unit = -1;
        while (value >= 999.5 && unit + 1 < UNITS.size()) {
            value /= 1_000;
            unit++;
        }
        return new DecimalFormat(value < 9.95 ? "0.0" : "0", DecimalFormatSymbols.getInstance(Locale.ROOT))
                        .format(value)
                + " " + UNITS.get(unit);
    }

    /** How long something took. */
    static String duration(Duration duration) {
        long millis = duration.toMillis();
        if (millis < 1_000) {
            return millis + " ms";
        }
        if (millis < 60_000) {
            return new DecimalFormat("0.0", DecimalFormatSymbols.getInstance(Locale.ROOT)).format(millis / 1_000.0)
                    + " s";
        }
        long seconds = duration.toSeconds();
        return seconds < 3_600
                ? seconds / 60 + " min " + seconds % 60 + " s"
                : seconds / 3_600 + " h " + seconds / 60 % 60 + " min";
    }

    /** The first line of a text, and not too much of it. */
    static String cut(String text, int most) {
        String line = text.lines().findFirst().orElse("");
        return line.codePointCount(0, line.length()) <= most && line.equals(text.strip())
                ? line
                : line.substring(0, line.offsetByCodePoints(0, Math.min(most, line.codePointCount(0, line.length()))))
                        + " …";
    }

    /** A name or a path in the pieces between which a line may end: behind what stands between its words. */
    static List<String> breakable(String text) {
        return List.of(text.split("(?<=[/_.@:-])"));
    }

    /** What a control is marked with that a problem names by its label; null for nothing. */
    static String invalid(String problem, String label) {
        return problem != null && problem.startsWith(label + ":") ? "true" : null;
    }

    /** Whether one of some names needs more room than there is beside its value, where a window is narrow. */
    static boolean areLong(List<String> names) {
        return names.stream().anyMatch(name -> name.length() > 11);
    }

    /** Whether a row has a value that would be broken within a word beside its name, where a window is narrow. */
    static boolean haveLongWords(JsonNode rows) {
        for (JsonNode row : rows) {
            for (JsonNode value : row) {
                if (List.of(value(value).split(" ")).stream().anyMatch(word -> word.length() > 20)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** A value of a row, and not too much of it. */
    static String value(JsonNode value) {
        if (value.isNull() || value.isMissingNode()) {
            return "NULL";
        }
        return cut(value.isValueNode() ? value.asText() : value.toString(), 200);
    }

    /** A name of an enum, for people. */
    static String lower(Enum<?> value) {
        return Form.lower(value);
    }

    /** A name as a part of a path. */
    static String inPath(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
