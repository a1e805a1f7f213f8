package io.waybill.format;

import io.waybill.flow.ColumnType;
import io.waybill.flow.FloatText;
import io.waybill.flow.NumberRange;
import io.waybill.rows.Column;
import io.waybill.rows.ColumnVector;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;
import org.apache.parquet.schema.Types;

/**
 * The Parquet type of each {@link ColumnType}, and the writer that goes with it.
 *
 * @param declaredUnit the unit of timestamps; null for what each column's digits need
 * @param numbers the numbers by which a table knows columns, and elements of lists, by their names; empty where no table does
 * @param key the names of the columns by which rows take the place of others in that table; empty where they do not
 */
record ParquetTypes(TimeUnit declaredUnit, Map<String, Integer> numbers, List<String> key) {

    /** What a file says of the key: the numbers of its columns. */
    private static final String KEY = "waybill.key";

    /** The name of a list's elements. */
    private static final String ELEMENT = "element";

    /** A column as it is written: one of the key is never NULL. */
    Column written(Column column) {
        return key.contains(column.name())
                ? new Column(column.name(), column.type(), false, column.isPrivate())
                : column;
    }

    /** What files say besides. */
    Map<String, String> metadata() {
        return key.isEmpty()
                ? Map.of()
                : Map.of(
                        KEY, key.stream().map(numbers::get).map(String::valueOf).collect(Collectors.joining(",")));
    }

    MessageType schema(List<Column> columns) {
        return new MessageType("rows", columns.stream().map(this::field).toList());
    }

    private Type field(Column column) {
        Repetition repetition = column.nullable() ? Repetition.OPTIONAL : Repetition.REQUIRED;
        return type(column.type(), repetition, column.name(), column.name());
    }

    /** @param path its name with those of what it is in, by which its number is known */
    private Type type(ColumnType type, Repetition repetition, String name, String path) {
        Type named = named(type, repetition, name, path);
        Integer number = numbers.get(path);
        return number == null ? named : named.withId(number);
    }

    private Type named(ColumnType type, Repetition repetition, String name, String path) {
        if (type.element() != null) {
            return Types.list(repetition)
                    .element(type(type.element(), Repetition.OPTIONAL, ELEMENT, path + "." + ELEMENT))
                    .named(name);
        }
        Form form = form(type);
        return Types.primitive(form.primitive(), repetition)
                .length(form.length())
                .as(form.annotation())
                .named(name);
    }

    /**
     * What a value is in Parquet.
     *
     * @param length its bytes, where all values have as many; else 0
     * @param annotation what it means; null where that is the primitive type
     */
    private record Form(PrimitiveTypeName primitive, int length, LogicalTypeAnnotation annotation) {

        Form(PrimitiveTypeName primitive, LogicalTypeAnnotation annotation) {
            this(primitive, 0, annotation);
        }
    }

    private Form form(ColumnType type) {
        return switch (type.kind()) {
            case BOOLEAN -> new Form(PrimitiveTypeName.BOOLEAN, null);
            case INT16 -> new Form(PrimitiveTypeName.INT32, LogicalTypeAnnotation.intType(16, true));
            case INT32 -> new Form(PrimitiveTypeName.INT32, null);
            case INT64 -> new Form(PrimitiveTypeName.INT64, null);
            case FLOAT32 -> new Form(PrimitiveTypeName.FLOAT, null);
            case FLOAT64 -> new Form(PrimitiveTypeName.DOUBLE, null);
            case DECIMAL -> decimal(type);
            case TEXT -> new Form(PrimitiveTypeName.BINARY, LogicalTypeAnnotation.stringType());
            case JSON -> new Form(PrimitiveTypeName.BINARY, LogicalTypeAnnotation.jsonType());
            case UUID -> new Form(PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY, 16, LogicalTypeAnnotation.uuidType());
            case BINARY -> new Form(PrimitiveTypeName.BINARY, null);
            case DATE -> new Form(PrimitiveTypeName.INT32, LogicalTypeAnnotation.dateType());
            case TIME -> new Form(PrimitiveTypeName.INT64, LogicalTypeAnnotation.timeType(false, timeUnit(type)));
            case TIMESTAMP -> new Form(PrimitiveTypeName.INT64, LogicalTypeAnnotation.timestampType(false, unit(type)));
            case INSTANT -> new Form(PrimitiveTypeName.INT64, LogicalTypeAnnotation.timestampType(true, unit(type)));
            case ARRAY -> throw new IllegalArgumentException("a list is no primitive type");
        };
    }

    /** A decimal of unknown size is text: no reader takes more than 38 digits, and rounding is not ours to do. */
    private static Form decimal(ColumnType type) {
        if (!type.isLimitedDecimal()) {
            return new Form(PrimitiveTypeName.BINARY, LogicalTypeAnnotation.stringType());
        }
        LogicalTypeAnnotation annotation = LogicalTypeAnnotation.decimalType(type.scale(), type.precision());
        if (type.precision() <= 9) {
            return new Form(PrimitiveTypeName.INT32, annotation);
        }
        return type.precision() <= 18
                ? new Form(PrimitiveTypeName.INT64, annotation)
                : new Form(
                        PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY, ParquetDecimals.bytesFor(type.precision()), annotation);
    }

    private TimeUnit unit(ColumnType type) {
        return declaredUnit != null ? declaredUnit : timeUnit(type);
    }

    /** A time of day is an INT64 of microseconds or nanoseconds; milliseconds would be another physical type. */
    private static TimeUnit timeUnit(ColumnType type) {
        return type.precision() > 6 ? TimeUnit.NANOS : TimeUnit.MICROS;
    }

