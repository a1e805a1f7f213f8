package io.waybill.format;

import io.waybill.rows.RowBatch;
import io.waybill.rows.RowEncoder;
import java.io.IOException;
import java.util.function.LongSupplier;

/** Writes a file row by row, each by a call of a data format's {@code marshal}, and a line feed behind it. */
final class EachEncoder implements RowEncoder {

    private final Marshalling marshalling;
    private final RowMaker maker;
    private final LongSupplier number = this::rows;
    private long rows;

    EachEncoder(Marshalling marshalling, RowMaker maker) {
        this.marshalling = marshalling;
        this.maker = maker;
    }

    private long rows() {
        return rows;
    }

    @Override
    public void write(RowBatch batch, int from, int to) throws IOException {
        for (int row = from; row < to; row++) {
            rows++;
            marshalling.marshal(maker.make(batch, row, rows), number);
            marshalling.put('\n');
        }
    }

    @Override
    public void finish() {
        marshalling.close();
    }

    @Override
    public void abort() {
        marshalling.close();
    }

    @Override
    public long bytes() {
        return marshalling.written();
    }
}
