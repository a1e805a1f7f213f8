package io.waybill.rows;

import io.waybill.database.ColumnReader;
import io.waybill.database.ColumnValues;
import io.waybill.database.TimeText;
import io.waybill.flow.ColumnType;
import io.waybill.flow.ColumnType.Kind;
import io.waybill.flow.FloatText;
import io.waybill.flow.NumberRange;
import java.io.IOException;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * A column that its author declared to be another type than the database says: each value is read as what the database says,
 * and taken over only where the declared type holds it. Drivers cut and round instead, each in its own way.
 */
final class ConvertedColumn implements ColumnReader {

    private static final long MICROS_PER_DAY = 86_400_000_000L;

    private final ColumnReader source;
    private final ColumnVector found;
    private final boolean numbers;

    /** @param source reads the column as the database's type */
    ConvertedColumn(ColumnReader source, ColumnType found) {
        this.source = source;
        this.found = new ColumnVector(found, 1);
        this.numbers = found.isNumber();
    }

    /** Whether values of one type become another's here: numbers numbers or 0 and 1 booleans, times times. */
    static boolean converts(ColumnType found, ColumnType declared) {
        return found.isNumber() && (declared.isNumber() || declared.kind() == Kind.BOOLEAN)
                || found.isTimed() && declared.isTimed();
    }

    @Override
    public void read(ResultSet row, int index, ColumnValues out) throws SQLException, IOException {
        found.clear();
        source.read(row, index, found);
        if (found.isNull(0)) {
            out.appendNull();
        } else if (numbers) {
            appendNumber(out);
        } else {
            appendTime(out);
        }
    }

    private void appendNumber(ColumnValues out) {
        ColumnType type = out.type();
        String text = text();
        if (!Character.isDigit(text.charAt(text.length() - 1))) { // NaN, Infinity
            if (type.isFloating()) {
                out.appendDouble(Double.parseDouble(text));
            } else if (type.equals(ColumnType.UNLIMITED_DECIMAL)) {
                out.appendText(text);
            } else {
                throw NumberRange.doesNotFit(text, type);
            }
            return;
        }
        BigDecimal value = new BigDecimal(text);
        switch (type.kind()) {
            case DECIMAL -> out.appendText(NumberRange.fit(value, type).toPlainString());
            case FLOAT32 -> out.appendDouble(nearest(value, value.floatValue(), type));
            case FLOAT64 -> out.appendDouble(nearest(value, value.doubleValue(), type));
            case BOOLEAN -> out.appendBoolean(zeroOrOne(value, type));
            default -> out.appendLong(NumberRange.check(value, type));
        }
    }

    private String text() {
        return switch (found.type().kind()) {
            case DECIMAL -> found.textAt(0);
            case FLOAT32 -> FloatText.of((float) found.doubleAt(0));
            case FLOAT64 -> FloatText.of(found.doubleAt(0));
            default -> Long.toString(found.longAt(0));
        };
    }

    /** That a floating point number is the nearest one is what its type says; it has to be a number. */
    private static double nearest(BigDecimal value, double number, ColumnType type) {
        if (!Double.isFinite(number)) {
            throw NumberRange.doesNotFit(value.toPlainString(), type);
        }
        return number;
    }

    private static boolean zeroOrOne(BigDecimal value, ColumnType type) {
        if (value.signum() != 0 && value.compareTo(BigDecimal.ONE) != 0) {
            throw NumberRange.doesNotFit(value.toPlainString(), type);
        }
        return value.signum() != 0;
    }

    /** A time without a zone is one of UTC; a date is its midnight, and only a midnight is a date. */
    private void appendTime(ColumnValues out) {
        long value = found.longAt(0);
        boolean infinite = ColumnType.isInfinite(value);
        boolean fromDate = found.type().kind() == Kind.DATE;
        boolean toDate = out.type().kind() == Kind.DATE;
        if (infinite || fromDate && toDate) {
            out.appendTimestamp(value, 0);
        } else if (toDate) {
            if (Math.floorMod(value, MICROS_PER_DAY) != 0 || found.subMicrosAt(0) != 0) {
                throw new IllegalArgumentException("the value has a time of day, which date has not");
            }
            out.appendLong(Math.floorDiv(value, MICROS_PER_DAY));
        } else if (fromDate) {
            out.appendTimestamp(TimeText.micros(value * 86_400L, 0), 0);
        } else {
            out.appendTimestamp(value, found.subMicrosAt(0));
        }
    }
}
