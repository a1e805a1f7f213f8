package io.waybill.database;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.waybill.WaybillException;
import io.waybill.flow.ColumnType;
import io.waybill.flow.Compression;
import io.waybill.flow.ExportKeys;
import io.waybill.flow.Form;
import io.waybill.flow.Refusal;
import io.waybill.flow.SplitKeys;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * DuckDB's COPY, which runs in this process and writes to its disk. It takes parameters for values, for the file and for options alike. JSON
 * lines are written as text of one column: its own JSON passes numbers through a double, which takes digits off a decimal.
 */
final class DuckDbPushdown extends Pushdown {

    private static final String KEEPS_ORDER = "SELECT current_setting('preserve_insertion_order')";

    /** Nothing that a line of JSON holds: it escapes control characters. */
    private static final String NO_DELIMITER = "\u0001";

    private static final Pattern NUMBER = Pattern.compile("part-(\\d+)\\.parquet$");

    private final DuckDb database;

    DuckDbPushdown(DuckDb database) {
        this.database = database;
    }

    @Override
    public Place place() {
        return Place.FOLDER;
    }

    @Override
    public String words() {
        return "DuckDB's COPY";
    }

    @Override
    public List<Refusal> refusals(Connection connection, Task task) throws SQLException {
        List<Refusal> refusals = super.refusals(connection, task);
        String mode = task.option("quoteMode", "minimal");
        if (!mode.equals("minimal") && !mode.equals("all")) {
            refusals.add(new Refusal(
                    "exporter_config.quote_mode",
                    "\"" + mode + "\" is not what " + words() + " can do; allowed: minimal, all"));
        }
        boolean ordered = !task.export().orderBy().isEmpty() || task.export().report() != null;
        if (ordered && task.endsFiles()) {
            refusals.add(new Refusal(
                    SplitKeys.MAX_ROW_GROUPS_PER_FILE.name(),
                    "does not go with rows in an order: " + words()
                            + " numbers files as it begins them, and several at once"));
        }
        if (ordered && !Ask.first(connection, KEEPS_ORDER, row -> row.getBoolean(1))) {
            refusals.add(new Refusal(
                    ExportKeys.ORDER_BY.name(),
                    "does not hold where DuckDB's preserve_insertion_order is off; switch it on for this data source"));
        }
        return refusals;
    }

    @Override
    public Command command(Task task, String target) {
        List<Object> parameters = new ArrayList<>();
        String columns = isLines(task)
                ? line(task, parameters)
                : task.columns().stream()
                        .map(column -> (isParquet(task) ? parquet(column) : csv(column)) + " AS "
                                + database.quote(column.label()))
                        .collect(joining(",\n  "));
        parameters.addAll(task.parameters());
        parameters.add(target);
        String options = isParquet(task)
                ? parquetOptions(task)
                : isLines(task) ? lineOptions(parameters) : csvOptions(task, parameters);
        String sql = "COPY (\nSELECT\n  " + columns + "\nFROM (\n" + task.sql() + "\n) pushed\n) TO ? (" + options
                + (isParquet(task)
                        ? ""
                        : ", COMPRESSION " + compression(task.export().compression())) + ")";
        return new Command(sql, parameters);
    }

    private static boolean isParquet(Task task) {
        return task.export().format().extension().equals("parquet");
    }

    private static boolean isLines(Task task) {
        return task.export().format().extension().equals("jsonl");
    }

    private static String compression(Compression compression) {
        return compression == Compression.NONE ? "'none'" : "'" + Form.lower(compression) + "'";
    }

    private static String parquetOptions(Task task) {
        String pages = task.option("compression", "snappy");
        long groups = task.export().split().maxRowGroupsPerFile();
        return "FORMAT parquet, COMPRESSION '" + (pages.equals("none") ? "uncompressed" : pages)
                + "', RETURN_STATS true"
                + (groups == 0 ? "" : ", ROW_GROUPS_PER_FILE " + groups + ", FILENAME_PATTERN 'part-{i}'");
    }

    private static String csvOptions(Task task, List<Object> parameters) {
        String quote = task.option("quote", "\"");
        parameters.addAll(List.of(task.option("delimiter", ","), quote, quote, task.option("nullString", "")));
        return "FORMAT csv, HEADER " + task.option("includeHeader", "true")
                + ", DELIMITER ?, QUOTE ?, ESCAPE ?, NULLSTR ?"
                + (task.option("quoteMode", "minimal").equals("all") ? ", FORCE_QUOTE *" : "");
    }

    private static String lineOptions(List<Object> parameters) {
        parameters.add(NO_DELIMITER);
        return "FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER ?";
    }

    /** One text, an object's. */
    private String line(Task task, List<Object> parameters) {
        StringBuilder line = new StringBuilder();
        String before = "{";
        for (Column column : task.columns()) {
            line.append(line.isEmpty() ? "" : "\n  || ")
                    .append("CAST(? AS VARCHAR) || COALESCE(")
                    .append(json(column))
                    .append(", 'null')");
            parameters.add(before + key(column.label()));
            before = ",";
        }
        return line.append(" || '}' AS line").toString();
    }

    private static String key(String label) {
        return "\"" + new String(JsonStringEncoder.getInstance().quoteAsString(label)) + "\":";
    }

    private String json(Column column) {
        String quoted = database.quote(column.label());
        String text = "CAST(" + quoted + " AS VARCHAR)";
        return switch (column.source().type().kind()) {
            case BOOLEAN, INT16, INT32, INT64, DECIMAL -> text;
            case FLOAT32, FLOAT64 ->
                "CASE WHEN isfinite(" + quoted + ") THEN " + text + " ELSE '\"' || " + number(quoted) + " || '\"' END";
            case TEXT -> "CAST(to_json(" + text + ") AS VARCHAR)";
            // between its values alone: within them they are escaped
            case JSON -> "replace(replace(" + text + ", chr(10), ' '), chr(13), ' ')";
            default -> "'\"' || " + csv(column) + " || '\"'";
        };
    }

