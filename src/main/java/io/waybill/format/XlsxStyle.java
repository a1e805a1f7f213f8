package io.waybill.format;

import io.waybill.flow.ColumnType;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** How cells look. The order is that of the workbook's styles, by which cells name theirs; behind them stand those of decimals. */
enum XlsxStyle {
    GENERAL("General", 12),
    HEADER("@", 0),
    /** Which stays text when somebody edits the cell, be it {@code =1+1}. */
    TEXT("@", 24),
    /** With all its digits: of more than eleven, a general number shows an exponent. */
    WHOLE("0", 12),
    DATE("yyyy-mm-dd", 11),
    TIME("hh:mm:ss", 10),
    TIME_MILLIS("hh:mm:ss.000", 14),
    TIMESTAMP("yyyy-mm-dd hh:mm:ss", 20),
    TIMESTAMP_MILLIS("yyyy-mm-dd hh:mm:ss.000", 24);

    /** Digits behind the point of decimals that have a style of their own: those of the most digits that a number has. */
    private static final int MOST_SCALE = 15;

    /** The first id of a format that is not built in. */
    private static final int FIRST_FORMAT = 164;

    final String format;
    private final int width;

    XlsxStyle(String format, int width) {
        this.format = format;
        this.width = width;
    }

    static XlsxStyle of(ColumnType type) {
        return switch (type.kind()) {
            case BOOLEAN, FLOAT32, FLOAT64 -> GENERAL;
            case INT16, INT32, INT64 -> WHOLE;
            case DECIMAL -> type.isLimitedDecimal() && type.scale() == 0 ? WHOLE : GENERAL;
            case TEXT, JSON, UUID, BINARY, ARRAY -> TEXT;
            case DATE -> DATE;
            case TIME -> type.precision() == 0 ? TIME : TIME_MILLIS;
            case TIMESTAMP, INSTANT -> type.precision() == 0 ? TIMESTAMP : TIMESTAMP_MILLIS;
        };
    }

    /** The number of the style of a column's values. */
    static int number(ColumnType type) {
        boolean scaled = type.isLimitedDecimal() && type.scale() > 0 && type.scale() <= MOST_SCALE;
        return scaled ? values().length + type.scale() - 1 : of(type).ordinal();
    }

    /** A column's width, in characters, which no value is asked for: they come later. */
    static int width(String name, ColumnType type) {
        int values = type.isLimitedDecimal() ? Math.min(20, type.precision() + 3) : of(type).width;
        return Math.min(60, Math.max(values, name.length() + 3));
    }

    /** The workbook's styles. */
    static String xml() {
        Stream<String> own = Stream.of(values()).map(style -> style.format);
        Stream<String> scaled = IntStream.rangeClosed(1, MOST_SCALE).mapToObj(scale -> "0." + "0".repeat(scale));
        String[] formats = Stream.concat(own, scaled).toArray(String[]::new);
        String numberFormats = IntStream.range(0, formats.length)
                .mapToObj(i -> "<numFmt numFmtId=\"" + (FIRST_FORMAT + i) + "\" formatCode=\"" + formats[i] + "\"/>")
                .collect(Collectors.joining());
        String cellFormats = IntStream.range(0, formats.length)
                .mapToObj(i -> cellFormat(i, formats[i]))
                .collect(Collectors.joining());
        return "<styleSheet xmlns=\"" + XlsxWorkbook.MAIN + "\"><numFmts count=\"" + formats.length + "\">"
                + numberFormats
                + "</numFmts><fonts count=\"2\"><font><sz val=\"11\"/><name val=\"Calibri\"/></font><font><b/><sz val=\"11\"/>"
                + "<name val=\"Calibri\"/></font></fonts><fills count=\"3\"><fill><patternFill patternType=\"none\"/></fill><fill>"
                + "<patternFill patternType=\"gray125\"/></fill><fill><patternFill patternType=\"solid\"><fgColor rgb=\"FFE7E6E6\"/>"
                + "</patternFill></fill></fills><borders count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border></borders>"
                + "<cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/></cellStyleXfs><cellXfs count=\""
                + formats.length + "\">" + cellFormats
                + "</cellXfs><cellStyles count=\"1\"><cellStyle name=\"Normal\" xfId=\"0\""
                + " builtinId=\"0\"/></cellStyles></styleSheet>";
    }

    private static String cellFormat(int number, String format) {
        boolean header = number == HEADER.ordinal();
        // 0, 1 and 49 are built in, and are what programs take for general, whole and text
        int id = switch (format) {
            case "General" -> 0;
            case "0" -> 1;
            case "@" -> 49;
            default -> FIRST_FORMAT + number;
        };
        return "<xf numFmtId=\"" + id + "\" fontId=\"" + (header ? 1 : 0) + "\" fillId=\"" + (header ? 2 : 0)
                + "\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\""
                + (header ? " applyFont=\"1\" applyFill=\"1\"" : "") + "/>";
    }
}
