package io.waybill.delivery.iceberg;

import io.waybill.WaybillException;
import io.waybill.flow.ColumnType;
import io.waybill.rows.Column;
import io.waybill.rows.TableRows;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.apache.iceberg.Schema;
import org.apache.iceberg.UpdateSchema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;

/** The columns of rows as those of a table, whose numbers are what files know them by. */
final class TableColumns {

    private TableColumns() {}

    /** The number of a column that no table has; columns of tables are numbered from 1, and those of readers from the greatest down. */
    static final int NO_COLUMN = 2_000_000_000;

    /** A table of rows, with the numbers that a catalog gives the columns of a new one. */
    static Schema of(TableRows rows) {
        List<Column> columns = rows.kept();
        AtomicInteger next = new AtomicInteger();
        List<NestedField> fields = new ArrayList<>();
        for (Column column : columns) {
            Type type = type(column, column.type());
            fields.add(NestedField.of(next.incrementAndGet(), column.nullable(), column.name(), type));
        }
        Set<Integer> key = fields.stream()
                .filter(field -> rows.key().contains(field.name()))
                .map(NestedField::fieldId)
                .collect(Collectors.toSet());
        return TypeUtil.assignFreshIds(new Schema(renumbered(fields), key), new AtomicInteger()::incrementAndGet);
    }

    /** A schema has each number once, also before it gets others. */
    private static List<NestedField> renumbered(List<NestedField> fields) {
        AtomicInteger next = new AtomicInteger(fields.size());
        return fields.stream()
                .map(field -> field.type().isListType()
                        ? NestedField.of(
                                field.fieldId(),
                                field.isOptional(),
                                field.name(),
                                Types.ListType.ofOptional(
                                        next.incrementAndGet(),
                                        field.type().asListType().elementType()))
                        : field)
                .toList();
    }

    private static Type type(Column column, ColumnType type) {
        return switch (type.kind()) {
            case BOOLEAN -> Types.BooleanType.get();
            case INT16, INT32 -> Types.IntegerType.get();
            case INT64 -> Types.LongType.get();
            case FLOAT32 -> Types.FloatType.get();
            case FLOAT64 -> Types.DoubleType.get();
            case DECIMAL -> decimal(column, type);
            case TEXT, JSON -> Types.StringType.get();
            case UUID -> Types.UUIDType.get();
            case BINARY -> Types.BinaryType.get();
            case DATE -> Types.DateType.get();
            case TIME -> {
                requireMicros(column, type);
                yield Types.TimeType.get();
            }
            case TIMESTAMP -> {
                requireMicros(column, type);
                yield Types.TimestampType.withoutZone();
            }
            case INSTANT -> {
                requireMicros(column, type);
                yield Types.TimestampType.withZone();
            }
            case ARRAY -> Types.ListType.ofOptional(0, type(column, type.element()));
        };
    }

    /** One of unknown size is text, as it is in the file. */
    private static Type decimal(Column column, ColumnType type) {
        if (!type.isLimitedDecimal()) {
            return Types.StringType.get();
        }
        if (type.precision() > 38) {
            throw WaybillException.refusal(
                    "column \"" + column.name() + "\" is " + type
                            + ", and a decimal of Iceberg has 38 digits at most; declare it as type = \"text\" in datasets.toml");
        }
        return Types.DecimalType.of(type.precision(), type.scale());
    }

    private static void requireMicros(Column column, ColumnType type) {
        if (type.precision() > 6) {
            throw WaybillException.refusal("column \"" + column.name() + "\" is " + type
                    + ", and times of Iceberg go to the microsecond; declare it with 6 digits, or as type = \"text\", in"
                    + " datasets.toml");
        }
    }

    /** The number of each column, and of each list's element, by their names in files. */
    static Map<String, Integer> numbers(Schema table, TableRows rows) {
        Map<String, Integer> numbers = new LinkedHashMap<>();
        if (rows.recordType() != null) {
            numbers.put(rows.recordType(), NO_COLUMN);
        }
        for (Column column : rows.kept()) {
            NestedField field = table.asStruct().field(column.name());
            numbers.put(column.name(), field.fieldId());
            if (field.type().isListType()) {
                numbers.put(
                        column.name() + ".element", field.type().asListType().elementId());
            }
        }
        return numbers;
    }

