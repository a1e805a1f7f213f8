package io.waybill.database;

import io.waybill.flow.ColumnType;

/** Apache Derby, whose driver has no java.time. */
final class Derby extends Standard {

    /** Of its decimals. */
    private static final int MOST_DIGITS = 31;

    Derby() {
        super(new Product("Derby", "derby")
                .driver("derby", "org.apache.derby.iapi.jdbc.AutoloadedDriver", "org.apache.derby:derby", "data/name")
                .writes(Phrase.PERCENTILE, null));
    }

    @Override
    public ReportSql reports() {
        return new ReportSql(this, MOST_DIGITS);
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
