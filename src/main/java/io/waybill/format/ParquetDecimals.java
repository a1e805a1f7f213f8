package io.waybill.format;

import io.waybill.rows.ColumnVector;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Arrays;
import org.apache.parquet.io.api.Binary;

/** Decimal digits as the unscaled numbers of Parquet's DECIMAL. */
final class ParquetDecimals {

    private ParquetDecimals() {}

    /** The bytes that a number of so many digits takes in two's complement. */
    static int bytesFor(int precision) {
        return BigInteger.TEN.pow(precision).subtract(BigInteger.ONE).bitLength() / 8 + 1;
    }

    /** The unscaled value of a decimal of at most 18 digits. */
    static long unscaledLong(ColumnVector column, int row, int scale) {
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
                value = value * 10 + (b - '0');
                fraction += fraction < 0 ? 0 : 1;
            } else {
                throw notANumber(column, row);
            }
        }
        for (int i = Math.max(fraction, 0); i < scale; i++) {
            value *= 10;
        }
        if (fraction > scale) {
            throw new IllegalArgumentException(
                    column.textAt(row) + " has more than " + scale + " digits after its point");
        }
        return negative ? -value : value;
    }

    /** The unscaled value in big-endian two's complement of a fixed length. */
    static Binary unscaledBytes(ColumnVector column, int row, int scale, int length) {
        try {
            return fixed(new BigDecimal(column.textAt(row)), scale, length);
        } catch (NumberFormatException e) {
            throw notANumber(column, row);
        }
    }

    static Binary fixed(BigDecimal value, int scale, int length) {
        byte[] unscaled =
                value.setScale(scale, RoundingMode.UNNECESSARY).unscaledValue().toByteArray();
        if (unscaled.length == length) {
            return Binary.fromConstantByteArray(unscaled);
        }
        byte[] padded = new byte[length];
        Arrays.fill(padded, (byte) (unscaled[0] < 0 ? -1 : 0));
        System.arraycopy(unscaled, 0, padded, length - unscaled.length, unscaled.length);
        return Binary.fromConstantByteArray(padded);
    }

    private static IllegalArgumentException notANumber(ColumnVector column, int row) {
        return new IllegalArgumentException(
                column.textAt(row)
                        + " has no form as a Parquet DECIMAL; declare the column as type = \"text\" or \"double\" in datasets.toml");
    }
}
