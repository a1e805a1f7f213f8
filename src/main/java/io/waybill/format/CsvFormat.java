package io.waybill.format;

import static io.waybill.flow.Key.oneOf;
import static io.waybill.flow.Key.said;
import static io.waybill.format.FormatOptions.text;

import io.waybill.flow.FileFormat;
import io.waybill.flow.Form;
import io.waybill.flow.FormatKind;
import io.waybill.flow.Key;
import io.waybill.flow.Refusal;
import java.time.DateTimeException;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** CSV and TSV. */
public final class CsvFormat implements FormatKind {

    public static final Key<String> DELIMITER =
            text("delimiter", ",", CsvFormat::delimiter, "what stands between fields: one ASCII character");

    public static final Key<Boolean> INCLUDE_HEADER = Key.flag(
                    "include_header", "whether the first record holds the columns' names")
            .otherwise(true);

    private static final Key<Boolean> HEADER = Key.flag("header", "the same as `include_header`")
            .option("includeHeader")
            .without("");

    public static final Key<String> ENCODING = FormatOptions.ENCODING;

    public static final Key<String> ENCODING_ERRORS = oneOf(
            "encoding_errors",
            List.of("strict", "replace"),
            "strict",
            "a character that the encoding lacks: `strict` (the run fails, naming row and column), `replace` (`?`)");

    public static final Key<String> QUOTE = text("quote", "\"", CsvFormat::mark, "the quote: one ASCII character");

    public static final Key<String> QUOTE_MODE = oneOf(
            "quote_mode",
            List.of("minimal", "all", "non_numeric", "none"),
            "minimal",
            "which fields are quoted: `minimal`, `all`, `non_numeric`, `none`");

    public static final Key<String> ESCAPE = text(
                    "escape", null, CsvFormat::mark, "what stands before a quote inside a quoted field")
            .without("a quote is doubled");

    public static final Key<String> NULL_STRING = Key.text(
                    "null_string", "what stands for NULL; a value that looks like it is quoted")
            .otherwise("")
            .without("empty");

    public static final Key<String> LINE_ENDING = oneOf("line_ending", List.of("lf", "crlf"), "lf", "`lf`, `crlf`");

    public static final Key<String> DATE_FORMAT = said(
                    "date_format",
                    pattern -> checked(pattern, false),
                    "a pattern of java.time for dates; years before 1 need `u`, or `G` beside `y`")
            .without("ISO 8601");

    public static final Key<String> TIMESTAMP_FORMAT = said(
                    "timestamp_format",
                    pattern -> checked(pattern, true),
                    "the same for timestamps; a zone only where the column has one")
            .without("ISO 8601");

    public static final Key<String> TIMEZONE = Key.zone("timezone", null, "the zone in which points in time are shown");

    public static final Key<Boolean> FORMULA_GUARD = Key.flag(
            "formula_guard",
            "put an apostrophe before texts, names of columns among them, that a spreadsheet takes for formulas");

    private static final List<Key<?>> OPTIONS = List.of(
            DELIMITER,
            INCLUDE_HEADER,
            HEADER,
            ENCODING,
            ENCODING_ERRORS,
            FormatOptions.COLUMNS,
            QUOTE,
            QUOTE_MODE,
            ESCAPE,
            NULL_STRING,
            LINE_ENDING,
            DATE_FORMAT,
            TIMESTAMP_FORMAT,
            TIMEZONE,
            FORMULA_GUARD);

    /** A moment to try patterns with. */
    private static final ZonedDateTime TRIED = ZonedDateTime.of(2026, 1, 15, 10, 0, 0, 0, ZoneOffset.UTC);

    @Override
    public Optional<List<Key<?>>> writtenByDatabases(FileFormat format) {
        return Optional.of(List.of(DELIMITER, INCLUDE_HEADER, QUOTE, QUOTE_MODE, NULL_STRING));
    }

    @Override
    public String dataFormat() {
        return "waybill-csv";
    }

    @Override
    public List<FileFormat> formats() {
        return List.of(
                new FileFormat(this, "csv", "text/csv"),
                new FileFormat(this, "tsv", "text/tab-separated-values", Map.of("delimiter", "\t"), List.of()));
    }

    @Override
    public List<Key<?>> options() {
        return OPTIONS;
    }

    /** Characters of a CSV file that could not be told from each other. */
    @Override
    public List<Refusal> together(FileFormat format, Map<String, Object> options) {
        List<Refusal> refusals = new ArrayList<>();
        String delimiter = options.getOrDefault("delimiter", ",").toString();
        String quote = options.getOrDefault("quote", "\"").toString();
        if (quote.equals(delimiter)) {
            refusals.add(new Refusal("quote", "\"" + quote + "\" is the delimiter as well"));
        }
        if (delimiter.equals(options.get("escape"))) {
            refusals.add(new Refusal("escape", "\"" + delimiter + "\" is the delimiter as well"));
        }
        String nullString = options.getOrDefault("nullString", "").toString();
        if (nullString.contains(delimiter) || nullString.contains(quote) || nullString.matches("(?s).*[\r\n].*")) {
            refusals.add(new Refusal(
                    "null_string", "holds a delimiter, a quote or a line break, and NULL stands without quotes"));
        }
        return refusals;
    }

    private static String character(Object value) {
        if (!(value instanceof String text)) {
            return Form.describe(value) + "; one character in quotes is expected";
        }
        int length = text.codePointCount(0, text.length());
        if (length != 1) {
            String found = switch (length) {
                case 0 -> "has no character";
                case 2 -> "has two characters";
                default -> "has " + length + " characters";
            };
            return "\"" + text + "\" " + found + ", one is allowed";
        }
        return text.charAt(0) < 0x7F && (text.charAt(0) >= ' ' || text.equals("\t"))
                ? null
                : "\"" + text + "\" is not an ASCII character; one of them is allowed";
    }

    /** A delimiter that numbers or dates hold could not be told from them. */
    private static String delimiter(Object value) {
        String wrong = character(value);
        return wrong == null && standsInValues(value, "+-.:\"")
                ? "\"" + value + "\" stands in numbers, dates or quotes; use for example , ; | or a tab (\\t)"
                : wrong;
    }

    /** Likewise a quote, or what escapes one. */
    private static String mark(Object value) {
        String wrong = character(value);
        return wrong == null && standsInValues(value, "+-.:")
                ? "\"" + value + "\" stands in numbers or dates; use for example \" ' or \\"
                : wrong;
    }

    private static boolean standsInValues(Object value, String others) {
        char c = value.toString().charAt(0);
        return Character.isLetterOrDigit(c) || others.indexOf(c) >= 0;
    }

    /** @param zoned whether what is shown may have a zone */
    private static String checked(String pattern, boolean zoned) {
        if (pattern.contains("%")) {
            throw new IllegalArgumentException(
                    "\"" + pattern + "\" is strftime's form; write it in java.time's, for example yyyy-MM-dd HH:mm:ss");
        }
        DateTimeFormatter formatter;
        try {
            formatter = DateTimeFormatter.ofPattern(pattern, Locale.ROOT);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "\"" + pattern + "\" is not a pattern of java.time: " + e.getMessage(), e);
        }
        try {
            formatter.format(zoned ? TRIED : TRIED.toLocalDateTime());
            return pattern;
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "\"" + pattern + "\" shows what " + (zoned ? "a timestamp" : "a date") + " has not"
                            + (zoned ? "" : ": dates have no zone"),
                    e);
        }
    }
}
