package io.waybill.run;

import io.waybill.WaybillException;
import io.waybill.contract.Contract;
import io.waybill.contract.Contract.KeyColumn;
import io.waybill.database.Source;
import io.waybill.database.SourceColumn;
import io.waybill.flow.ColumnType;
import io.waybill.flow.DataSetKind;
import io.waybill.flow.Delivery;
import io.waybill.flow.Export;
import io.waybill.flow.ExportMode;
import io.waybill.flow.ExportRules;
import io.waybill.flow.Order;
import io.waybill.flow.Transform;
import io.waybill.query.Query;
import io.waybill.query.Query.SelectedColumn;
import io.waybill.query.QueryPlanner;
import io.waybill.rows.Column;
import io.waybill.rows.TableRows;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The key by which the rows of a run take the place of others, at destinations where they do.
 *
 * @param columns those of the key; none where rows take no other's place
 * @param recordType what tells rows that are gone from others; null where nothing does
 */
public record RowKey(List<SelectedColumn> columns, SelectedColumn recordType) {

    /** Rows take the place of none. */
    public static final RowKey NONE = new RowKey(List.of(), null);

    /** What makes equal values of equal ones, and of others others. */
    private static final Set<Transform.Method> ONE_TO_ONE =
            EnumSet.of(Transform.Method.HASH, Transform.Method.TOKENIZE);

    public RowKey {
        columns = List.copyOf(columns);
    }

    /**
     * What runs have to be like whose rows take the place of others.
     *
     * @param delivery to where they do; null where there is no such destination, and nothing is wanted
     */
    record Wanted(Delivery delivery, Export export, Source source) {

        static Wanted by(Planner planner, Source source) {
            Export export = planner.subject().export();
            Delivery replacing = export.deliveries().stream()
                    .filter(delivery -> delivery.kind().takesTableFiles()
                            && planner.means().destinations().apply(delivery).replacesByKey())
                    .findFirst()
                    .orElse(null);
            return new Wanted(replacing, export, source);
        }

        /** A batch is where a row was changed, and none of what tells it from others. */
        private List<String> names() {
            return source.key().stream()
                    .filter(name -> !source.kind().hasBatches() || !name.equalsIgnoreCase(DataSetKind.BATCH_ID))
                    .toList();
        }

        /**
         * Has the planner of a query take the last change of each row alone.
         *
         * @throws WaybillException when the rows of the run may not take the place of others
         */
        QueryPlanner planner(Planner.Request request, ExportMode mode) {
            if (isNothing()) {
                return new QueryPlanner(source);
            }
            String beside = ExportRules.besideKeys(delivery.id());
            if (mode == ExportMode.BATCH) {
                throw WaybillException.refusal("export_mode: \"batch\" " + beside + ExportRules.EARLIER_BATCH);
            }
            if (export.report() != null) {
                throw WaybillException.refusal("report: " + beside + ExportRules.KEYLESS_REPORT);
            }
            if (export.isDivided()) {
                throw WaybillException.refusal("processes: " + beside + ExportRules.DIVIDED_KEYS);
            }
            if (source.kind().hasBatches() && request.window() != null) {
                throw WaybillException.refusal("an earlier run again, or a backfill, " + beside
                        + "changes of then would take the place of later ones; waybill watermark set, or reset, has the"
                        + " next run go over them once more, the last of each row");
            }
            if (names().isEmpty()) {
                throw WaybillException.refusal("delivery \"" + delivery.id()
                        + "\": rows take the place of those with their key, and nobody has said the key of data set \""
                        + source.id() + "\"; declare it in datasets.toml: primary_key = [\"<column>\"]");
            }
            return new QueryPlanner(source).lastOf(names());
        }

        boolean isNothing() {
            return delivery == null;
        }

        private Optional<SourceColumn> recordType() {
            boolean isOfChanges = !isNothing()
                    && (source.kind() == DataSetKind.CHANGE_FEED || source.kind() == DataSetKind.DELTA_TRANSACTION);
            return isOfChanges ? source.find(DataSetKind.RECORD_TYPE) : Optional.empty();
        }

