package io.waybill.query;

import io.waybill.WaybillException;
import io.waybill.database.Ask;
import io.waybill.database.Source;
import io.waybill.database.SourceColumn;
import io.waybill.flow.ColumnType;
import io.waybill.flow.ColumnType.Kind;
import io.waybill.flow.DataSetKind;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;

/** The batches of a data set, as its column {@value DataSetKind#BATCH_ID} has them. */
public record Batches(Connection connection, Source source, SourceColumn column) {

    /** How many are named where one that is asked for is not there. */
    private static final int NAMED = 5;

    /** @throws WaybillException when the data set has no such column */
    public Batches(Connection connection, Source source) {
        this(connection, source, source.column("mode", DataSetKind.BATCH_ID));
    }

    private String compared() {
        return source.database().compared(column);
    }

    /** The highest batch, as the database gives it; null where the data set has no row. */
    public Object latest() throws SQLException {
        refuseOtherTypes();
        return inUtc(() -> value(new Highest(connection, source, column).ofAll()));
    }

    /** What has no order, or is no one value to everybody. */
    private void refuseOtherTypes() {
        ColumnType type = column.type();
        if (!type.isTimed() && !type.isNumber() && type.kind() != Kind.TEXT) {
            throw WaybillException.refusal("batch_id: column " + column.name() + " of data set \"" + source.id()
                    + "\" is " + type + "; allowed: whole numbers, decimals, text, dates, timestamps");
        }
    }

    /** Of points in time, as rows are read. */
    private <T> T inUtc(Asked<T> asked) throws SQLException {
        if (column.type().kind() != Kind.INSTANT) {
            return asked.answer();
        }
        source.database().enterUtc(connection);
        try {
            return asked.answer();
        } finally {
            source.database().leaveUtc(connection);
        }
    }

    @FunctionalInterface
    private interface Asked<T> {
        T answer() throws SQLException;
    }

    /** A whole number as such, all others by their digits; a time in ISO 8601. */
    private Object value(String text) {
        if (text == null || !column.type().isNumber()) {
            return text;
        }
        BigDecimal number = new BigDecimal(text);
        try {
            return number.longValueExact();
        } catch (ArithmeticException e) {
            return number; // it has a fraction, or more than 64 bits
        }
    }

    /**
     * Refuses text that holds numbers, where the highest text is not the highest number.
     *
     * @param latest what {@link #latest} answered
     */
    public void refuseUnordered(Object latest) throws SQLException {
        if (column.type().kind() == Kind.TEXT && latest instanceof String text) {
            new TextOrder(connection, source, column).check("batch_id", null, text);
        }
    }

    /**
     * Refuses a batch that is not there: its file would be one without rows, as if it were empty.
     *
     * @throws WaybillException which names the latest batches that there are
     */
    public void refuseMissing(Object batch) throws SQLException {
        FilterSql values = new FilterSql(source, ZonedDateTime.now(ZoneOffset.UTC), new ArrayList<>());
        String sql = "SELECT " + source.database().limitBefore(1) + "1 FROM " + source.relation() + " WHERE "
                + compared() + " = ?" + source.database().limitAfter(1);
        Object bound = values.boundBatch(column, batch);
        if (inUtc(() -> Ask.first(connection, sql, row -> true, bound)) != null) {
            return;
        }
        List<String> latest = latest(NAMED);
        throw WaybillException.refusal("batch_id: data set \"" + source.id() + "\" has no batch " + batch + "; "
                + (latest.isEmpty()
                        ? "it has none yet"
                        : latest.size() < NAMED
                                ? "it has " + String.join(", ", latest)
                                : "its latest are " + String.join(", ", latest)));
    }

    private List<String> latest(int most) throws SQLException {
        String sql = "SELECT DISTINCT " + source.database().limitBefore(most) + compared() + " AS batch FROM "
                + source.relation()
                + " WHERE " + source.database().quote(column.name()) + " IS NOT NULL ORDER BY batch DESC"
                + source.database().limitAfter(most);
        Highest form = new Highest(connection, source, column);
        return inUtc(() -> Ask.all(connection, sql, row -> String.valueOf(value(form.text(row)))));
    }
}
