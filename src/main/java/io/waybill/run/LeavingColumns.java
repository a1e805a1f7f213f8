package io.waybill.run;

import io.waybill.WaybillException;
import io.waybill.database.Source;
import io.waybill.database.SourceColumn;
import io.waybill.flow.DataSetKind;
import io.waybill.flow.Export;
import io.waybill.flow.Transform;
import io.waybill.flow.Window;
import io.waybill.privacy.PrivacyKey;
import io.waybill.privacy.PrivateFormat;
import io.waybill.privacy.TreatedColumn;
import io.waybill.query.Query;
import io.waybill.query.Query.SelectedColumn;
import io.waybill.query.Treatments;
import io.waybill.rows.RowFormat;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/** Sees to columns whose values leave in another form: that they do, and that nothing else of a run tells of them. */
record LeavingColumns(Query query) {

    /**
     * A format that writes what becomes of the values.
     *
     * @param keys finds a key by where it was named, and its id
     * @param zone whose calendar instants are put into
     */
    RowFormat written(RowFormat format, BiFunction<String, String, PrivacyKey> keys, ZoneId zone) {
        Map<String, TreatedColumn> treated = new LinkedHashMap<>();
        for (SelectedColumn column : query.columns()) {
            Transform transform = column.transform();
            if (transform != null) {
                PrivacyKey key = transform.keyId() == null
                        ? null
                        : keys.apply("column " + column.label() + ": key", transform.keyId());
                treated.put(
                        column.label(),
                        new TreatedColumn(
                                column.read(),
                                column.written(),
                                transform,
                                column.source().isPadded(),
                                key));
            }
        }
        return PrivateFormat.of(format, treated, zone);
    }

    /**
     * Refuses what would tell of values: the order of the rows, where their files begin, and what of a window stands in waybills and in
     * names of files. The values of a column that is left out are told by them as well.
     *
     * @param window the rows of the run; the column of a slice counts
     */
    void refuseTelling(Export export, Source source, Window window) {
        Treatments treatments = treatments(export, source);
        export.orderBy().forEach(order -> {
            refuse(
                    "order_by",
                    ordered(export, treatments, order.column()),
                    "the order of the rows would tell of its values");
        });
        if (export.split().chunks() != null) {
            refuse(
                    "chunk_by",
                    ordered(export, treatments, export.split().chunks().column()),
                    "where files begin would tell of its values");
        }
        if (window instanceof Window.Slice slice) {
            refuse(
                    "backfill",
                    treated(treatments, slice.column()),
                    "waybills and names of files would tell of its values; name another column (--column)");
        }
    }

    /**
     * Refuses a column whose values bound the run's window, before they are looked at: what is wrong with one is told with it.
     *
     * @param bounds that column
     */
    static void refuseBounds(Export export, Source source, SourceColumn bounds) {
        refuse(
                "since_last_export",
                treated(treatments(export, source), bounds.name()),
                "the bounds of each run are values of it, and stand in the waybill; go by another column");
    }

    /** Likewise batches that are not to be told of: refusals tell which ones there are, and so does each waybill. */
    static void refuseBatches(Export export, Source source) {
        if (!source.kind().hasBatches()) {
            return;
        }
        refuse(
                "transform",
                treated(treatments(export, source), DataSetKind.BATCH_ID),
                "waybills, and names of files, tell of batches");
        source.find(DataSetKind.BATCH_ID).filter(SourceColumn::pii).ifPresent(column -> {
            throw WaybillException.refusal("pii_policy: column " + column.name()
                    + " is marked pii, and waybills, and names of files, tell of batches; say pii = false of it in"
                    + " datasets.toml, or kind = \"plain\" of the data set");
        });
    }

    /** Refuses a watermark whose value the ledger would keep, although it leaves in another form or not at all. */
    static void refuseKept(Export export, Source source, SourceColumn watermark) {
        refuse(
                "watermark",
                treated(treatments(export, source), watermark.name()),
                "the ledger would keep a value of it; go by another column");
    }

    private static Treatments treatments(Export export, Source source) {
        return export.report() == null
                ? Treatments.of(source, export.selection())
                : Treatments.of(source, export.selection(), export.report());
    }

    /** A column, by its name, and what becomes of its values. */
    private record Treated(String name, Transform transform) {}

    private static Optional<Treated> treated(Treatments treatments, String name) {
        return treatments
                .source()
                .find(name)
                .flatMap(column -> Optional.ofNullable(treatments.of(column))
                        .map(transform -> new Treated(column.name(), transform)));
    }

    /** What rows are ordered by is a column of the data set, whether it goes out or not; of a report, one of its own. */
    private Optional<Treated> ordered(Export export, Treatments treatments, String name) {
        return export.report() == null
                ? treated(treatments, name)
                : query.columns().stream()
                        .filter(column -> column.transform() != null
                                && column.source().name().equalsIgnoreCase(name))
                        .findFirst()
                        .map(column -> new Treated(column.label(), column.transform()));
    }

    private static void refuse(String key, Optional<Treated> treated, String why) {
        treated.ifPresent(column -> {
            throw WaybillException.refusal(key + ": column " + column.name() + " is to be "
                    + column.transform().words() + ", and " + why);
        });
    }
}
