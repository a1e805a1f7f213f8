package io.waybill.database;

import io.waybill.flow.ColumnType;
import java.sql.DatabaseMetaData;

/** Apache Derby, whose driver has no java.time. */
final class Derby extends Standard {

    @Override
    public String productName() {
        return "Derby";
    }

    @Override
    public JdbcDriver driver() {
        return new JdbcDriver(
                "derby", "org.apache.derby.iapi.jdbc.AutoloadedDriver", "org.apache.derby:derby", "data/name");
    }

    @Override
    public boolean isBehind(String name, DatabaseMetaData metaData) {
        return name.contains("derby");
    }

    @Override
    public ColumnReader reader(ColumnType type, String typeName, boolean declared) {
        return switch (type.kind()) {
            case DATE -> StandardTimes.datesByCalendar();
            case TIMESTAMP -> StandardTimes.timestampsByCalendar();
            default -> super.reader(type, typeName, declared);
        };
    }
}
