package io.waybill.run;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import io.waybill.flow.Split;
import io.waybill.part.PartStaging;
import io.waybill.part.PartsWriter;
import io.waybill.part.StagedPart;
import io.waybill.rows.HeapFailure;
import io.waybill.rows.RowBatch;
import io.waybill.rows.Rows;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Writes the files of a range by themselves, or the one file of a run whose ranges have no rows.
 *
 * @param staging with names of the range's own
 * @param split when another file begins
 */
record RangeWriter(PartStaging staging, Split split) {

    /** Hears how far a range has come. */
    @FunctionalInterface
    interface Progress {
        void at(long rows, long bytes);
    }

    /**
     * Writes all rows of a range.
     *
     * @param stops says that nobody wants it any more
     * @return its files; none where it has no rows
     * @throws WaybillException when it fails, or is stopped; it has left no file then
     */
    List<StagedPart> write(Rows rows, BooleanSupplier stops, Progress progress) throws IOException {
        List<StagedPart> complete = new ArrayList<>();
        PartsWriter writer = writer(complete::add);
        boolean done = false;
        try {
            encode(rows, writer, stops, progress);
            List<StagedPart> all = writer.finish(true);
            done = true;
            return all;
        } finally {
            writer.abort(); // does nothing after finish
            if (!done) {
                complete.forEach(RangeWriter::remove);
            }
        }
    }

    private static void encode(Rows rows, PartsWriter writer, BooleanSupplier stops, Progress progress)
            throws IOException {
        RowBatch batch = new RowBatch(rows.schema());
        writer.encodeAhead(rows);
        long count = 0;
        while (!stops.getAsBoolean() && rows.read(batch)) {
            try {
                writer.write(batch);
            } catch (OutOfMemoryError e) {
                throw HeapFailure.of(Stage.STAGE, batch, count, e);
            }
            count += batch.rows();
            progress.at(count, writer.bytes());
        }
        if (stops.getAsBoolean()) {
            throw WaybillException.passing(Stage.READ, "the run was interrupted");
        }
    }

    /** A file without rows, which has what such files begin with. */
    StagedPart withoutRows() throws IOException {
        PartsWriter writer = writer(part -> {});
        try {
            return writer.finish(false).get(0);
        } finally {
            writer.abort();
        }
    }

    private PartsWriter writer(Consumer<StagedPart> listener) {
        return new PartsWriter(staging, split, () -> null, null, listener);
    }

    private static void remove(StagedPart part) {
        try {
            Files.deleteIfExists(part.file());
        } catch (IOException e) {
            // the run removes it with its folder
        }
    }
}
