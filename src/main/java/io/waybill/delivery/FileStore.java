package io.waybill.delivery;

import io.waybill.facts.FileContent;
import io.waybill.rows.Column;
import io.waybill.rows.RowDivider;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import org.apache.commons.io.function.IOFunction;

/** A place elsewhere that keeps files, as long as it takes to ask it something. Names are paths below the place. */
public interface FileStore extends AutoCloseable {

    /** The length of a file; -1 when it is not there. */
    long size(String name) throws IOException;

    /** Removes a file, if it is there. */
    void delete(String name) throws IOException;

    /** Removes what is on its way to a name by this transfer, or those before it, and has not come to it. */
    void sweep(String name, Transfer transfer) throws IOException;

    /** Reads a file; null when it is not there. */
    <T> T read(String name, IOFunction<InputStream, T> reader) throws IOException;

    /** Whether a file of that content lies there. */
    default boolean holds(String name, long bytes, String sha256) throws IOException {
        return size(name) == bytes
                && sha256.equals(read(name, in -> FileContent.of(in).sha256()));
    }

    /**
     * The numbers by which a place knows columns, by the columns' names, and by {@code name.element} those of lists' elements; empty where
     * it knows none.
     *
     * @throws io.waybill.WaybillException when it takes no such columns
     */
    default Map<String, Integer> numbers(List<Column> columns) {
        return Map.of();
    }

    /** What divides rows among files there, each of which has rows of one value alone; empty where nothing does. */
    default List<RowDivider> dividers(List<Column> columns) {
        return List.of();
    }

    @Override
    void close();
}
