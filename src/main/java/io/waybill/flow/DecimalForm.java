package io.waybill.flow;

import java.math.BigDecimal;

/**
 * A number with digits behind its point.
 *
 * @param least the smallest one
 * @param most the largest one
 */
public record DecimalForm(BigDecimal least, BigDecimal most) implements Form<BigDecimal> {

    @Override
    public BigDecimal of(Object value) {
        if (value instanceof Long || value instanceof Double) {
            return parse(value.toString());
        }
        throw Form.wrongType(value, "a number");
    }

    @Override
    public BigDecimal parse(String text) {
        BigDecimal number;
        try {
            number = new BigDecimal(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("\"" + text + "\" is not a number", e);
        }
        if (number.compareTo(least) < 0 || number.compareTo(most) > 0) {
            throw new IllegalArgumentException(text + " is out of range; " + least + " to " + most + " is allowed");
        }
        return number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros();
    }

    @Override
    public String print(BigDecimal value) {
        return value.toPlainString();
    }
}
