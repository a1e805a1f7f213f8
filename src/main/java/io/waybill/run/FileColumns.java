package io.waybill.run;

import io.waybill.WaybillException;
import io.waybill.database.Source;
import io.waybill.flow.Export;
import io.waybill.flow.FilesByColumns;
import io.waybill.flow.PathColumns;
import io.waybill.part.DivisionByValue;
import io.waybill.privacy.PrivateFormat;
import io.waybill.query.Query;
import io.waybill.query.Query.SelectedColumn;
import io.waybill.rows.Column;
import io.waybill.rows.LeavingColumn;
import io.waybill.rows.NarrowFormat;
import io.waybill.rows.RowDivider;
import io.waybill.rows.RowFormat;
import io.waybill.rows.RowSchema;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** By the values of which columns the files of a run are told apart. Paths have them as they leave. */
record FileColumns(Export export, Source source, Query query, RowKey key, List<PlannedDelivery> deliveries) {

    private FilesByColumns wished() {
        return export.filesByColumns();
    }

    /** @throws WaybillException when a column is not among those that are exported, or no file can go by it */
    void check() {
        wished().columns().forEach(this::selected);
        if (leftOut().size() == query.columns().size()) {
            throw WaybillException.refusal("path_columns: \"leave_out\" leaves no column for the files");
        }
        if (export.isDivided() && dividesTables()) {
            throw WaybillException.refusal(
                    "processes: the table is partitioned, and its files go by values, of which each range"
                            + " may have any; leave processes out, or use parallelism");
        }
    }

    private boolean dividesTables() {
        return deliveries.stream()
                .anyMatch(delivery ->
                        !delivery.destination().dividers(key.rows(query)).isEmpty());
    }

    /** The columns that files do not have, by their names there. */
    Set<String> leftOut() {
        Set<String> labels = new HashSet<>();
        if (wished().inFiles() == PathColumns.LEAVE_OUT) {
            wished().columns().forEach(name -> labels.add(selected(name).label()));
        }
        return labels;
    }

    private SelectedColumn selected(String name) {
        String at = "file_path: {column:" + name + "}: ";
        SelectedColumn column = export.report() == null ? ofSource(name, at) : ofReport(name, at);
        if (column.source().pii() && column.transform() == null) {
            throw WaybillException.refusal(at + "column " + column.label()
                    + " is marked pii, and its values would be in names of files, which ledgers, logs and notices tell;"
                    + " name another column, or have a transform change it");
        }
        DivisionByValue.unfit(column.written().type()).ifPresent(unfit -> {
            throw WaybillException.refusal(at + "column " + column.label() + " " + unfit);
        });
        return column;
    }

    private SelectedColumn ofSource(String name, String at) {
        String known = source.column("file_path", name).name();
        return query.columns().stream()
                .filter(column -> column.source().name().equals(known))
                .findFirst()
                .orElseThrow(() -> WaybillException.refusal(at + "column " + known
                        + (query.withheld().contains(known)
                                ? " is marked pii and left out, and names of files do not tell of it either"
                                : " is not among those that are exported; add it to columns, and path_columns = \"leave_out\" where"
                                        + " files are not to have it")));
    }

    private SelectedColumn ofReport(String name, String at) {
        return query.columns().stream()
                .filter(column -> column.label().equals(name))
                .findFirst()
                .orElseThrow(() -> WaybillException.refusal(at + "the report has no such column; it has "
                        + String.join(
                                ", ",
                                query.columns().stream()
                                        .map(SelectedColumn::label)
                                        .toList())));
    }

    /** How files are written: as the plan says, without the columns that they do not have. */
    RowFormat format(RowFormat planned) {
        Set<String> leftOut = leftOut();
        RowFormat others = planned instanceof PrivateFormat hiding ? hiding.without(leftOut) : planned;
        return NarrowFormat.of(others, leftOut);
    }

    /**
     * How rows are divided; null where they are not.
     *
     * @param schema what the rows have
     * @param format as the plan says
     */
    DivisionByValue division(RowSchema schema, RowFormat format) {
        List<DivisionByValue.By> by = new ArrayList<>();
        for (String name : wished().columns()) {
            SelectedColumn column = selected(name);
            Column written = column.written();
            boolean isPadded = column.transform() == null && column.source().isPadded();
            RowDivider divider = DivisionByValue.byValue(
                    new Column(name, written.type(), written.nullable(), written.isPrivate()), isPadded);
            by.add(new DivisionByValue.By(divider, leaving(column.label(), schema, format), written));
        }
        for (PlannedDelivery delivery : deliveries) {
            for (RowDivider divider : delivery.destination().dividers(key.rows(query))) {
                boolean isNew =
                        by.stream().noneMatch(known -> known.divider().name().equals(divider.name()));
                if (isNew) {
                    requireTold(divider);
                    Column column = written().stream()
                            .filter(each -> each.name().equals(divider.column()))
                            .findFirst()
                            .orElseThrow();
                    by.add(new DivisionByValue.By(divider, leaving(column.name(), schema, format), column));
                }
            }
        }
        return by.isEmpty()
                ? null
                : new DivisionByValue(
                        by,
                        Set.copyOf(wished().columns()),
                        wished().maxOpen(),
                        wished().maxFiles(),
                        new FileNamesCheck(export, deliveries));
    }

    /** Waybills, which anybody may read, tell by what the files of a table are divided. */
    private void requireTold(RowDivider divider) {
        boolean isPlain = query.columns().stream()
                .anyMatch(column -> column.label().equals(divider.column())
                        && column.source().pii()
                        && column.transform() == null);
        if (isPlain && divider.tellsOfValues()) {
            throw WaybillException.refusal("the table is partitioned by " + divider.name() + ", and column "
                    + divider.column()
                    + " is marked pii: waybills would tell of its values; partition by a bucket of it,"
                    + " or have a transform change it");
        }
    }

    private List<Column> written() {
        return query.columns().stream().map(SelectedColumn::written).toList();
    }

    private static LeavingColumn leaving(String label, RowSchema schema, RowFormat format) {
        int index = schema.indexOf(label);
        if (index < 0) {
            throw WaybillException.refusal("file_path: the rows have no column \"" + label + "\"; they have "
                    + String.join(", ", schema.names()));
        }
        return format instanceof PrivateFormat hiding ? hiding.leaving(schema, index) : batch -> batch.column(index);
    }
}
