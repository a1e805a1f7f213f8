package io.waybill.rows;

import io.waybill.database.CopyForm;
import io.waybill.flow.ColumnType;

/**
 * A PostgreSQL array's binary form ({@code array_send}): the dimensions, each with its length and lower bound, and the
 * elements, each with its length. The reader of a column of the elements' type reads each of them.
 */
final class CopyArrayReader {

    private final CopyColumnReader elementReader;
    private final ArrayText text;
    private int next;

    private CopyArrayReader(CopyColumnReader elementReader, ColumnType element) {
        this.elementReader = elementReader;
        this.text = new ArrayText(element);
    }

    /** The reader of arrays of that type of elements; null where there is none. */
    static CopyArrayReader of(String elementName) {
        CopyColumnReader elementReader = elementName.startsWith("_") ? null : CopyColumnReader.of(elementName);
        return elementReader == null ? null : new CopyArrayReader(elementReader, CopyForm.elementType(elementName));
    }

    void read(byte[] bytes, int at, ColumnVector out) {
        int dimensions = CopyColumnReader.int32(bytes, at);
        int[] lengths = new int[dimensions];
        next = at + 12;
        for (int i = 0; i < dimensions; i++) {
            lengths[i] = CopyColumnReader.int32(bytes, next);
            next += 8;
        }
        if (dimensions == 0) {
            text.open();
            text.close();
        } else {
            readDimension(bytes, lengths, 0);
        }
        text.appendTo(out);
    }

    private void readDimension(byte[] bytes, int[] lengths, int dimension) {
        text.open();
        for (int i = 0; i < lengths[dimension]; i++) {
            if (dimension + 1 < lengths.length) {
                readDimension(bytes, lengths, dimension + 1);
            } else {
                readElement(bytes);
                text.add();
            }
        }
        text.close();
    }

    private void readElement(byte[] bytes) {
        int length = CopyColumnReader.int32(bytes, next);
        next += 4;
        if (length < 0) {
            text.next().appendNull();
            return;
        }
        elementReader.read(bytes, next, length, text.next());
        next += length;
    }
}
