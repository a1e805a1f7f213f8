package io.waybill.database;

import io.waybill.flow.ColumnType.Kind;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.Temporal;

/**
 * Times that SQLite keeps as texts, of which each program writes its own form: with a T or a blank before the time, with seconds or without,
 * with any number of digits behind the point. Texts of one form lie in the order of their times.
 */
final class SqliteTimes {

    private SqliteTimes() {}

    /** A column of flags, which may be stored as numbers or as words. */
    static String truth(String column) {
        return "CASE lower(" + column + ") WHEN 'true' THEN 1 WHEN 'false' THEN 0 ELSE " + column + " END";
    }

    /** A column in the form of {@link #text}. */
    static String compared(String column, Kind kind) {
        return switch (kind) {
            case DATE -> "substr(" + column + ", 1, 10)";
            case TIME -> withoutZeros(column);
            case TIMESTAMP -> {
                String blank = "replace(" + column + ", 'T', ' ')";
                yield "CASE length(" + column + ") WHEN 10 THEN " + column + " || ' 00:00:00' WHEN 16 THEN " + blank
                        + " || ':00' ELSE " + withoutZeros(blank) + " END";
            }
            default -> inUtc(column);
        };
    }

    /** Fractions aside, which it would round. What it does not know stays as it is, to be refused by whoever reads it. */
    private static String inUtc(String column) {
        String zone = "CASE WHEN " + column + " LIKE '%Z' THEN 'Z' ELSE substr(" + column + ", -6) END";
        String point = "instr(" + column + ", '.')";
        String whole = "CASE " + point + " WHEN 0 THEN datetime(" + column + ") ELSE datetime(substr(" + column
                + ", 1, "
                + point + " - 1) || " + zone + ") || "
                + withoutZeros("'.' || replace(substr(" + column + ", " + point + " + 1), " + zone + ", '')") + " END";
        return "coalesce(" + whole + ", " + column + ")";
    }

    /** Without the zeros at the end of a fraction. */
    private static String withoutZeros(String text) {
        return "CASE instr(" + text + ", '.') WHEN 0 THEN " + text + " ELSE rtrim(rtrim(" + text + ", '0'), '.') END";
    }

    /** A time in the form in which columns are compared. */
    static String text(Temporal time) {
        if (time instanceof OffsetDateTime instant) {
            return text(instant.withOffsetSameInstant(ZoneOffset.UTC).toLocalDateTime());
        }
        if (time instanceof LocalDateTime local) {
            return text(local.toLocalDate()) + " " + text(local.toLocalTime());
        }
        return time instanceof LocalTime ofDay ? withSeconds(ofDay) : ((LocalDate) time).toString();
    }

    private static String withSeconds(LocalTime time) {
        String text = time.toString();
        String whole = text.length() == 5 ? text + ":00" : text;
        return whole.indexOf('.') < 0 ? whole : whole.replaceFirst("0+$", "");
    }
}
