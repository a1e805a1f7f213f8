package io.waybill.run;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import io.waybill.delivery.DeadLetter;
import io.waybill.delivery.Destination;
import io.waybill.delivery.StagedFile;
import io.waybill.facts.FileFacts;
import io.waybill.flow.Compression;
import io.waybill.flow.Export;
import io.waybill.flow.FileFormat;
import io.waybill.flow.Split;
import io.waybill.format.FormatDescription;
import io.waybill.part.FileCoding;
import io.waybill.part.PartNames;
import io.waybill.part.PartStaging;
import io.waybill.part.StagedPart;
import io.waybill.privacy.PrivacyKey;
import io.waybill.query.Query;
import io.waybill.rows.RangeReader;
import io.waybill.rows.RowFormat;
import io.waybill.rows.RowRange;
import io.waybill.rows.Rows;
import io.waybill.rows.SqlFailure;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import javax.sql.DataSource;

/**
 * One range of a run, to be read and written by another process than the run's own: all that it takes to write the same bytes there, without
 * what is secret. It may be done several times, also at once; each time writes files of its own, and only those count that the run is told of.
 *
 * @param datasource its name
 * @param origin where that leads
 * @param range the rows
 * @param number of the range, from 1
 * @param ranges how many there are
 * @param snapshot what all of them are read in; null for none
 * @param reader as the flow says; null where it does not
 * @param hidesValues whether what drivers quote is not to be told
 * @param query that the range is one of: its columns, and what becomes of their values
 * @param split when another file begins
 * @param zone whose calendar instants are put into
 * @param bucket where the files go; null for the folder of the run's staged files
 */