    ParquetColumnWriter writer(ColumnType type) {
        return switch (type.kind()) {
            case BOOLEAN -> (column, row, out, repeat, level) -> out.write(column.longAt(row) != 0, repeat, level);
            case INT16, INT32 ->
                (column, row, out, repeat, level) ->
                        out.write((int) NumberRange.check(column.longAt(row), type), repeat, level);
            case INT64 -> (column, row, out, repeat, level) -> out.write(column.longAt(row), repeat, level);
            case FLOAT32 -> (column, row, out, repeat, level) -> out.write(single(column.doubleAt(row)), repeat, level);
            case FLOAT64 -> (column, row, out, repeat, level) -> out.write(column.doubleAt(row), repeat, level);
            case DECIMAL -> decimalWriter(type);
            case TEXT, JSON, BINARY ->
                (column, row, out, repeat, level) -> out.write(bytes(column, row), repeat, level);
            case UUID -> (column, row, out, repeat, level) -> out.write(uuid(column.textAt(row)), repeat, level);
            case DATE -> (column, row, out, repeat, level) -> out.write(days(column.longAt(row)), repeat, level);
            case TIME -> timeWriter(type);
            case TIMESTAMP, INSTANT -> timestampWriter(type);
            case ARRAY -> new ParquetListWriter(this, type.element());
        };
    }

    /** The writer makes what it buffers of it its own. */
    private static Binary bytes(ColumnVector column, int row) {
        return Binary.fromReusedByteArray(column.bytes(), column.start(row), column.end(row) - column.start(row));
    }

    private static float single(double value) {
        float single = (float) value;
        if (single != value && !Double.isNaN(value)) {
            throw new IllegalArgumentException(FloatText.of(value) + " does not fit real");
        }
        return single;
    }

    private static int days(long days) {
        if (finite(days) != (int) days) {
            throw new IllegalArgumentException("a Parquet DATE reaches from the year -5877641 to 5881580;"
                    + " declare the column as type = \"text\" in datasets.toml");
        }
        return (int) days;
    }

    private static ParquetColumnWriter decimalWriter(ColumnType type) {
        Form form = decimal(type);
        return switch (form.primitive()) {
            case BINARY -> (column, row, out, repeat, level) -> out.write(bytes(column, row), repeat, level);
            case INT32 ->
                (column, row, out, repeat, level) ->
                        out.write((int) ParquetDecimals.unscaledLong(column, row, type), repeat, level);
            case INT64 ->
                (column, row, out, repeat, level) ->
                        out.write(ParquetDecimals.unscaledLong(column, row, type), repeat, level);
            default ->
                (column, row, out, repeat, level) ->
                        out.write(ParquetDecimals.unscaledBytes(column, row, type, form.length()), repeat, level);
        };
    }

    private static ParquetColumnWriter timeWriter(ColumnType type) {
        int divisor = timeUnit(type) == TimeUnit.NANOS ? 1 : 1000;
        return (column, row, out, repeat, level) -> {
            long nanos = column.longAt(row);
            if (nanos < 0 || nanos >= 86_400_000_000_000L) {
                throw new IllegalArgumentException("a Parquet TIME is a time of day, from 00:00 to before 24:00;"
                        + " declare the column as type = \"text\" in datasets.toml");
            }
            if (nanos % divisor != 0) {
                throw new IllegalArgumentException("the time has digits below the microsecond, which " + type
                        + " has not; declare the column as type = \"time(9)\" in datasets.toml");
            }
            out.write(nanos / divisor, repeat, level);
        };
    }

    private ParquetColumnWriter timestampWriter(ColumnType type) {
        return switch (unit(type)) {
            case MILLIS ->
                (column, row, out, repeat, level) ->
                        out.write(Math.floorDiv(finite(column.longAt(row)), 1000L), repeat, level);
            case MICROS -> (column, row, out, repeat, level) -> out.write(finite(column.longAt(row)), repeat, level);
            case NANOS ->
                (column, row, out, repeat, level) ->
                        out.write(nanos(column.longAt(row), column.subMicrosAt(row)), repeat, level);
        };
    }

    static long finite(long value) {
        if (ColumnType.isInfinite(value)) {
            throw new IllegalArgumentException((value > 0 ? "infinity" : "-infinity") + " has no form in Parquet;"
                    + " declare the column as type = \"text\" in datasets.toml, or filter such rows out");
        }
        return value;
    }

    private static long nanos(long micros, int below) {
        try {
            return Math.addExact(Math.multiplyExact(finite(micros), 1000L), below);
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException(
                    "a Parquet timestamp in nanoseconds reaches from 1677 to 2262;"
                            + " set timestamp_unit = \"micros\"",
                    e);
        }
    }

    static Binary uuid(String text) {
        UUID uuid = UUID.fromString(text);
        return Binary.fromConstantByteArray(ByteBuffer.allocate(16)
                .putLong(uuid.getMostSignificantBits())
                .putLong(uuid.getLeastSignificantBits())
                .array());
    }

    /** The column's type as a reader of Parquet names it: {@code INT64 TIMESTAMP(MICROS,true)}. */
    String describe(Column column) {
        if (column.type().element() != null) {
            return "LIST of " + describe(new Column("element", column.type().element()));
        }
        Type type = field(column);
        LogicalTypeAnnotation annotation = type.getLogicalTypeAnnotation();
        String primitive = type.asPrimitiveType().getPrimitiveTypeName().toString();
        return annotation == null ? primitive : primitive + " " + annotation;
    }
}
