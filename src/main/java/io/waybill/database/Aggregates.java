package io.waybill.database;

/**
 * What a database adds up a column to, as SQL, to be compared with what files hold of it; null for what it cannot add up.
 *
 * @param sum of numbers, or of times as numbers: days of dates, microseconds of timestamps
 * @param bytes of the lengths of texts in UTF-8, or of bytes
 * @param crc32 of the CRC-32 of each
 */
public record Aggregates(String sum, String bytes, String crc32) {

    /** Of a column whose values are only counted. */
    public static final Aggregates NONE = new Aggregates(null, null, null);

    static Aggregates ofSum(String sum) {
        return new Aggregates(sum, null, null);
    }

    /** Of booleans, whose number is that of the true ones. */
    static Aggregates ofTruths(String quoted) {
        return ofSum("SUM(CASE WHEN " + quoted + " THEN 1 ELSE 0 END)");
    }

    /** @param crc32 of one value; null where the database has none */
    static Aggregates ofBytes(String length, String crc32) {
        return new Aggregates(null, "SUM(" + length + ")", crc32 == null ? null : "SUM(" + crc32 + ")");
    }
}
