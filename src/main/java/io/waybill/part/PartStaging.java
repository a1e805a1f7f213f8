package io.waybill.part;

import io.waybill.rows.RowFormat;
import io.waybill.rows.RowSchema;
import java.nio.file.Path;

/**
 * How the parts of a run are staged.
 *
 * @param directory where; it exists
 * @param names what they will be called
 * @param entries what the files of an archive are called that holds some; null where each part is a file
 * @param schema what the batches hold
 */
public record PartStaging(
        Path directory, PartNames names, PartNames entries, RowFormat format, RowSchema schema, FileCoding coding) {}
