package io.waybill.format;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import io.waybill.flow.ColumnType;
import io.waybill.rows.Column;
import io.waybill.rows.ColumnVector;
import io.waybill.rows.RowBatch;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;

/** Makes a record of Avro of each row, for data formats that take no maps. Its library is loaded with the first file. */
final class AvroRecords implements RowMaker {

    private final List<Column> columns;
    private final int[] selection;
    private final JavaValue[] values;
    private final Schema schema;

    /**
     * @param selection where the columns are in a batch
     * @throws WaybillException when a column has no name in Avro
     */
    AvroRecords(List<Column> columns, int[] selection) {
        this.columns = columns;
        this.selection = selection;
        this.values = columns.stream().map(column -> value(column.type())).toArray(JavaValue[]::new);
        this.schema = Schema.createRecord(
                "row",
                null,
                "io.waybill",
                false,
                columns.stream().map(AvroRecords::field).toList());
    }

    private static Schema.Field field(Column column) {
        Schema type = schema(column.type());
        Schema nullable = column.nullable() ? Schema.createUnion(Schema.create(Schema.Type.NULL), type) : type;
        try {
            return new Schema.Field(column.name(), nullable, null, (Object) null);
        } catch (AvroRuntimeException e) {
            throw new WaybillException(
                    Stage.ENCODE,
                    "column \"" + column.name()
                            + "\": Avro's names have letters, digits and _ alone, and begin with no digit; leave the column out,"
                            + " or name it otherwise in the query of a data set",
                    e);
        }
    }

    private static Schema schema(ColumnType type) {
        return switch (type.kind()) {
            case BOOLEAN -> Schema.create(Schema.Type.BOOLEAN);
            case INT16, INT32 -> Schema.create(Schema.Type.INT);
            case INT64 -> Schema.create(Schema.Type.LONG);
            case FLOAT32 -> Schema.create(Schema.Type.FLOAT);
            case FLOAT64 -> Schema.create(Schema.Type.DOUBLE);
            case DECIMAL ->
                type.isLimitedDecimal()
                        ? of(Schema.Type.BYTES, LogicalTypes.decimal(type.precision(), type.scale()))
                        : Schema.create(Schema.Type.STRING);
            case TEXT, JSON, UUID, ARRAY -> Schema.create(Schema.Type.STRING);
            case BINARY -> Schema.create(Schema.Type.BYTES);
            case DATE -> of(Schema.Type.INT, LogicalTypes.date());
            case TIME -> of(Schema.Type.LONG, LogicalTypes.timeMicros());
            case TIMESTAMP -> of(Schema.Type.LONG, LogicalTypes.localTimestampMicros());
            case INSTANT -> of(Schema.Type.LONG, LogicalTypes.timestampMicros());
        };
    }

    private static Schema of(Schema.Type type, LogicalType logical) {
        return logical.addToSchema(Schema.create(type));
    }

    private static JavaValue value(ColumnType type) {
        return switch (type.kind()) {
            case BOOLEAN, INT16, INT32, INT64, FLOAT32, FLOAT64 -> ValueStyle.JAVA.of(type);
            case DECIMAL -> type.isLimitedDecimal() ? unscaled(type) : ColumnVector::textAt;
            case TEXT, JSON, UUID, ARRAY -> ColumnVector::textAt;
            case BINARY -> (column, row) -> ByteBuffer.wrap(column.bytesAt(row));
            case DATE -> (column, row) -> Math.toIntExact(ValueStyle.finite(column.longAt(row)));
            case TIME ->
                (column, row) -> micros(ValueStyle.timeOfDay(column.longAt(row)).toNanoOfDay());
            case TIMESTAMP, INSTANT -> AvroRecords::micros;
        };
    }

    private static JavaValue unscaled(ColumnType type) {
        JavaValue decimal = ValueStyle.JAVA.of(type);
        return (column, row) -> ByteBuffer.wrap(((BigDecimal) decimal.at(column, row))
                .setScale(type.scale())
                .unscaledValue()
                .toByteArray());
    }

    private static long micros(long nanos) {
        if (nanos % 1000 != 0) {
            throw new IllegalArgumentException(
                    "the time has digits below the microsecond, which this format has not; declare the column as"
                            + " type = \"text\" in datasets.toml");
        }
        return nanos / 1000;
    }

    private static Object micros(ColumnVector column, int row) {
        micros(column.subMicrosAt(row));
        return ValueStyle.finite(column.longAt(row));
    }

    /** What a column is in the file, for people. */
    static String describe(Column column) {
        return switch (column.type().kind()) {
            case BOOLEAN -> "boolean";
            case INT16, INT32 -> "int";
            case INT64 -> "long";
            case FLOAT32 -> "float";
            case FLOAT64 -> "double";
            case DECIMAL -> column.type().isLimitedDecimal() ? "bytes, decimal" : "string";
            case TEXT, UUID -> "string";
            case JSON, ARRAY -> "string, JSON";
            case BINARY -> "bytes";
            case DATE -> "int, date";
            case TIME -> "long, time-micros";
            case TIMESTAMP -> "long, local-timestamp-micros";
            case INSTANT -> "long, timestamp-micros";
        };
    }

    @Override
    public Object make(RowBatch batch, int row, long number) {
        GenericData.Record made = new GenericData.Record(schema);
        for (int i = 0; i < values.length; i++) {
            ColumnVector column = batch.column(selection[i]);
            if (!column.isNull(row)) {
                try {
                    made.put(i, values[i].at(column, row));
                } catch (IllegalArgumentException | ArithmeticException | IOException e) {
                    throw RowDataFormat.failure(number, columns.get(i), e);
                }
            }
        }
        return made;
    }
}