    /** The text of a value, or what the writer makes the same text of. */
    private String csv(Column column) {
        String quoted = database.quote(column.label());
        ColumnType type = column.source().type();
        return switch (type.kind()) {
            case BOOLEAN, INT16, INT32, INT64, DECIMAL, UUID -> quoted;
            case FLOAT32, FLOAT64 -> number(quoted);
            case TEXT, JSON, TIME -> "CAST(" + quoted + " AS VARCHAR)";
            case BINARY -> "base64(" + quoted + ")";
            case DATE -> date(quoted);
            case TIMESTAMP -> timestamp(quoted, type.precision());
            case INSTANT ->
                timestamp("(" + quoted + " AT TIME ZONE 'UTC')", type.precision()) + " || CASE WHEN isinf(" + quoted
                        + ") THEN '' ELSE 'Z' END";
            case ARRAY -> throw unknown(column);
        };
    }

    private static String number(String quoted) {
        return "CASE WHEN isnan(" + quoted + ") THEN 'NaN' WHEN isinf(" + quoted + ") THEN CASE WHEN " + quoted
                + " > 0 THEN 'Infinity' ELSE '-Infinity' END ELSE CAST(" + quoted + " AS VARCHAR) END";
    }

    /** Years of other than four digits are written as ISO 8601 has them, with their sign. */
    private static String date(String quoted) {
        return "CASE WHEN isinf(" + quoted + ") OR " + quoted
                + " BETWEEN DATE '0001-01-01' AND DATE '9999-12-31' THEN CAST(" + quoted + " AS VARCHAR) ELSE "
                + year(quoted) + " || strftime(" + quoted + ", '-%m-%d') END";
    }

    private static String timestamp(String quoted, int digits) {
        String usual = "replace(CAST(" + quoted + " AS VARCHAR), ' ', 'T')";
        return digits > 6 // which has no other years
                ? usual
                : "CASE WHEN isinf(" + quoted + ") OR " + quoted
                        + " BETWEEN TIMESTAMP '0001-01-01 00:00:00' AND TIMESTAMP '9999-12-31 23:59:59.999999' THEN "
                        + usual + " ELSE " + year(quoted) + " || strftime(" + quoted
                        + ", '-%m-%dT%H:%M:%S') || regexp_extract(CAST(" + quoted + " AS VARCHAR), '\\.[0-9]+') END";
    }

    private static String year(String quoted) {
        String year = "year(" + quoted + ")";
        return "CASE WHEN " + year + " < 0 THEN '-' WHEN " + year
                + " > 9999 THEN '+' ELSE '' END || format('{:04d}', abs(" + year + "))";
    }

    /** The value as the type whose Parquet is that of Waybill's. */
    private String parquet(Column column) {
        String quoted = database.quote(column.label());
        ColumnType type = column.source().type();
        return switch (type.kind()) {
            case BOOLEAN, UUID -> quoted;
            case INT16 -> cast(quoted, "SMALLINT");
            case INT32 -> cast(quoted, "INTEGER");
            case INT64 -> cast(quoted, "BIGINT");
            case FLOAT32 -> cast(quoted, "FLOAT");
            case FLOAT64 -> cast(quoted, "DOUBLE");
            case DECIMAL ->
                type.isLimitedDecimal()
                        ? cast(quoted, "DECIMAL(" + type.precision() + ", " + type.scale() + ")")
                        : cast(quoted, "VARCHAR");
            case TEXT -> cast(quoted, "VARCHAR");
            case JSON -> cast(quoted, "JSON");
            case BINARY -> cast(quoted, "BLOB");
            case TIME -> cast(quoted, type.precision() > 6 ? "TIME_NS" : "TIME");
            case DATE -> finite(quoted, "DATE");
            case TIMESTAMP -> finite(quoted, type.precision() > 6 ? "TIMESTAMP_NS" : "TIMESTAMP");
            case INSTANT -> finite(quoted, "TIMESTAMP WITH TIME ZONE");
            case ARRAY -> throw unknown(column);
        };
    }

    private static String cast(String quoted, String type) {
        return "CAST(" + quoted + " AS " + type + ")";
    }

    private static String finite(String quoted, String type) {
        return "CASE WHEN isinf(" + quoted
                + ") THEN error('an infinite date or time has no form in Parquet; filter such rows out') ELSE "
                + cast(quoted, type) + " END";
    }

    private static WaybillException unknown(Column column) {
        return WaybillException.refusal("engine: \"pushdown\" does not write column \"" + column.label() + "\" ("
                + column.source().nativeType() + "); leave it out, or engine");
    }

    @Override
    public List<Written> write(PreparedStatement command, Task task, String target) throws SQLException {
        if (!command.execute()) {
            return List.of(new Written(target, command.getLargeUpdateCount(), 0));
        }
        return Ask.all(command.getResultSet(), DuckDbPushdown::file).stream()
                .sorted(Comparator.comparingInt(DuckDbPushdown::number))
                .toList();
    }

    private static Written file(ResultSet row) throws SQLException {
        Map<?, ?> more = (Map<?, ?>) row.getObject("extra_info");
        return new Written(
                row.getString("filename"),
                row.getLong("count"),
                Integer.parseInt(String.valueOf(more.get("row_group_count"))));
    }

    /** Which it is of the files that were written one after the other. */
    private static int number(Written file) {
        Matcher number = NUMBER.matcher(file.file());
        return number.find() ? Integer.parseInt(number.group(1)) : 0;
    }
}
