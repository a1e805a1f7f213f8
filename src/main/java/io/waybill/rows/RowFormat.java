package io.waybill.rows;

import io.waybill.WaybillException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A file format that takes typed rows. Waybill's data formats are such formats. */
public interface RowFormat {

    /**
     * Begins a file.
     *
     * @param out where the bytes go; not closed by the encoder
     * @throws io.waybill.WaybillException when the schema has no form in this format
     */
    RowEncoder open(RowSchema schema, OutputStream out) throws IOException;

    /**
     * Begins to make the text of whole batches, by another thread than the one that writes the file: the bytes of the rows alone, with nothing
     * before the first and after the last. {@link RowBatch#isEncodedBy} tells who writes that it is there.
     *
     * @param out in memory; it begins anew with each batch
     * @return empty where a row's text depends on the rows before it
     * @throws io.waybill.WaybillException when the schema has no form in this format
     */
    default Optional<RowEncoder> openAhead(RowSchema schema, ByteSink out) throws IOException {
        return Optional.empty();
    }

    /**
     * The same format, for files of a table that knows columns by numbers.
     *
     * @param numbers by the columns' names, and by {@code name.element} for the elements of lists
     * @param key the names of the columns by which rows take the place of others there, which are never NULL; empty where they do not
     * @throws io.waybill.WaybillException when it has no place for them
     */
    default RowFormat numbered(Map<String, Integer> numbers, List<String> key) {
        throw WaybillException.refusal("format: files of tables are parquet, as Waybill writes it");
    }

    /** The type that a column gets in the file, as a reader of such files would name it. */
    String targetType(Column column);
}
