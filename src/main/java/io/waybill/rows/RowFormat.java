package io.waybill.rows;

import java.io.IOException;
import java.io.OutputStream;

/** A file format that takes typed rows. Waybill's data formats are such formats. */
public interface RowFormat {

    /**
     * Begins a file.
     *
     * @param out where the bytes go; not closed by the encoder
     * @throws io.waybill.WaybillException when the schema has no form in this format
     */
    RowEncoder open(RowSchema schema, OutputStream out) throws IOException;

    /** The type that a column gets in the file, as a reader of such files would name it. */
    String targetType(Column column);
}
