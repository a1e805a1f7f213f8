package io.waybill.database;

import io.waybill.flow.ColumnType;

/** How SQLite adds up rows: whole numbers as such, to 64 bits and no further, and all others as doubles. */
final class SqliteReports extends ReportSql {

    SqliteReports(Sqlite database) {
        super(database, DIGITS);
    }

    @Override
    public ColumnType sumOf(ColumnType type) {
        return type.isInteger() ? super.sumOf(type) : ColumnType.FLOAT64;
    }

    @Override
    public ColumnType averageOf(ColumnType type) {
        return ColumnType.FLOAT64;
    }

    @Override
    public String sum(SourceColumn column) {
        return "SUM(" + database.compared(column) + ")";
    }

    @Override
    public String average(SourceColumn column) {
        return "AVG(" + database.compared(column) + ")";
    }
}
