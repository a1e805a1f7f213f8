package io.waybill.database;

import io.waybill.flow.ColumnType;
import java.sql.Types;
import java.util.Set;

/** Which {@link ColumnType} a column of a type of JDBC has. */
final class JdbcTypes {

    /** Parquet's readers, and most databases, take no more decimal digits; such numbers leave as text where they must. */
    private static final int MOST_DIGITS = 38;

    static final Set<Integer> BINARY = Set.of(Types.BINARY, Types.VARBINARY, Types.LONGVARBINARY, Types.BLOB);

    private JdbcTypes() {}

    static ColumnType typeOf(int jdbcType, int precision, int scale, boolean signed) {
        return switch (jdbcType) {
            case Types.BOOLEAN -> ColumnType.BOOLEAN;
            case Types.BIT -> precision <= 1 ? ColumnType.BOOLEAN : ColumnType.BINARY;
            case Types.TINYINT -> ColumnType.INT16;
            case Types.SMALLINT -> signed ? ColumnType.INT16 : ColumnType.INT32;
            case Types.INTEGER -> signed ? ColumnType.INT32 : ColumnType.INT64;
            case Types.BIGINT -> signed ? ColumnType.INT64 : ColumnType.decimal(20, 0);
            case Types.REAL -> ColumnType.FLOAT32;
            case Types.FLOAT, Types.DOUBLE -> ColumnType.FLOAT64;
            case Types.NUMERIC, Types.DECIMAL -> decimal(precision, scale);
            case Types.DATE -> ColumnType.DATE;
            case Types.TIME -> ColumnType.time(scale);
            case Types.TIMESTAMP -> ColumnType.timestamp(scale);
            case Types.TIMESTAMP_WITH_TIMEZONE -> ColumnType.instant(scale);
            default -> BINARY.contains(jdbcType) ? ColumnType.BINARY : ColumnType.TEXT;
        };
    }

    static ColumnType decimal(int precision, int scale) {
        boolean limited = precision > 0 && precision <= MOST_DIGITS && scale >= 0 && scale <= precision;
        return limited ? ColumnType.decimal(precision, scale) : ColumnType.UNLIMITED_DECIMAL;
    }
}
