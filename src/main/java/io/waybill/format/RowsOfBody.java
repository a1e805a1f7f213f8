package io.waybill.format;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import io.waybill.rows.MapRows;
import io.waybill.rows.Rows;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;

/** The rows that a step finds in a body: rows, or what they can be made of. */
public final class RowsOfBody {

    private RowsOfBody() {}

    /**
     * What is there; rows are to be taken yet.
     *
     * @param reader the step, for messages
     * @throws WaybillException when it is no rows, no map, and no list or iterator of maps
     */
    public static Rows of(Exchange exchange, String reader) {
        return of(exchange, exchange.getMessage().getBody(), reader);
    }

    static Rows of(Exchange exchange, Object body, String reader) {
        if (body instanceof Rows rows) {
            return rows;
        }
        if (body instanceof Iterator<?> iterator) {
            TakenIterators.of(exchange.getContext()).take(iterator, reader);
            return new MapRows(new Maps(iterator, reader));
        }
        if (body instanceof Iterable<?> iterable) {
            return new MapRows(new Maps(iterable.iterator(), reader));
        }
        if (body instanceof Map<?, ?> map) {
            return new MapRows(new Maps(List.of(map).iterator(), reader));
        }
        throw new WaybillException(
                Stage.ENCODE,
                reader + " takes rows, a map, or a list or an iterator of maps, not "
                        + (body == null ? "an empty body" : body.getClass().getName()));
    }

    /** Maps of which each is one; whose keys are names, as those of rows are. */
    private static final class Maps implements Iterator<Map<String, ?>>, AutoCloseable {

        private final Iterator<?> elements;
        private final String reader;
        private long number;

        Maps(Iterator<?> elements, String reader) {
            this.elements = elements;
            this.reader = reader;
        }

        @Override
        public boolean hasNext() {
            return elements.hasNext();
        }

        @Override
        public void close() throws Exception {
            if (elements instanceof AutoCloseable closeable) {
                closeable.close();
            }
        }

        @Override
        @SuppressWarnings("unchecked") // a key that is no name is refused before
        public Map<String, ?> next() {
            number++;
            Object element = elements.next();
            if (element instanceof Map<?, ?> map && map.keySet().stream().allMatch(String.class::isInstance)) {
                return (Map<String, ?>) map;
            }
            throw new WaybillException(
                    Stage.ENCODE,
                    reader + ": element " + number + " is "
                            + (element == null
                                    ? "null"
                                    : "a " + element.getClass().getName())
                            + "; a map of names to values is expected");
        }
    }
}
