package io.waybill.rows;

import io.waybill.flow.ColumnType;
import java.lang.reflect.Array;
import java.util.AbstractList;
import java.util.Collection;

/** Takes the arrays and collections of one column of {@link MapRows}; an element is taken as a value of its type is. */
final class MapArray {

    private final ArrayText text;
    private final MapArray inner;

    MapArray(ColumnType type) {
        this.text = new ArrayText(type.element());
        this.inner = type.element().element() == null ? null : new MapArray(type.element());
    }

    /** Whether a value is a list of others; bytes are not. */
    static boolean isArray(Object value) {
        return value instanceof Collection<?> || value.getClass().isArray() && !(value instanceof byte[]);
    }

    static Collection<?> elements(Object value) {
        if (value instanceof Collection<?> collection) {
            return collection;
        }
        if (!value.getClass().isArray()) {
            throw new ClassCastException();
        }
        return new AbstractList<>() {
            @Override
            public Object get(int index) {
                return Array.get(value, index);
            }

            @Override
            public int size() {
                return Array.getLength(value);
            }
        };
    }

    void append(ColumnVector out, Object value) {
        text.open();
        for (Object element : elements(value)) {
            ColumnVector next = text.next();
            if (inner == null || element == null) {
                MapRows.append(next, element);
            } else {
                inner.append(next, element);
            }
            text.add();
        }
        text.close();
        text.appendTo(out);
    }
}
