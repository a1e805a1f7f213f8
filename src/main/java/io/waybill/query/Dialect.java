package io.waybill.query;

import io.waybill.flow.ColumnType;
import io.waybill.flow.WaybillException;
import io.waybill.flow.WaybillException.Stage;
import io.waybill.rows.Database;
import java.util.Locale;

/** How one database writes what the SQL standard leaves open, or what it writes otherwise. */
enum Dialect {
    POSTGRESQL('"', '"', Limit.LIMIT, " ~ ?"),
    MYSQL('`', '`', Limit.LIMIT, " REGEXP ?"),
    H2('"', '"', Limit.LIMIT, " REGEXP ?"),
    SQLSERVER('[', ']', Limit.TOP, null),
    ORACLE('"', '"', Limit.FETCH_FIRST, null),
    SQLITE('"', '"', Limit.LIMIT, null),
    DUCKDB('"', '"', Limit.LIMIT, null),
    SNOWFLAKE('"', '"', Limit.LIMIT, null),
    /** SQL:2016. */
    STANDARD('"', '"', Limit.FETCH_FIRST, null);

    private enum Limit {
        LIMIT,
        TOP,
        FETCH_FIRST
    }

    private final char open;
    private final char close;
    private final Limit limit;
    private final String regexOperator;

    Dialect(char open, char close, Limit limit, String regexOperator) {
        this.open = open;
        this.close = close;
        this.limit = limit;
        this.regexOperator = regexOperator;
    }

    static Dialect of(Database database) {
        return switch (database) {
            case POSTGRESQL -> POSTGRESQL;
            case MARIADB, MYSQL -> MYSQL;
            case H2 -> H2;
            case SQLSERVER -> SQLSERVER;
            case ORACLE -> ORACLE;
            case SQLITE -> SQLITE;
            case DUCKDB -> DUCKDB;
            case SNOWFLAKE -> SNOWFLAKE;
            case DERBY, HSQLDB, OTHER -> STANDARD;
        };
    }

    /** An identifier as this database quotes it. */
    String quote(String identifier) {
        if (identifier.indexOf('\0') >= 0 || identifier.contains(":?")) {
            // camel-jdbc takes :?name for a parameter wherever it stands
            throw new WaybillException(
                    Stage.PLAN, "the name \"" + identifier.replace('\0', '?') + "\" cannot be quoted");
        }
        return open + identifier.replace(String.valueOf(close), "" + close + close) + close;
    }

    /**
     * A column as it is selected, so that its driver hands over each value as it is: most often the column alone.
     *
     * @param column where it is found
     */
    String selected(SourceColumn column) {
        String quoted = quote(column.name());
        String type = column.nativeType().toUpperCase(Locale.ROOT);
        return switch (this) {
            // the server rounds the text of a FLOAT to six digits; a product, unlike a sum, keeps the sign of zero
            case MYSQL -> type.startsWith("FLOAT") ? quoted + " * 1e0" : quoted;
            // else the driver shows Java's text of what is in it
            case DUCKDB ->
                isNested(type) || type.equals("TIME WITH TIME ZONE") ? "CAST(" + quoted + " AS VARCHAR)" : quoted;
            default -> quoted;
        };
    }

    /**
     * A query without rows whose result has a relation's columns. PostgreSQL's driver asks the catalog whether a table's columns are
     * numbered by the server, with a branch of a UNION for each; of a union's columns, which belong to no table, it does not ask.
     */
    String described(String relation) {
        String empty = "SELECT * FROM " + relation + " WHERE 1 = 0";
        return this == POSTGRESQL ? empty + " UNION ALL " + empty : empty;
    }

    private static boolean isNested(String type) {
        return type.endsWith("]") || type.startsWith("STRUCT(") || type.startsWith("MAP(") || type.startsWith("UNION(");
    }

    /** A column as its values are compared and ordered: as numbers, where text is declared to hold them. */
    String compared(SourceColumn column) {
        String quoted = quote(column.name());
        return column.isNumberInText() ? "CAST(" + quoted + " AS " + number(column.type()) + ")" : quoted;
    }

    private String number(ColumnType type) {
        if (type.isLimitedDecimal()) {
            return "DECIMAL(" + type.precision() + ", " + type.scale() + ")";
        }
        boolean whole = type.kind() != ColumnType.Kind.DECIMAL;
        return switch (this) {
            case POSTGRESQL -> whole ? "bigint" : "numeric";
            case MYSQL -> whole ? "SIGNED" : "DECIMAL(65, 20)";
            case H2 -> whole ? "BIGINT" : "DECFLOAT";
            case ORACLE -> "NUMBER";
            default -> whole ? "BIGINT" : "DECIMAL(38, 10)";
        };
    }

