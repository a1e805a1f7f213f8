package io.waybill.format;

import java.math.BigDecimal;

/**
 * A number that is shown with the digits that Waybill's own CSV has: {@code BigDecimal} and {@code Double} show some of theirs with an
 * exponent. Formats of text show numbers by {@code toString}, and some quote all else.
 */
final class PlainNumber extends Number {

    private static final long serialVersionUID = 1L;

    private final String digits;

    /** @param digits a decimal number, or what a floating point number may be besides: {@code NaN}, {@code Infinity}, {@code -Infinity} */
    PlainNumber(String digits) {
        this.digits = digits;
    }

    @Override
    public int intValue() {
        return (int) longValue();
    }

    @Override
    public long longValue() {
        double approximate = doubleValue();
        return Double.isFinite(approximate) ? new BigDecimal(digits).longValue() : (long) approximate;
    }

    @Override
    public float floatValue() {
        return Float.parseFloat(digits);
    }

    @Override
    public double doubleValue() {
        return Double.parseDouble(digits);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PlainNumber number && digits.equals(number.digits);
    }

    @Override
    public int hashCode() {
        return digits.hashCode();
    }

    @Override
    public String toString() {
        return digits;
    }
}
