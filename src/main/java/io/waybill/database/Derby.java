package io.waybill.database;

import io.waybill.flow.ColumnType;

/** Apache Derby, whose driver has no java.time. */
final class Derby extends Standard {

    Derby() {
        super(new Product("Derby", "derby")
                .driver("derby", "org.apache.derby.iapi.jdbc.AutoloadedDriver", "org.apache.derby:derby", "data/name"));
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