    /** The number of characters of a text. */
    String length(String text) {
        return switch (this) {
            case POSTGRESQL, MYSQL, H2, STANDARD -> "CHAR_LENGTH(" + text + ")";
            case SQLSERVER -> "LEN(" + text + ")";
            case ORACLE, SQLITE, DUCKDB, SNOWFLAKE -> "LENGTH(" + text + ")";
        };
    }

    /** A text without its digits. */
    String withoutDigits(String text) {
        String without = text;
        for (char digit = '0'; digit <= '9'; digit++) {
            without = "REPLACE(" + without + ", '" + digit + "', '')";
        }
        return without;
    }

    /** A text as something in which only equal texts are equal; null where it is that itself, or nobody knows how. */
    String exactText(String text) {
        return switch (this) {
            case POSTGRESQL -> "CAST(" + text + " AS text) COLLATE \"C\"";
            case MYSQL -> "CONVERT(" + text + " USING utf8mb4) COLLATE utf8mb4_bin";
            default -> null;
        };
    }

    /** What stands between SELECT and the columns to take a number of rows at most. */
    String limitBefore(long rows) {
        return rows > 0 && limit == Limit.TOP ? "TOP (" + rows + ") " : "";
    }

    /** What stands at the query's end to take a number of rows at most. */
    String limitAfter(long rows) {
        if (rows == 0) {
            return "";
        }
        return switch (limit) {
            case LIMIT -> "\nLIMIT " + rows;
            case FETCH_FIRST -> "\nFETCH FIRST " + rows + " ROWS ONLY";
            case TOP -> "";
        };
    }

    /** The condition that an expression matches a bound regular expression. */
    String matches(String expression) {
        return switch (this) {
            case ORACLE, SNOWFLAKE -> "REGEXP_LIKE(" + expression + ", ?)";
            case DUCKDB -> "regexp_full_match(" + expression + ", ?)";
            default -> {
                if (regexOperator == null) {
                    throw new WaybillException(
                            Stage.PLAN, "filters: \"matches\" is not known to this database; \"like\" is");
                }
                yield expression + regexOperator;
            }
        };
    }

    /**
     * The database's clock, some seconds ago and down to a whole second: what is dated before it is not written any more, unless by
     * a transaction that is open.
     *
     * @param kind that of the column that is compared with it: a date, a timestamp, or an instant
     */
    String clock(ColumnType.Kind kind, long secondsAgo) {
        return switch (kind) {
            case INSTANT, TIMESTAMP -> clockTime(kind == ColumnType.Kind.INSTANT, secondsAgo);
            // the westernmost zone, where a day ends last
            case DATE ->
                this == POSTGRESQL
                        ? "CAST(clock_timestamp() AT TIME ZONE INTERVAL '-12:00' - INTERVAL '" + secondsAgo
                                + " seconds' AS date)"
                        : "CAST(" + clockTime(false, secondsAgo) + " AS DATE)";
            default -> throw new IllegalArgumentException(kind + " is not compared with a clock");
        };
    }

    /** What PostgreSQL's clock shows where it is latest: no session writes a later time without a zone as its own. */
    String easternmostClock() {
        return "clock_timestamp() AT TIME ZONE INTERVAL '+14:00'";
    }

    private String clockTime(boolean zoned, long ago) {
        return switch (this) {
            case POSTGRESQL ->
                "date_trunc('second', clock_timestamp())" + (zoned ? "" : "::timestamp") + " - INTERVAL '" + ago
                        + " seconds'";
            case MYSQL -> "NOW() - INTERVAL " + ago + " SECOND";
            case H2 ->
                "DATEADD(SECOND, -" + ago + ", DATE_TRUNC(SECOND, " + (zoned ? "CURRENT_TIMESTAMP" : "LOCALTIMESTAMP")
                        + "))";
            case SQLSERVER ->
                "DATEADD(second, -" + (ago + 1) + ", CAST(" + (zoned ? "SYSDATETIMEOFFSET()" : "SYSDATETIME()") + " AS "
                        + (zoned ? "datetimeoffset(0)" : "datetime2(0)") + "))";
            case ORACLE ->
                (zoned ? "CURRENT_TIMESTAMP(0)" : "LOCALTIMESTAMP(0)") + " - NUMTODSINTERVAL(" + (ago + 1)
                        + ", 'SECOND')";
            case SQLITE -> "datetime('now', '-" + ago + " seconds')";
            case DUCKDB ->
                "date_trunc('second', " + (zoned ? "now()" : "CAST(now() AS TIMESTAMP)") + ") - INTERVAL (" + ago
                        + ") SECOND";
            case SNOWFLAKE ->
                "DATEADD(second, -" + ago + ", DATE_TRUNC('second', "
                        + (zoned ? "CURRENT_TIMESTAMP()" : "LOCALTIMESTAMP()") + "))";
            case STANDARD ->
                (zoned ? "CURRENT_TIMESTAMP(0)" : "LOCALTIMESTAMP(0)") + " - INTERVAL '" + (ago + 1) + "' SECOND(9)";
        };
    }
}
