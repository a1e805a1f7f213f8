package io.waybill.facts;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import java.math.BigDecimal;

/**
 * What the values of a column come to, in any order.
 *
 * @param values how many there are, NULLs not counted
 * @param sum their sum: of numbers, of days since 1970-01-01, of microseconds since 1970-01-01T00:00, of 1 for true; null for
 *     columns that have none
 * @param bytes the sum of their lengths: of text in UTF-8, and of binary; null for columns that have none
 * @param crc32 the sum of their CRC-32 (ISO 3309), of the same bytes; null for columns that have none
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ColumnChecksum(
        long values,
        @JsonSerialize(using = FactsJson.Digits.class) BigDecimal sum,
        Long bytes,
        Long crc32) {

    /** How this differs from another of that column, in words; empty where neither says anything else than the other. */
    public String difference(ColumnChecksum other) {
        if (values != other.values) {
            return values + " values, not " + other.values;
        }
        if (sum != null && other.sum != null && sum.compareTo(other.sum) != 0) {
            return "sum " + words(sum) + ", not " + words(other.sum);
        }
        if (bytes != null && other.bytes != null && !bytes.equals(other.bytes)) {
            return bytes + " bytes, not " + other.bytes;
        }
        return crc32 != null && other.crc32 != null && !crc32.equals(other.crc32)
                ? "the same length, and other content"
                : "";
    }

    private static String words(BigDecimal number) {
        return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
    }
}