        /** What is deleted comes together: it has files of its own. */
        List<Order> order(List<Order> asked) {
            return Stream.concat(recordType().map(column -> new Order(column.name(), false)).stream(), asked.stream())
                    .toList();
        }

        /** @throws WaybillException when the key does not leave, or not as it is */
        RowKey of(Query query) {
            if (isNothing()) {
                return NONE;
            }
            List<SelectedColumn> columns = new ArrayList<>();
            for (String name : names()) {
                SelectedColumn column = find(query, name)
                        .orElseThrow(() -> WaybillException.refusal("columns: column \"" + name
                                + "\" of the key is not among those that are exported, and rows take the place of those"
                                + " with their key at delivery \"" + delivery.id() + "\"; add it"));
                requireFit(column);
                columns.add(column);
            }
            Optional<SourceColumn> type = recordType();
            if (type.isEmpty()) {
                return new RowKey(columns, null);
            }
            SelectedColumn recordType = find(query, type.get().name())
                    .filter(column -> column.transform() == null)
                    .orElseThrow(() -> WaybillException.refusal("columns: \"" + DataSetKind.RECORD_TYPE
                            + "\" tells which rows are deleted, and has to be exported as it is, since delivery \""
                            + delivery.id() + "\" deletes them; the table does not get it"));
            return new RowKey(columns, recordType);
        }

        private static Optional<SelectedColumn> find(Query query, String name) {
            return query.columns().stream()
                    .filter(column -> column.source().name().equals(name))
                    .findFirst();
        }

        private void requireFit(SelectedColumn column) {
            Transform transform = column.transform();
            if (transform != null && !ONE_TO_ONE.contains(transform.method())) {
                throw WaybillException.refusal("transform: column \"" + column.label() + "\" of the key is to be "
                        + transform.words() + ", and rows take the place of those with their key at delivery \""
                        + delivery.id() + "\": different rows would have one; hash and tokenize are allowed");
            }
            ColumnType type = column.written().type();
            boolean isUnlimited = type.kind() == ColumnType.Kind.DECIMAL && !type.isLimitedDecimal();
            if (type.isFloating()
                    || isUnlimited
                    || type.kind() == ColumnType.Kind.ARRAY
                    || type.kind() == ColumnType.Kind.JSON) {
                throw WaybillException.refusal("delivery \"" + delivery.id() + "\": column \"" + column.label()
                        + "\" of the key is " + type + ", whose equal values may be written differently"
                        + (isUnlimited ? "; declare its digits in datasets.toml: type = \"decimal(18,0)\"" : "")
                        + "; whole numbers, decimals with digits, texts, dates, times, uuid, boolean and binary are"
                        + " keys");
            }
        }
    }

    public boolean isNone() {
        return columns.isEmpty();
    }

    /** What the rows are to tables that get them. */
    TableRows rows(Query query) {
        List<Column> written = query.columns().stream()
                .map(column -> columns.contains(column) ? keyed(column.written()) : column.written())
                .toList();
        return new TableRows(
                written,
                columns.stream().map(SelectedColumn::label).toList(),
                recordType == null ? null : recordType.label());
    }

    private static Column keyed(Column column) {
        return new Column(column.name(), column.type(), false, column.isPrivate());
    }

    /** That no two rows of a run have one key, of which only one could be in the table. */
    public Contract contract(Query query) {
        if (isNone()) {
            return Contract.NONE;
        }
        return Contract.ofKey(
                columns.stream()
                        .map(column ->
                                new KeyColumn(column.label(), query.columns().indexOf(column)))
                        .toList(),
                columns.stream().anyMatch(SelectedColumn::isPrivate));
    }

    /** The names of its columns, as a list. */
    public String names() {
        return columns.stream().map(SelectedColumn::label).collect(Collectors.joining(", "));
    }

    /** What becomes of rows at a destination where they take the place of others. */
    public String words(Plan plan) {
        return "rows take the place of those with their key, " + names()
                + (recordType == null
                        ? "; what is deleted in the source stays, and so does a row whose key has changed, under the old one"
                        : plan.mode() == ExportMode.INCREMENTAL ? "; deletions are not exported, and stay" : "")
                + (!plan.export().filters().isEmpty() ? "; rows that filters leave out stay as they were" : "");
    }
}