    /**
     * Has a table take rows: it gets the columns that it lacks, and wider types where values would not fit.
     *
     * @param table the table's columns
     * @param rows the columns of the rows
     * @return what has to change, in words; nothing where the table takes them as it is
     * @throws WaybillException when a column has a type that the table's cannot become
     */
    static List<String> evolve(UpdateSchema update, Schema table, Schema rows) {
        List<String> changes = new ArrayList<>();
        for (NestedField column : rows.columns()) {
            NestedField there = table.asStruct().field(column.name());
            if (there == null) {
                update.addColumn(null, column.name(), column.type());
                changes.add("column " + column.name() + " " + words(column.type()) + " is added");
            } else {
                widen(update, there, column, changes);
                if (there.isRequired() && column.isOptional()) {
                    requireNoIdentifier(table, there, "may be NULL in the rows");
                    update.makeColumnOptional(quoted(there));
                    changes.add("column " + column.name() + " may be NULL");
                }
            }
        }
        for (NestedField there : table.columns()) {
            if (there.isRequired() && rows.asStruct().field(there.name()) == null) {
                requireNoIdentifier(table, there, "is not among the columns of the rows");
                update.makeColumnOptional(quoted(there));
                changes.add("column " + there.name() + ", which the rows have not, may be NULL");
            }
        }
        return changes;
    }

    private static void requireNoIdentifier(Schema table, NestedField column, String why) {
        if (table.identifierFieldIds().contains(column.fieldId())) {
            throw WaybillException.refusal("column \"" + column.name() + "\" is one of the table's identifier fields, "
                    + String.join(", ", new TreeSet<>(table.identifierFieldNames())) + ", and " + why);
        }
    }

    private static String quoted(NestedField field) {
        return field.name();
    }

    private static void widen(UpdateSchema update, NestedField there, NestedField column, List<String> changes) {
        if (isSame(there.type(), column.type())
                || there.type().isPrimitiveType()
                        && TypeUtil.isPromotionAllowed(
                                column.type(), there.type().asPrimitiveType())) {
            return;
        }
        if (!column.type().isPrimitiveType()
                || !TypeUtil.isPromotionAllowed(there.type(), column.type().asPrimitiveType())) {
            throw WaybillException.refusal("column \"" + column.name() + "\" is " + words(column.type())
                    + ", and the table's is " + words(there.type())
                    + ", which cannot become that; change one of them, or leave the column out");
        }
        update.updateColumn(quoted(there), column.type().asPrimitiveType());
        changes.add("column " + column.name() + " becomes " + words(column.type()) + " from " + words(there.type()));
    }

    private static boolean isSame(Type one, Type other) {
        return one.isListType() && other.isListType()
                ? isSame(one.asListType().elementType(), other.asListType().elementType())
                : one.equals(other);
    }

    private static String words(Type type) {
        return type.isListType() ? "list<" + words(type.asListType().elementType()) + ">" : type.toString();
    }

    /**
     * Refuses files that know columns by other numbers than the table does.
     *
     * @param file the columns of a file
     */
    static void requireNumbers(Schema table, Schema file) {
        String wrong = file.columns().stream()
                .filter(column -> !isNumbered(table.asStruct().field(column.name()), column))
                .map(NestedField::name)
                .collect(Collectors.joining(", "));
        if (!wrong.isEmpty()) {
            throw WaybillException.undelivered(
                    "the columns of the table have changed since the run was planned, and its"
                            + " files know them by other numbers: " + wrong + "; run the flow again");
        }
    }

    private static boolean isNumbered(NestedField there, NestedField column) {
        return there != null
                && there.fieldId() == column.fieldId()
                && (!there.type().isListType()
                        || there.type().asListType().elementId()
                                == column.type().asListType().elementId());
    }
}
