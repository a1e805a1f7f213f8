package io.waybill.flow;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The keys of {@code exporter_config}, which are the properties of the data formats too. A new one is a line here, the data format's
 * property, and its use. How they go together, {@link FormatRules} says.
 */
public final class FormatOptions {

    public static final Key<String> DELIMITER =
            text("delimiter", ",", FormatRules::delimiter, "what stands between fields: one ASCII character");
    public static final Key<Boolean> INCLUDE_HEADER = Key.flag(
                    "include_header", "whether the first record holds the columns' names")
            .otherwise(true)
            .without("`true`");
    private static final Key<Boolean> HEADER = Key.flag("header", "the same as `include_header`")
            .option("includeHeader")
            .without("");
    public static final Key<String> ENCODING = text(
            "encoding",
            "utf-8",
            FormatRules::encoding,
            "`utf-8`, `utf-8-sig`, `utf-16`, `iso-8859-1`, `windows-1252`, any that Java knows; what JSON lacks in it is escaped");
    public static final Key<String> ENCODING_ERRORS = oneOf(
            "encoding_errors",
            "strict",
            "a character that the encoding lacks: `strict` (the run fails, naming row and column), `replace` (`?`)",
            "strict",
            "replace");
    public static final Key<String> QUOTE =
            text("quote", "\"", FormatRules::character, "the quote: one ASCII character");
    public static final Key<String> QUOTE_MODE = oneOf(
            "quote_mode",
            "minimal",
            "which fields are quoted: `minimal`, `all`, `non_numeric`, `none`",
            "minimal",
            "all",
            "non_numeric",
            "none");
    public static final Key<String> ESCAPE = text(
                    "escape", null, FormatRules::character, "what stands before a quote inside a quoted field")
            .without("a quote is doubled");
    public static final Key<String> NULL_STRING = Key.text(
                    "null_string", "what stands for NULL; a text that looks like it is quoted")
            .otherwise("")
            .without("empty");
    public static final Key<String> LINE_ENDING = oneOf("line_ending", "lf", "`lf`, `crlf`", "lf", "crlf");
    public static final Key<String> DATE_FORMAT = text(
                    "date_format",
                    null,
                    value -> FormatRules.pattern(value, false),
                    "a pattern of java.time for dates; years before 1 need `u`, or `G` beside `y`")
            .without("ISO 8601");
    public static final Key<String> TIMESTAMP_FORMAT = text(
                    "timestamp_format",
                    null,
                    value -> FormatRules.pattern(value, true),
                    "the same for timestamps; a zone only where the column has one")
            .without("ISO 8601");
    public static final Key<String> TIMEZONE = text(
                    "timezone", null, FormatRules::zone, "the zone in which points in time are shown")
            .without("UTC");
    public static final Key<Boolean> FORMULA_GUARD =
            Key.flag("formula_guard", "put an apostrophe before texts that a spreadsheet takes for formulas");

    public static final Key<Long> INDENT = Key.of(
                    "indent", new Form.Between(0, 16), 0L, "spaces a level; not for JSON lines")
            .without("0");
    public static final Key<Boolean> JSONL = Key.flag("jsonl", "true makes JSON lines of format `json`");
    public static final Key<Boolean> ENSURE_ASCII = Key.flag("ensure_ascii", "escape what is not ASCII");
    public static final Key<Boolean> NEST = Key.flag("nest", "`email.domain` becomes `{\"email\": {\"domain\": …}}`");

    public static final Key<String> COMPRESSION = oneOf(
            "compression",
            "snappy",
            "how pages are compressed: `snappy`, `zstd`, `gzip`, `lz4_raw`, `none`",
            "snappy",
            "zstd",
            "gzip",
            "lz4_raw",
            "none");
    public static final Key<Long> ROW_GROUP_SIZE = Key.of(
                    "row_group_size", new Form.Between(1024, 1L << 31), 16L << 20, "bytes, as buffered")
            .without("16 MiB");
    public static final Key<Long> PAGE_SIZE = Key.of(
                    "page_size", new Form.Between(1024, 1L << 30), 1L << 20, "bytes, before compression")
            .without("1 MiB");
    public static final Key<Boolean> DICTIONARY = Key.flag(
                    "dictionary", "whether columns of few different values are written with a dictionary")
            .otherwise(true)
            .without("`true`");
    public static final Key<String> TIMESTAMP_UNIT = oneOf(
                    "timestamp_unit", null, "`millis`, `micros`, `nanos`", "millis", "micros", "nanos")
            .without("what the column's digits need");
    public static final Key<Boolean> INDEX =
            Key.flag("index", "a first column `index` that numbers the rows of each file from 0");

    @SuppressWarnings("rawtypes") // a list of anything
    private static final Key<List> COLUMNS = Key.of(
                    "columns",
                    new Form.Checked<>(List.class, FormatRules::names),
                    null,
                    "the same as the flow's `columns`")
            .without("all");

    private static final Map<String, Key<?>> CSV = byName(
            DELIMITER,
            INCLUDE_HEADER,
            HEADER,
            ENCODING,
            ENCODING_ERRORS,
            COLUMNS,
            QUOTE,
            QUOTE_MODE,
            ESCAPE,
            NULL_STRING,
            LINE_ENDING,
            DATE_FORMAT,
            TIMESTAMP_FORMAT,
            TIMEZONE,
            FORMULA_GUARD);

    private static final Map<String, Key<?>> JSON = byName(INDENT, JSONL, ENSURE_ASCII, ENCODING, COLUMNS, NEST);

    private static final Map<String, Key<?>> PARQUET =
            byName(COMPRESSION, COLUMNS, INDEX, ROW_GROUP_SIZE, PAGE_SIZE, DICTIONARY, TIMESTAMP_UNIT);

    private FormatOptions() {}

    private static Key<String> text(
            String name, String otherwise, java.util.function.Function<Object, String> problem, String means) {
        return Key.of(name, new Form.Checked<>(String.class, problem), otherwise, means)
                .without(otherwise == null ? "" : "`" + otherwise + "`");
    }

    private static Key<String> oneOf(String name, String otherwise, String means, String... allowed) {
        return Key.of(name, new Form.OneOf(List.of(allowed)), otherwise, means).without("`" + otherwise + "`");
    }

    private static Map<String, Key<?>> byName(Key<?>... keys) {
        return Arrays.stream(keys)
                .collect(Collectors.toMap(Key::name, key -> key, (one, other) -> one, LinkedHashMap::new));
    }

    /** The options of a format by their keys. */
    public static Map<String, Key<?>> of(FileFormat format) {
        return switch (format) {
            case CSV, TSV -> CSV;
            case JSON, JSONL -> JSON;
            case PARQUET -> PARQUET;
        };
    }

    /** The options of all formats. */
    static List<Key<?>> all() {
        Map<String, Key<?>> all = new LinkedHashMap<>();
        for (FileFormat format : FileFormat.values()) {
            all.putAll(of(format));
        }
        return List.copyOf(all.values());
    }
}
