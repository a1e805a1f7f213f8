package io.waybill.rows;

import io.waybill.database.ColumnValues;
import io.waybill.flow.ColumnType;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Makes the JSON text that a {@link ColumnVector} keeps of an array. Each element goes through a vector of its own type, filled
 * by the reader of such a column, and is written as such a column is in JSON: an element is never another value than a scalar.
 */
final class ArrayText {

    private final ByteSink sink = ByteSink.inMemory();
    private final ColumnVector element;
    private final CellWriter writer;
    private boolean first = true;

    ArrayText(ColumnType element) {
        this.element = new ColumnVector(element, 1);
        this.writer = JsonCells.of(element, new JsonText(false));
    }

    /** Begins an array, or one inside it. */
    void open() {
        separate();
        putAscii("[");
        first = true;
    }

    /** The empty vector that the next element is to be appended to, before {@link #add}. */
    ColumnVector next() {
        element.clear();
        return element;
    }

    /** Adds the element that {@link #next} was given. */
    void add() {
        separate();
        if (element.isNull(0)) {
            putAscii("null");
            return;
        }
        try {
            writer.write(element, 0, sink);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
    }

    /** Ends the array that was begun last. */
    void close() {
        putAscii("]");
        first = false;
    }

    private void separate() {
        if (!first) {
            putAscii(",");
        }
        first = false;
    }

    private void putAscii(String text) {
        try {
            sink.putAscii(text);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
    }

    /** Appends the text of the outermost array, which has been ended, and is ready for the next. */
    void appendTo(ColumnValues out) {
        out.appendBytes(sink.bytes(), 0, sink.at());
        sink.clear();
        first = true;
    }
}
