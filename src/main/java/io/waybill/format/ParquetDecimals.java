package io.waybill.format;

import io.waybill.flow.ColumnType;
import io.waybill.rows.ColumnVector;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Arrays;
import java.util.stream.LongStream;
import org.apache.parquet.io.api.Binary;

/** Decimal digits as the unscaled numbers of Parquet's DECIMAL. */
final class ParquetDecimals {

    /** 10 to the power of 0 to 18. */
    private static final long[] POWERS =
            LongStream.iterate(1, power -> power * 10).limit(19).toArray();

    /** A number from here on takes no further digit in 63 bits, nor in a decimal of 18. */
    private static final long MOST_BEFORE_A_DIGIT = POWERS[17];

    private ParquetDecimals() {}

    /** The bytes that a number of so many digits takes in two's complement. */
    static int bytesFor(int precision) {
        return BigInteger.TEN.pow(precision).subtract(BigInteger.ONE).bitLength() / 8 + 1;
    }

    /** The unscaled value of a decimal of at most 18 digits. */
    static long unscaledLong(ColumnVector column, int row, ColumnType type) {
        byte[] bytes = column.bytes();
        int at = column.start(row);
        int end = column.end(row);
        boolean negative = bytes[at] == '-';
        if (negative) {
            at++;
        }
        long value = 0;
        int fraction = -1;
        for (; at < end; at++) {
            byte b = bytes[at];
            if (b == '.') {
                fraction = 0;
            } else if (b >= '0' && b <= '9') {
                if (value >= MOST_BEFORE_A_DIGIT) {
                    throw doesNotFit(column, row, type);
                }
                value = value * 10 + (b - '0');
                fraction += fraction < 0 ? 0 : 1;
            } else {
                throw notANumber(column, row);
            }
        }
        int missing = type.scale() - Math.max(fraction, 0);
        for (; missing < 0 && value % 10 == 0; missing++) {
            value /= 10;
        }
        // below 10^(precision - missing) before, it is below 10^precision after
        if (missing < 0 || value >= POWERS[Math.max(type.precision() - missing, 0)]) {
            throw doesNotFit(column, row, type);
        }
        value *= POWERS[missing];
        return negative ? -value : value;
    }

    /** The unscaled value in big-endian two's complement of a fixed length. */
    static Binary unscaledBytes(ColumnVector column, int row, ColumnType type, int length) {
        byte[] unscaled = scaled(column, row, type).unscaledValue().toByteArray();
        if (unscaled.length == length) {
            return Binary.fromConstantByteArray(unscaled);
        }
        byte[] padded = new byte[length];
        Arrays.fill(padded, (byte) (unscaled[0] < 0 ? -1 : 0));
        System.arraycopy(unscaled, 0, padded, length - unscaled.length, unscaled.length);
        return Binary.fromConstantByteArray(padded);
    }

    private static BigDecimal scaled(ColumnVector column, int row, ColumnType type) {
        try {
            BigDecimal value = new BigDecimal(column.textAt(row)).setScale(type.scale(), RoundingMode.UNNECESSARY);
            if (value.precision() <= type.precision()) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw notANumber(column, row);
        } catch (ArithmeticException e) {
            // falls through: too many digits after the point
        }
        throw doesNotFit(column, row, type);
    }

    private static IllegalArgumentException doesNotFit(ColumnVector column, int row, ColumnType type) {
        return new IllegalArgumentException(column.textAt(row) + " does not fit " + type
                + ", the column's type; declare another type for it in datasets.toml");
    }

    private static IllegalArgumentException notANumber(ColumnVector column, int row) {
        return new IllegalArgumentException(
                column.textAt(row)
                        + " has no form as a Parquet DECIMAL; declare the column as type = \"text\" or \"double\" in datasets.toml");
    }
}
