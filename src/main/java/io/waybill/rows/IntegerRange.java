package io.waybill.rows;

import io.waybill.flow.ColumnType;
import java.math.BigDecimal;

/** The numbers that an integer type holds. */
public final class IntegerRange {

    private IntegerRange() {}

    /**
     * The number itself.
     *
     * @throws IllegalArgumentException when it is beyond the type
     */
    public static long check(long value, ColumnType type) {
        boolean fits = switch (type.kind()) {
            case INT16 -> value == (short) value;
            case INT32 -> value == (int) value;
            default -> true;
        };
        if (!fits) {
            throw doesNotFit(Long.toString(value), type);
        }
        return value;
    }

    /** Likewise, of a number that may have a fraction. */
    static long check(BigDecimal value, ColumnType type) {
        try {
            return check(value.longValueExact(), type);
        } catch (ArithmeticException e) {
            throw doesNotFit(value.toPlainString(), type);
        }
    }

    private static IllegalArgumentException doesNotFit(String value, ColumnType type) {
        return new IllegalArgumentException(value + " does not fit " + type);
    }
}
