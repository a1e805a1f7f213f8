package io.waybill.run;

import io.waybill.WaybillException;
import io.waybill.database.Source;
import io.waybill.database.SourceColumn;
import io.waybill.flow.DataSetKind;
import io.waybill.flow.Export;
import io.waybill.flow.Transform;
import io.waybill.privacy.PrivacyKey;
import io.waybill.privacy.PrivateFormat;
import io.waybill.privacy.TreatedColumn;
import io.waybill.query.Query;
import io.waybill.query.Query.SelectedColumn;
import io.waybill.rows.RowFormat;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.Map;
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
     * Refuses what would tell of values: the order of the rows, and where their files begin.
     *
     * @param bounds the column whose values bound the run's window, and stand in its waybill; null where none do
     */
    void refuseTelling(Export export, Source source, SourceColumn bounds) {
        export.orderBy()
                .forEach(order -> refuse("order_by", order.column(), "the order of the rows would tell of its values"));
        if (export.split().chunks() != null) {
            refuse("chunk_by", export.split().chunks().column(), "where files begin would tell of its values");
        }
        if (export.report() == null && bounds != null) {
            refuse(
                    "since_last_export",
                    bounds.name(),
                    "the bounds of each run are values of it, and stand in the waybill; go by another column, or exclude this one");
        }
        if (export.report() == null && source.kind().hasBatches()) {
            refuse("transform", DataSetKind.BATCH_ID, "waybills, and names of files, tell of batches");
        }
    }

    private void refuse(String key, String name, String why) {
        for (SelectedColumn column : query.columns()) {
            if (column.transform() != null && column.source().name().equalsIgnoreCase(name)) {
                throw WaybillException.refusal(key + ": column " + column.label() + " is to be "
                        + column.transform().words() + ", and " + why);
            }
        }
    }
}
