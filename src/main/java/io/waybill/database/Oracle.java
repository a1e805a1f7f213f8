package io.waybill.database;

import static io.waybill.database.Phrase.LENGTH;
import static io.waybill.database.Phrase.LOCAL_CLOCK;
import static io.waybill.database.Phrase.MATCHES;
import static io.waybill.database.Phrase.NUMBER;
import static io.waybill.database.Phrase.WHOLE_NUMBER;
import static io.waybill.database.Phrase.ZONED_CLOCK;

import io.waybill.flow.ColumnType;
import java.sql.Connection;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.Set;

/** Oracle. */
final class Oracle extends Standard {

    /** Its driver's own numbers of types (oracle.jdbc.OracleTypes). */
    private static final int TIMESTAMPTZ = -101;

    private static final int TIMESTAMPLTZ = -102;
    private static final int BINARY_FLOAT = 100;
    private static final int BINARY_DOUBLE = 101;

    Oracle() {
        super(new Product("Oracle", "oracle")
                .driver(
                        "oracle",
                        "oracle.jdbc.OracleDriver",
                        "com.oracle.database.jdbc:ojdbc11",
                        "thin:@//host:1521/service")
                .writes(WHOLE_NUMBER, "NUMBER")
                .writes(NUMBER, "NUMBER")
                .writes(MATCHES, "REGEXP_LIKE({}, ?)")
                .writes(LENGTH, "LENGTH({})")
                .writes(ZONED_CLOCK, "CURRENT_TIMESTAMP(0) - NUMTODSINTERVAL({+1}, 'SECOND')")
                .writes(LOCAL_CLOCK, "LOCALTIMESTAMP(0) - NUMTODSINTERVAL({+1}, 'SECOND')")
                .with(Trait.EMPTY_IS_NULL));
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

    @Override
    public Set<String> ownSchemas() {
        return Set.of("sys", "system", "xdb", "ctxsys", "mdsys");
    }
}
