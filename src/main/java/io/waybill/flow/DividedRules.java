package io.waybill.flow;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** What of an export goes with several processes that read its rows: each writes whole files of the ranges that it has. */
final class DividedRules {

    private final Export export;
    private final Predicate<Key<?>> given;
    private final List<Refusal> refusals = new ArrayList<>();

    private DividedRules(Export export, Predicate<Key<?>> given) {
        this.export = export;
        this.given = given;
    }

    /** @param given tells of a key whether it is set */
    static List<Refusal> check(Export export, Predicate<Key<?>> given) {
        DividedRules rules = new DividedRules(export, given);
        if (export.isDivided()) {
            rules.checkReading();
            rules.checkRows();
            rules.checkFiles();
        } else if (given.test(ExportKeys.SNAPSHOT)) {
            rules.refuse(
                    ExportKeys.SNAPSHOT,
                    export.engine() == Engine.SPARK
                            ? "does not go with engine = \"spark\": all its tasks read one exported snapshot, or one of them"
                                    + " reads all rows"
                            : "is for several processes; with one, all rows are those of the same moment");
        }
        return rules.refusals;
    }

    private void refuse(Key<?> key, String message) {
        refusals.add(new Refusal(key.name(), message));
    }

    private void refuse(boolean wrong, Key<?> key, String why) {
        if (wrong) {
            refuse(key, "does not go with processes = " + export.get(ExportKeys.PROCESSES) + ": " + why);
        }
    }

    /** Who reads, and what. */
    private void checkReading() {
        if (export.engine() != Engine.LOCAL) {
            refuse(
                    ExportKeys.PROCESSES,
                    "does not go with engine = \"" + Form.lower(export.engine())
                            + "\", which divides the work itself; leave it out");
        }
        refuse(
                export.isOfManyTables(),
                ExportKeys.SOURCE_DATASET_ID,
                "of many tables, each has a run of its own; tables_at_once exports some of them side by side");
        refuse(
                export.get(ExportKeys.PARALLELISM) > 1,
                ExportKeys.PARALLELISM,
                "each process reads one range at a time; one of the two is allowed");
        refuse(
                export.changes() != null,
                ExportKeys.SINCE_LAST_EXPORT,
                "\"changes\" are what one process has found; true is allowed");
    }

    /** What is known of all rows together, and not of those of a range. */
    private void checkRows() {
        refuse(export.report() != null, ExportKeys.REPORT, "the groups of a report are made of all rows");
        refuse(!export.orderBy().isEmpty(), ExportKeys.ORDER_BY, "nobody has all rows to order them");
        refuse(export.get(ExportKeys.LIMIT) != 0, ExportKeys.LIMIT, "nobody counts all rows as they go by");
        refuse(
                !export.expectations().isEmpty(),
                ExportKeys.EXPECT,
                "what is expected of rows is measured as all of them go by, in one process");
        refuse(
                export.get(ExportKeys.CHECKSUMS),
                ExportKeys.CHECKSUMS,
                "columns are added up as all rows go by, in one process");
    }

    /** Each range has files of its own, which have their numbers when all are there. */
    private void checkFiles() {
        refuse(
                export.split().chunks() != null,
                SplitKeys.CHUNK_BY,
                "its files go by time, and ranges by the table's pages or its key");
        refuse(
                !export.filesByColumns().isNone(),
                ExportRules.pathKey(given),
                "with {column:…} its files go by values, of which each range may have any");
        refuse(
                export.compression() == Compression.ZIP,
                ExportKeys.COMPRESSION,
                "an archive names its files by numbers that are known when all are there; gzip and zstd are allowed");
        FileFormat format = export.format();
        if (format != null) {
            refuse(
                    format.extension().equals("xlsx"),
                    ExportKeys.FORMAT,
                    "\"xlsx\" is a workbook, which one process writes");
            refuse(
                    !format.isNamed(),
                    ExportKeys.EXPORTER_CONFIG,
                    "its data_format may be another one in another process; formats of Waybill's own are allowed");
        }
        boolean several = export.split().endsFiles()
                || export.delivery().isDirectory()
                || export.delivery().path().variables().contains("part");
        refuse(
                !several && export.delivery().namesFiles(),
                ExportRules.pathKey(given),
                "it is one file, and each range has files of its own; end it in /, write {part}, or set"
                        + " max_rows_per_file or target_file_size_bytes");
    }
}
