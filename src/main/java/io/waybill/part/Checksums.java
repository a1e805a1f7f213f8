package io.waybill.part;

import io.waybill.facts.ColumnChecksum;
import io.waybill.flow.ColumnType;
import io.waybill.rows.Column;
import io.waybill.rows.ColumnVector;
import io.waybill.rows.RowBatch;
import io.waybill.rows.RowSchema;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/** Adds up what the values of each column come to, while they are written. */
public final class Checksums {

    private final List<Sum> sums = new ArrayList<>();

    public Checksums(RowSchema schema) {
        for (Column column : schema.columns()) {
            sums.add(
                    switch (column.type().kind()) {
                        case BOOLEAN, INT16, INT32, INT64, DATE, TIMESTAMP, INSTANT -> new LongSum();
                        case DECIMAL -> new DecimalSum();
                        case TEXT, JSON, UUID, BINARY -> new ByteSum();
                        // sums of floats depend on their order, and databases write times and arrays each in its way
                        case FLOAT32, FLOAT64, TIME, ARRAY -> new Sum();
                    });
        }
    }

    public void add(RowBatch batch) {
        for (int i = 0; i < sums.size(); i++) {
            sums.get(i).add(batch.column(i), batch.rows());
        }
    }

    /** What it has come to, in the order of the columns. */
    public List<ColumnChecksum> result() {
        return sums.stream().map(Sum::result).toList();
    }

    /** What one column comes to: here how many values there are, and in others what they add up to. */
    private static class Sum {

        long values;

        final void add(ColumnVector vector, int rows) {
            for (int row = 0; row < rows; row++) {
                if (!vector.isNull(row)) {
                    values++;
                    add(row, vector);
                }
            }
        }

        void add(int row, ColumnVector vector) {
            // it is counted
        }

        ColumnChecksum result() {
            return new ColumnChecksum(values, null, null, null);
        }
    }

    private static final class LongSum extends Sum {

        private long sum;
        private BigInteger more = BigInteger.ZERO;

        @Override
        void add(int row, ColumnVector vector) {
            long value = vector.longAt(row);
            if (vector.type().isTimed() && ColumnType.isInfinite(value)) {
                return;
            }
            long next = sum + value;
            if (((sum ^ next) & (value ^ next)) < 0) { // overflow, as Math.addExact finds it
                more = more.add(BigInteger.valueOf(sum));
                next = value;
            }
            sum = next;
        }

        @Override
        ColumnChecksum result() {
            return new ColumnChecksum(values, new BigDecimal(more.add(BigInteger.valueOf(sum))), null, null);
        }
    }

    private static final class DecimalSum extends Sum {

        private BigDecimal sum = BigDecimal.ZERO;

        @Override
        void add(int row, ColumnVector vector) {
            int start = vector.start(row);
            byte last = vector.bytes()[vector.end(row) - 1];
            if (last >= '0' && last <= '9') { // NaN and the infinities count, and add nothing
                sum = sum.add(new BigDecimal(
                        new String(vector.bytes(), start, vector.end(row) - start, StandardCharsets.ISO_8859_1)));
            }
        }

        @Override
        ColumnChecksum result() {
            return new ColumnChecksum(values, sum, null, null);
        }
    }

    private static final class ByteSum extends Sum {

        private final CRC32 crc = new CRC32();
        private long bytes;
        private long crcs;

        @Override
        void add(int row, ColumnVector vector) {
            int start = vector.start(row);
            int length = vector.end(row) - start;
            crc.reset();
            crc.update(vector.bytes(), start, length);
            bytes += length;
            crcs += crc.getValue();
        }

        @Override
        ColumnChecksum result() {
            return new ColumnChecksum(values, null, bytes, crcs);
        }
    }
}
