package io.waybill.database;

import io.waybill.flow.ColumnType;
import java.sql.Connection;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;

/** Oracle. */
final class Oracle extends Standard {

    /** Its driver's own numbers of types (oracle.jdbc.OracleTypes). */
    private static final int TIMESTAMPTZ = -101;

    private static final int TIMESTAMPLTZ = -102;
    private static final int BINARY_FLOAT = 100;
    private static final int BINARY_DOUBLE = 101;

    Oracle() {
        super(
                "Oracle",
                "oracle",
                new JdbcDriver(
                        "oracle",
                        "oracle.jdbc.OracleDriver",
                        "com.oracle.database.jdbc:ojdbc11",
                        "thin:@//host:1521/service"));
    }

    @Override
    protected String number(boolean whole) {
        return "NUMBER";
    }

    @Override
    public String matches(String expression) {
        return "REGEXP_LIKE(" + expression + ", ?)";
    }

    @Override
    public String length(String text) {
        return "LENGTH(" + text + ")";
    }

    @Override
    public boolean isEmptyNull() {
        return true;
    }

    @Override
    protected String clock(boolean zoned, long ago) {
        return (zoned ? "CURRENT_TIMESTAMP(0)" : "LOCALTIMESTAMP(0)") + " - NUMTODSINTERVAL(" + (ago + 1)
                + ", 'SECOND')";
    }

    @Override
    public ColumnType typeOf(Connection connection, ResultSetMetaData metaData, int index) throws SQLException {
        return switch (metaData.getColumnType(index)) {
            case TIMESTAMPTZ, TIMESTAMPLTZ -> ColumnType.instant(metaData.getScale(index));
            case BINARY_FLOAT -> ColumnType.FLOAT32;
            case BINARY_DOUBLE -> ColumnType.FLOAT64;
            default -> super.typeOf(connection, metaData, index);
        };
    }
}
