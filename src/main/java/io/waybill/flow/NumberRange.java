package io.waybill.flow;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** The numbers that an integer type, or a decimal one, holds. */
public final class NumberRange {

    private NumberRange() {}

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
    public static long check(BigDecimal value, ColumnType type) {
        try {
            return check(value.longValueExact(), type);
        } catch (ArithmeticException e) {
            throw doesNotFit(value.toPlainString(), type);
        }
    }

    /** The number with as many digits after the point as its type has. */
    public static BigDecimal fit(BigDecimal value, ColumnType type) {
        if (!type.isLimitedDecimal()) {
            return value;
        }
        try {
            BigDecimal scaled = value.setScale(type.scale(), RoundingMode.UNNECESSARY);
            if (scaled.precision() <= type.precision()) {
                return scaled;
            }
        } catch (ArithmeticException e) {
            // falls through: too many digits after the point
        }
        throw doesNotFit(value.toPlainString(), type);
    }

    /** What says that a number is beyond a type. */
    public static IllegalArgumentException doesNotFit(String value, ColumnType type) {
        return new IllegalArgumentException(value + " does not fit " + type);
    }
}
