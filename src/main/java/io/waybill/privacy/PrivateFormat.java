package io.waybill.privacy;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import io.waybill.rows.ByteSink;
import io.waybill.rows.Column;
import io.waybill.rows.LeavingColumn;
import io.waybill.rows.RowEncoder;
import io.waybill.rows.RowFormat;
import io.waybill.rows.RowSchema;
import java.io.IOException;
import java.io.OutputStream;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A format that writes what becomes of the values of some columns, whoever encodes, and in whatever thread.
 *
 * @param format how that is written
 * @param treated the columns whose values leave in another form, by their names in the files
 * @param zone whose calendar instants are put into
 */
public record PrivateFormat(RowFormat format, Map<String, TreatedColumn> treated, ZoneId zone) implements RowFormat {

    public PrivateFormat {
        treated = Map.copyOf(treated);
    }

    /** The format itself where no column is treated. */
    public static RowFormat of(RowFormat format, Map<String, TreatedColumn> treated, ZoneId zone) {
        return treated.isEmpty() ? format : new PrivateFormat(format, treated, zone);
    }

    @Override
    public RowEncoder open(RowSchema schema, OutputStream out) throws IOException {
        RowSchema written = written(schema);
        return encoder(schema, written, format.open(written, out));
    }

    @Override
    public Optional<RowEncoder> openAhead(RowSchema schema, ByteSink out) throws IOException {
        RowSchema written = written(schema);
        return format.openAhead(written, out).map(encoder -> encoder(schema, written, encoder));
    }

    /** The same where some columns are not written; it is to be opened without them. */
    public RowFormat without(Set<String> columns) {
        Map<String, TreatedColumn> others = new HashMap<>(treated);
        others.keySet().removeAll(columns);
        return of(format, others, zone);
    }

    /** The values of a column as they leave, for one thread. */
    public LeavingColumn leaving(RowSchema schema, int index) {
        TreatedColumn of = treated.get(schema.column(index).name());
        return of == null
                ? batch -> batch.column(index)
                : new TreatedValues(index, of.written(), Transforms.of(of, zone));
    }

    @Override
    public RowFormat numbered(Map<String, Integer> numbers) {
        return new PrivateFormat(format.numbered(numbers), treated, zone);
    }

    /** @param column as it is written */
    @Override
    public String targetType(Column column) {
        return format.targetType(column);
    }

    /** @throws WaybillException when a column is not there by its name: it would leave as it is */
    private RowSchema written(RowSchema schema) {
        treated.keySet().stream()
                .filter(name -> schema.indexOf(name) < 0)
                .findFirst()
                .ifPresent(name -> {
                    throw new WaybillException(
                            Stage.ENCODE,
                            "transform: the rows have no column \"" + name + "\"; they have "
                                    + String.join(", ", schema.names()));
                });
        return new RowSchema(schema.columns().stream()
                .map(column -> treated.containsKey(column.name())
                        ? treated.get(column.name()).written()
                        : column)
                .toList());
    }

    private PrivateEncoder encoder(RowSchema schema, RowSchema written, RowEncoder encoder) {
        List<ColumnTransform> transforms = new ArrayList<>();
        for (Column column : schema.columns()) {
            TreatedColumn of = treated.get(column.name());
            transforms.add(of == null ? null : Transforms.of(of, zone));
        }
        return new PrivateEncoder(this, written, transforms.toArray(ColumnTransform[]::new), encoder);
    }
}
