package io.waybill.format;

import io.waybill.rows.RowBatch;
import io.waybill.rows.RowEncoder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Writes a file by one call of a data format's {@code marshal}, of a list of all its rows: they are in memory until then. */
final class CollectedEncoder implements RowEncoder {

    private final Marshalling marshalling;
    private final RowMaker maker;
    private final List<Object> rows = new ArrayList<>();

    CollectedEncoder(Marshalling marshalling, RowMaker maker) {
        this.marshalling = marshalling;
        this.maker = maker;
    }

    @Override
    public void write(RowBatch batch, int from, int to) {
        for (int row = from; row < to; row++) {
            rows.add(maker.make(batch, row, rows.size() + 1L));
        }
    }

    @Override
    public void finish() throws IOException {
        marshalling.marshal(rows, () -> 0);
        rows.clear();
        marshalling.close();
    }

    @Override
    public void abort() {
        rows.clear();
        marshalling.close();
    }

    @Override
    public long bytes() {
        return marshalling.written();
    }
}
