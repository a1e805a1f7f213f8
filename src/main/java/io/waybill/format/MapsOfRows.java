package io.waybill.format;

import io.waybill.rows.RowBatch;
import io.waybill.rows.Rows;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.stream.IntStream;

/**
 * Rows as maps, one after the other, for steps that take nothing else, with the types that Java has for their values. Closing it closes the
 * rows; so does its end.
 */
final class MapsOfRows implements Iterator<Map<String, Object>>, AutoCloseable {

    private final Rows rows;
    private final RowBatch batch;
    private final RowMaps maps;
    private int next;
    private long number;
    private boolean ended;

    /** @param rows taken by who asks for the maps */
    MapsOfRows(Rows rows) {
        this.rows = rows;
        this.batch = new RowBatch(rows.schema());
        this.maps = new RowMaps(
                rows.schema().columns(),
                IntStream.range(0, rows.schema().size()).toArray(),
                ValueStyle.JAVA);
    }

    @Override
    public boolean hasNext() {
        while (!ended && next == batch.rows()) {
            next = 0;
            if (!rows.read(batch)) {
                close();
            }
        }
        return !ended;
    }

    @Override
    public Map<String, Object> next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return maps.make(batch, next++, ++number);
    }

    @Override
    public void close() {
        ended = true;
        rows.close();
    }

    /** For logs, which are no readers. */
    @Override
    public String toString() {
        return "maps of " + String.join(", ", rows.schema().names()) + ", to be read once";
    }
}