public record RangeTask(
        String flow,
        String datasource,
        RowsOrigin origin,
        RowRange range,
        int number,
        int ranges,
        String snapshot,
        Export.Reader reader,
        boolean hidesValues,
        Query query,
        FormatDescription format,
        Compression compression,
        Split split,
        ZoneId zone,
        Bucket bucket)
        implements Serializable {

    /**
     * A prefix of the run's own, in the bucket that its files are delivered to.
     *
     * @param endpoint the Camel endpoint that publishes there, its placeholders not resolved
     */
    public record Bucket(String endpoint, String place, String runId) implements Serializable {}

    /**
     * What the process has that does it.
     *
     * @param sources finds a data source by its name
     * @param readers reads ranges of a data source, by its name, as the flow says: by what; null where it does not
     * @param formats makes data formats
     * @param keys finds a key of hashes and tokens, by where it was named and its id
     * @param destinations opens a place, by its endpoint and what it is called
     * @param scratch a folder for files on their way to a bucket
     */
    public record Means(
            Function<String, DataSource> sources,
            BiFunction<String, Export.Reader, RangeReader> readers,
            Function<FormatDescription, RowFormat> formats,
            BiFunction<String, String, PrivacyKey> keys,
            BiFunction<String, String, Destination> destinations,
            Path scratch) {}

    /**
     * A file that is there, down to the disk.
     *
     * @param file its name in the folder, or below the prefix
     */
    public record Written(String file, long rows, long bytes, String sha256, int rowGroups, long uncompressedBytes)
            implements Serializable {

        /** What becomes of it: a part of the run. */
        StagedPart part(PartNames names, int number, Path folder) {
            String name = names.part(number);
            return new StagedPart(
                    StagedPart.fileIn(folder, number, name),
                    number,
                    new FileFacts(name, rows, bytes, sha256, rowGroups),
                    uncompressedBytes);
        }

        /** @param found its bytes; -1 where it is not there at all */
        WaybillException isNotThere(String where, long found) {
            return new WaybillException(
                    Stage.STAGE,
                    where + " has " + (found < 0 ? "gone" : found + " bytes") + ", and " + bytes
                            + " bytes were written; nothing was delivered");
        }

        private static Written of(StagedPart part) {
            FileFacts facts = part.facts();
            return new Written(
                    part.file().getFileName().toString(),
                    facts.rows(),
                    facts.bytes(),
                    facts.sha256(),
                    facts.rowGroups(),
                    part.uncompressedBytes());
        }
    }

    /** What the files of all attempts at ranges begin with, behind their number. */
    static final String MARK = "range-";

    /**
     * Reads the range, and writes its files.
     *
     * @param folder that of the run's staged files; it is not made here: where it has gone, nobody waits for them
     * @param attempt tells this attempt from all others
     * @param isStopped whether nobody wants it any more
     * @return the files; none of a range without rows
     * @throws WaybillException when it fails; it has left no file then
     */
    public List<Written> write(Means means, Path folder, String attempt, BooleanSupplier isStopped) {
        if (bucket == null && !Files.isDirectory(folder)) {
            throw failed(WaybillException.passing(
                    Stage.STAGE,
                    "there is no folder " + folder + " here; the files of the run are staged there, and all executors"
                            + " have to share it with the driver"));
        }
        return bucket == null
                ? writeInto(folder, means, attempt, isStopped)
                : writeIntoBucket(means, attempt, isStopped);
    }

    private List<Written> writeIntoBucket(Means means, String attempt, BooleanSupplier isStopped) {
        Path own;
        try {
            own = Files.createTempDirectory(means.scratch(), "waybill-range");
        } catch (IOException e) {
            throw failed(new WaybillException(Stage.STAGE, true, "staging in " + means.scratch() + " failed: " + e, e));
        }
        try {
            List<Written> files = writeInto(own, means, attempt, isStopped);
            send(files, own, means.destinations().apply(bucket.endpoint(), bucket.place()));
            return files;
        } finally {
            try {
                DeadLetter.deleteFolder(own);
            } catch (IOException e) {
                // it goes with what else the process has for a while
            }
        }
    }

    private void send(List<Written> files, Path from, Destination destination) {
        try {
            for (Written file : files) {
                StagedFile staged = StagedFile.plain(from.resolve(file.file()));
                destination.inOwnPrefix(prefix -> {
                    prefix.put(bucket.runId(), file.file(), staged);
                    return true;
                });
            }
        } catch (WaybillException e) {
            throw failed(e);
        }
    }

    private List<Written> writeInto(Path folder, Means means, String attempt, BooleanSupplier isStopped) {
        requireOrigin(means);
        RowFormat written = new LeavingColumns(query).written(means.formats().apply(format), means.keys(), zone);
        try (Rows rows = means.readers().apply(datasource, reader).open(range, query.hints(hidesValues), snapshot)) {
            PartStaging staging = new PartStaging(
                    folder,
                    new PartNames(
                            MARK + number + "-" + attempt + "." + format.name(),
                            flow,
                            FileFormat.of(format.name()),
                            "",
                            true,
                            1),
                    null,
                    written,
                    rows.schema(),
                    FileCoding.of(compression, null, Instant.EPOCH));
            return new RangeWriter(staging, split)
                    .write(rows, isStopped, (count, bytes) -> {}).stream()
                            .map(Written::of)
                            .toList();
        } catch (IOException e) {
            throw failed(new WaybillException(Stage.STAGE, true, "staging in " + folder + " failed: " + e, e));
        } catch (WaybillException e) {
            throw failed(e);
        }
    }

    private void requireOrigin(Means means) {
        try {
            origin.require(datasource, means.sources().apply(datasource), means.keys());
        } catch (SQLException e) {
            throw failed(SqlFailure.of(Stage.READ, "data source " + datasource, e, hidesValues));
        } catch (WaybillException e) {
            throw failed(e);
        }
    }

    private WaybillException failed(WaybillException why) {
        return new WaybillException(
                why.stage(),
                why.retryable(),
                ranges == 1 ? why.getMessage() : "range " + number + " of " + ranges + ": " + why.getMessage(),
                why);
    }
}
