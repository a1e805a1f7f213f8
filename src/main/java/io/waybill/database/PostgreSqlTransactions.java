package io.waybill.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.regex.Pattern;

/** What a PostgreSQL server tells of its transactions. */
record PostgreSqlTransactions(PostgreSql product, Connection connection) implements Transactions {

    private static final Pattern LIKENESS = Pattern.compile("Redshift|Greenplum|-YB-|Cockroach|Materialize");

    /** A standby knows nothing of its primary's transactions, nor a database of another kind that speaks PostgreSQL's language. */
    static boolean areTold(Connection connection) throws SQLException {
        return Ask.first(
                connection,
                "SELECT version(), pg_is_in_recovery()",
                row -> row.getString(1).startsWith("PostgreSQL ")
                        && !LIKENESS.matcher(row.getString(1)).find()
                        && !row.getBoolean(2));
    }

    @Override
    public ValueOrigin origin(Source source, SourceColumn column) throws SQLException {
        return ValueOrigin.of(product, connection, source, column);
    }

    @Override
    public OpenTransactions open() throws SQLException {
        return OpenTransactions.of(connection);
    }

    @Override
    public OffsetDateTime clock() throws SQLException {
        return Ask.first(connection, "SELECT clock_timestamp()", row -> row.getObject(1, OffsetDateTime.class));
    }

    @Override
    public String easternmostClock() {
        return "clock_timestamp() AT TIME ZONE INTERVAL '+14:00'";
    }
}
