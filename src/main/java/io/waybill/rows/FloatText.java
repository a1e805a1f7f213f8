package io.waybill.rows;

import com.fasterxml.jackson.core.io.schubfach.DoubleToDecimal;
import com.fasterxml.jackson.core.io.schubfach.FloatToDecimal;

/**
 * Binary floating point numbers as the shortest decimal text that reads back as the same number, on every Java
 * version: without an exponent from 1e-7 to before 1e21 (as ECMAScript writes them), {@code 1e21} beyond.
 */
public final class FloatText {

    private FloatText() {}

    public static String of(double value) {
        return shape(DoubleToDecimal.toString(value), Math.abs(value));
    }

    public static String of(float value) {
        return shape(FloatToDecimal.toString(value), Math.abs(value));
    }

    /** Java's forms are {@code 123.0}, {@code 1.0E10}, {@code NaN} and {@code Infinity}. */
    private static String shape(String java, double magnitude) {
        int e = java.indexOf('E');
        if (e < 0) {
            return java.endsWith(".0") ? java.substring(0, java.length() - 2) : java;
        }
        String digits = java.substring(0, e);
        if (digits.endsWith(".0")) {
            digits = digits.substring(0, digits.length() - 2);
        }
        if (magnitude >= 1e-7 && magnitude < 1e21) {
            return new java.math.BigDecimal(java).stripTrailingZeros().toPlainString();
        }
        return digits + "e" + java.substring(e + 1);
    }
}
