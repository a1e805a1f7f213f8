package io.waybill.query;

import io.waybill.WaybillException;
import io.waybill.database.SharedSnapshot;
import io.waybill.database.Source;
import io.waybill.database.SourceColumn;
import io.waybill.database.Trait;
import io.waybill.flow.Export;
import io.waybill.query.Query.SelectedColumn;
import io.waybill.query.RangePlanner.Division;
import io.waybill.rows.RowRange;
import io.waybill.rows.RowRanges;
import java.util.List;
import java.util.Optional;

/**
 * How the rows of a run are read.
 *
 * @param ranges the ranges of several readers, or one that is all rows, to be read in a snapshot; null for one reader without
 * @param words for people: by what, by how many readers, and why not by more or by something quicker
 * @param shared the ranges that several processes read; null where one reads all
 */
public record Reading(RowRanges ranges, String words, SharedRanges shared) {

    /** By one process. */
    public Reading(RowRanges ranges, String words) {
        this(ranges, words, null);
    }

    /**
     * By several processes.
     *
     * @param processes how many, at most
     */
    public static Reading shared(Query query, SharedRanges shared, Export.Reader reader, int processes) {
        String by = by(shared.source(), query, reader);
        if (shared.bounds().isEmpty()) {
            return new Reading(
                    null, "one reader, " + by + "; processes = " + processes + " is not used: " + shared.words());
        }
        return new Reading(
                null,
                shared.all().size() + " ranges, " + by + ", over " + shared.words() + ", " + shared.sees()
                        + ", by up to " + processes + " processes of the ledger that share its staging folder",
                shared);
    }

    /**
     * Decides how a query is read.
     *
     * @param division how it is divided; null where one reader was asked for
     */
    public static Reading of(Source source, Query query, Export.Reader reader, int parallelism, Division division) {
        String by = by(source, query, reader);
        if (division == null) {
            return new Reading(null, "one reader, " + by);
        }
        if (division.conditions().isEmpty()) {
            return new Reading(
                    null, "one reader, " + by + "; parallelism = " + parallelism + " is not used: " + division.words());
        }
        String snapshot =
                source.database().sharedSnapshot().map(SharedSnapshot::words).orElseThrow();
        return new Reading(
                new RowRanges(source.relation(), query.ranges(division)),
                division.conditions().size() + " readers, " + by + ", over " + division.words() + ", " + snapshot);
    }

    /**
     * Decides how a query is read by tasks that Spark has done in processes of its own.
     *
     * @param division as before
     * @throws WaybillException when they would not see the same rows
     */
    public static Reading bySpark(
            Source source, Query query, Export.Reader reader, int parallelism, Division division) {
        String by = by(source, query, reader);
        if (division == null || division.conditions().isEmpty()) {
            String unused =
                    division == null ? "" : "; parallelism = " + parallelism + " is not used: " + division.words();
            return new Reading(
                    new RowRanges(null, List.of(new RowRange(query.sql(), query.parameters()))),
                    "one task of Spark, " + by + unused);
        }
        SharedSnapshot snapshot = source.database().sharedSnapshot().orElseThrow();
        if (!snapshot.crossesProcesses()) {
            throw WaybillException.refusal("engine: \"spark\" with parallelism = " + parallelism
                    + " reads by several processes, and no snapshot of "
                    + source.database().productName()
                    + " can be shared among them: they would not see the same rows; leave parallelism out, and one task reads"
                    + " all of them");
        }
        return new Reading(
                new RowRanges(source.relation(), query.ranges(division)),
                division.conditions().size() + " tasks of Spark, " + by + ", over " + division.words() + ", "
                        + snapshot.words());
    }

    /** The same, so that who reads may be asked for more of what was there at that time. */
    public Reading inSnapshot(Source source, Query query) {
        return ranges != null
                ? this
                : new Reading(
                        new RowRanges(
                                source.isQuery() ? null : source.relation(),
                                List.of(new RowRange(query.sql(), query.parameters()))),
                        words + ", in a snapshot");
    }

    private static String by(Source source, Query query, Export.Reader reader) {
        if (!source.database().has(Trait.COPIES)) {
            return "by JDBC";
        }
        if (reader == Export.Reader.JDBC) {
            return "by JDBC, as reader = \"jdbc\" says";
        }
        Optional<SourceColumn> obstacle = query.columns().stream()
                .map(SelectedColumn::source)
                .filter(column -> !source.database().copies(column))
                .findFirst();
        return obstacle.map(column ->
                        "by JDBC, since COPY does not read column " + column.name() + " (" + wanted(column) + ")")
                .orElse("by COPY");
    }

    private static String wanted(SourceColumn column) {
        return column.type().equals(column.found())
                ? column.nativeType()
                : column.nativeType() + ", declared as " + column.type();
    }
}
