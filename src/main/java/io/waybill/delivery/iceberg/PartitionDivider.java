package io.waybill.delivery.iceberg;

import io.waybill.rows.ByteSink;
import io.waybill.rows.Column;
import io.waybill.rows.ColumnVector;
import io.waybill.rows.RowDivider;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.transforms.Transform;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types.DecimalType;

/** Divides rows as the partitions of a table do: by what Iceberg itself makes of a column's values. */
final class PartitionDivider implements RowDivider {

    private final String term;
    private final String column;
    private final Type type;
    private final Transform<Object, Object> transform;
    private final Function<Object, Object> bound;
    /** Numbers that come again and again are made something of once. */
    private long lastNumber;

    private Object lastResult;

    @SuppressWarnings("unchecked") // a transform takes the values of its column
    private PartitionDivider(PartitionField field, String column, Type type) {
        this.term = term(field, column);
        this.column = column;
        this.type = type;
        this.transform = (Transform<Object, Object>) field.transform();
        this.bound = transform.bind(type)::apply;
    }

    /** What a field of partitions is made of: {@code bucket[16](id)}. */
    static String term(PartitionField field, String column) {
        return field.transform() + "(" + column + ")";
    }

    /**
     * Those of a table.
     *
     * @param schema the table's columns
     * @param rows the columns of the rows, as they are written; all rows are of one partition by a column that they have not
     */
    static List<RowDivider> of(PartitionSpec spec, Schema schema, List<Column> rows) {
        List<RowDivider> dividers = new ArrayList<>();
        for (PartitionField field : spec.fields()) {
            String name = schema.findColumnName(field.sourceId());
            if (!field.transform().isVoid()
                    && rows.stream().anyMatch(column -> column.name().equals(name))) {
                dividers.add(new PartitionDivider(field, name, schema.findType(field.sourceId())));
            }
        }
        return dividers;
    }

    @Override
    public boolean tellsOfValues() {
        return transform.preservesOrder(); // a bucket does not
    }

    @Override
    public String name() {
        return term;
    }

    @Override
    public String column() {
        return column;
    }

    @Override
    public void put(ColumnVector values, int row, ByteSink key) throws IOException {
        Object result = result(values, row);
        if (result == null) {
            key.put(0);
            return;
        }
        String text = result instanceof ByteBuffer binary ? hex(binary) : result.toString();
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        key.put(1);
        key.putLong(bytes.length);
        key.put(' ');
        key.put(bytes);
    }

    @Override
    public String text(ColumnVector values, int row) {
        Object result = result(values, row);
        return result == null ? null : transform.toHumanString(transform.getResultType(type), result);
    }

    private Object result(ColumnVector values, int row) {
        if (values.isNull(row)) {
            return null;
        }
        if (values.type().isBytes() || values.type().isFloating()) {
            return bound.apply(value(values, row));
        }
        long number = values.longAt(row);
        if (lastResult == null || number != lastNumber) {
            lastResult = bound.apply(value(values, row));
            lastNumber = number;
        }
        return lastResult;
    }

    /** As Iceberg has values of the type. */
    private Object value(ColumnVector values, int row) {
        return switch (type.typeId()) {
            case BOOLEAN -> values.longAt(row) != 0;
            case INTEGER, DATE -> (int) values.longAt(row);
            case LONG, TIMESTAMP -> values.longAt(row);
            case TIME -> values.longAt(row) / 1000;
            case FLOAT -> (float) values.doubleAt(row);
            case DOUBLE -> values.doubleAt(row);
            case DECIMAL -> new BigDecimal(values.textAt(row)).setScale(((DecimalType) type).scale());
            case UUID -> UUID.fromString(values.textAt(row));
            case BINARY -> ByteBuffer.wrap(values.bytesAt(row));
            case STRING -> values.textAt(row);
            default -> throw new IllegalArgumentException(type + " divides no rows");
        };
    }

    /** What is cut off is not among it. */
    private static String hex(ByteBuffer binary) {
        byte[] bytes = new byte[binary.remaining()];
        binary.duplicate().get(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
