package io.waybill.delivery.iceberg;

import io.waybill.WaybillException;
import io.waybill.rows.TableRows;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileMetadata;
import org.apache.iceberg.Metrics;
import org.apache.iceberg.MetricsConfig;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.SeekableInputStream;
import org.apache.iceberg.parquet.ParquetSchemaUtil;
import org.apache.iceberg.parquet.ParquetUtil;
import org.apache.iceberg.transforms.Transform;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types.ListType;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.iceberg.types.Types.UUIDType;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.format.converter.ParquetMetadataConverter;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.UUIDLogicalTypeAnnotation;

/**
 * What the end of a Parquet file says of it.
 *
 * @param location where it lies
 * @param bytes its length
 * @param values what all its rows have in common, as who divided them says, by {@link PartitionDivider#term}; null where that is not known yet
 */
record Footer(String location, long bytes, ParquetMetadata metadata, Map<String, String> values) {

    /** What files say of the key. */
    private static final String KEY = "waybill.key";

    private static final byte[] MAGIC = {'P', 'A', 'R', '1'};

    /** The length of the footer, and the magic number. */
    private static final int END_BYTES = Integer.BYTES + MAGIC.length;

    /** By parquet-java's own parts: its reader of files wants Hadoop's. */
    static Footer of(InputFile file) throws IOException {
        long bytes = file.getLength();
        byte[] end = new byte[END_BYTES];
        try (SeekableInputStream in = file.newStream()) {
            if (bytes < 2 * MAGIC.length + Integer.BYTES) {
                throw noParquet(file);
            }
            in.seek(bytes - END_BYTES);
            in.readNBytes(end, 0, END_BYTES);
            int length = ByteBuffer.wrap(end).order(ByteOrder.LITTLE_ENDIAN).getInt();
            if (!Arrays.equals(end, Integer.BYTES, END_BYTES, MAGIC, 0, MAGIC.length)
                    || length <= 0
                    || length > bytes - END_BYTES) {
                throw noParquet(file);
            }
            in.seek(bytes - END_BYTES - length);
            ParquetMetadata metadata = new ParquetMetadataConverter()
                    .readParquetMetadata(
                            new ByteArrayInputStream(in.readNBytes(length)), ParquetMetadataConverter.NO_FILTER);
            return new Footer(file.location(), bytes, metadata, null);
        }
    }

    /** The same, with what its rows have in common. */
    Footer of(Map<String, String> known) {
        return new Footer(location, bytes, metadata, known);
    }

    private static WaybillException noParquet(InputFile file) {
        return WaybillException.undelivered(file.location() + " is no Parquet file");
    }

    private String name() {
        return location.substring(location.lastIndexOf('/') + 1);
    }

    long rows() {
        return metadata.getBlocks().stream()
                .mapToLong(group -> group.getRowCount())
                .sum();
    }

    /** The numbers of the columns by which its rows take the place of others; none where they do not. */
    Set<Integer> key() {
        String key = metadata.getFileMetaData().getKeyValueMetaData().get(KEY);
        return key == null
                ? Set.of()
                : Arrays.stream(key.split(",")).map(Integer::valueOf).collect(Collectors.toSet());
    }

    /** Whether it has all columns of the key. */
    boolean hasKey() {
        return metadata.getFileMetaData().getSchema().getFields().stream()
                .filter(column -> column.getId() != null)
                .map(column -> column.getId().intValue())
                .collect(Collectors.toSet())
                .containsAll(key());
    }

    /** Whether its rows are gone: all of them, since they have files of their own. */
    boolean isOfGoneRows() {
        return rows() > 0
                && metadata.getBlocks().stream()
                        .flatMap(group -> group.getColumns().stream())
                        .filter(chunk -> chunk.getPrimitiveType().getId() != null
                                && chunk.getPrimitiveType().getId().intValue() == TableColumns.NO_COLUMN)
                        .findFirst()
                        .map(chunk -> isAlwaysDeleted(chunk.getStatistics()))
                        .orElse(false);
    }

    /** No record type lies between two that say so, since others than the four are refused before. */
    private static boolean isAlwaysDeleted(Statistics<?> statistics) {
        return statistics.hasNonNullValue()
                && statistics.getNumNulls() == 0
                && isDeleted(statistics.getMinBytes())
                && isDeleted(statistics.getMaxBytes());
    }

    private static boolean isDeleted(byte[] type) {
        return TableRows.isDeleted(type, 0, type.length);
    }

    /**
     * The columns that the table has of it, with their numbers.
     *
     * @throws WaybillException when one has none, or has values that tables do not
     */
    Schema schema() {
        Schema known = ParquetSchemaUtil.convert(metadata.getFileMetaData().getSchema());
        List<NestedField> columns = new ArrayList<>();
        for (org.apache.parquet.schema.Type column :
                metadata.getFileMetaData().getSchema().getFields()) {
            if (column.getId() == null) {
                throw WaybillException.undelivered(
                        "column \"" + column.getName()
                                + "\" of the file is none of the table's: it has no number; leave index out of exporter_config");
            }
            if (column.getId().intValue() == TableColumns.NO_COLUMN) {
                continue;
            }
            if (column.getLogicalTypeAnnotation() instanceof TimestampLogicalTypeAnnotation time
                    && time.getUnit() != TimeUnit.MICROS) {
                throw WaybillException.undelivered("column \"" + column.getName()
                        + "\": timestamps of Iceberg are in microseconds; set timestamp_unit = \"micros\"");
            }
            NestedField field = known.findField(column.getId().intValue());
            columns.add(NestedField.of(field.fieldId(), field.isOptional(), field.name(), typed(column, field.type())));
        }
        return new Schema(columns, key());
    }

    /** Iceberg's reader of schemas takes a UUID for any 16 bytes. */
    private static Type typed(org.apache.parquet.schema.Type column, Type known) {
        if (known.isListType()) {
            org.apache.parquet.schema.Type element = ParquetSchemaUtil.determineListElementType(column.asGroupType());
            ListType list = known.asListType();
            return ListType.ofOptional(list.elementId(), typed(element, list.elementType()));
        }
        return column.getLogicalTypeAnnotation() instanceof UUIDLogicalTypeAnnotation ? UUIDType.get() : known;
    }

    /**
     * The file as one of a table's.
     *
     * @throws WaybillException when its rows are of several partitions
     */
    DataFile in(Table table, Schema schema) {
        DataFiles.Builder file = DataFiles.builder(table.spec())
                .withPath(location)
                .withFormat(FileFormat.PARQUET)
                .withFileSizeInBytes(bytes)
                .withMetrics(metrics(table))
                .withSplitOffsets(ParquetUtil.getSplitOffsets(metadata));
        if (table.spec().isPartitioned()) {
            file.withPartition(partition(table.spec(), schema));
        }
        return file.build();
    }

    /**
     * The file as one that deletes the rows of a table which have the keys of its own.
     *
     * @param key the numbers of the key's columns
     * @throws WaybillException when its rows are of several partitions
     */
    DeleteFile deletingIn(Table table, Schema schema, Set<Integer> key) {
        FileMetadata.Builder file = FileMetadata.deleteFileBuilder(table.spec())
                .ofEqualityDeletes(
                        key.stream().sorted().mapToInt(Integer::intValue).toArray())
                .withPath(location)
                .withFormat(FileFormat.PARQUET)
                .withFileSizeInBytes(bytes)
                .withMetrics(metrics(table))
                .withSplitOffsets(ParquetUtil.getSplitOffsets(metadata));
        if (table.spec().isPartitioned()) {
            file.withPartition(partition(table.spec(), schema));
        }
        return file.build();
    }

    private Metrics metrics(Table table) {
        Metrics metrics = ParquetUtil.footerMetrics(metadata, Stream.empty(), MetricsConfig.forTable(table));
        return new Metrics(
                metrics.recordCount(),
                ofTheTable(metrics.columnSizes()),
                ofTheTable(metrics.valueCounts()),
                ofTheTable(metrics.nullValueCounts()),
                ofTheTable(metrics.nanValueCounts()),
                ofTheTable(metrics.lowerBounds()),
                ofTheTable(metrics.upperBounds()));
    }

    private static <T> Map<Integer, T> ofTheTable(Map<Integer, T> values) {
        Map<Integer, T> own = new HashMap<>(values);
        own.remove(TableColumns.NO_COLUMN);
        return own;
    }

    /** Told by the least and the greatest value of the file: where both are of one partition, all rows are. */
    private StructLike partition(PartitionSpec spec, Schema schema) {
        MetricsConfig whole = MetricsConfig.fromProperties(Map.of(TableProperties.DEFAULT_WRITE_METRICS_MODE, "full"));
        Metrics metrics = ParquetUtil.footerMetrics(metadata, Stream.empty(), whole);
        GenericRecord partition = GenericRecord.create(spec.partitionType());
        Schema own = schema();
        List<PartitionField> fields = spec.fields();
        for (int i = 0; i < fields.size(); i++) {
            PartitionField field = fields.get(i);
            boolean isNull = field.transform().isVoid() || own.findField(field.sourceId()) == null;
            partition.set(i, isNull ? null : value(field, schema, metrics));
        }
        return partition;
    }

    private Object value(PartitionField field, Schema schema, Metrics metrics) {
        int id = field.sourceId();
        String column = schema.findColumnName(id);
        Long count = metrics.valueCounts().get(id);
        Long nulls = metrics.nullValueCounts().get(id);
        boolean isTold = count != null && nulls != null; // of values of some thousand characters nothing is
        if (isTold && nulls.equals(count)) {
            return null;
        }
        Type type = schema.findType(id);
        Object least = bound(type, metrics.lowerBounds().get(id));
        Object greatest = bound(type, metrics.upperBounds().get(id));
        Object from = least == null ? null : transformed(field, type, least);
        Object to = greatest == null ? null : transformed(field, type, greatest);
        boolean mayBeOne = !isTold || nulls == 0 && from != null && from.equals(to);
        boolean tells = field.transform().preservesOrder() || least != null && least.equals(greatest);
        if (isTold && mayBeOne && tells) {
            return from;
        }
        if (mayBeOne) { // values whose hashes are alike, or long texts
            if (values == null) {
                return from;
            }
            Object known = known(field, column, type);
            if (known != null && (from == null || from.equals(known))) {
                return known;
            }
        }
        String why = !isTold
                ? " has no statistics in the file"
                : nulls > 0 ? " is NULL in some of them" : " has more than one value of that";
        throw WaybillException.undelivered(name() + " has rows of several partitions, or of which nobody can tell:"
                + " the table is partitioned by " + field.name() + ", and column " + column + why
                + ". A file is of one partition, and rows are divided as the table is partitioned when their run begins; run the"
                + " flow again");
    }

    /** What who divided the rows says of them; null where that says nothing. */
    private Object known(PartitionField field, String column, Type type) {
        String text = values.get(PartitionDivider.term(field, column));
        return switch (field.transform().getResultType(type).typeId()) {
            case STRING -> text;
            case INTEGER -> text == null ? null : Integer.valueOf(text);
            default -> null;
        };
    }

    private static Object bound(Type type, ByteBuffer bytes) {
        return bytes == null ? null : Conversions.fromByteBuffer(type, bytes);
    }

    @SuppressWarnings("unchecked") // a transform takes the values of its column
    private static Object transformed(PartitionField field, Type type, Object value) {
        Object partition =
                ((Transform<Object, Object>) field.transform()).bind(type).apply(value);
        return partition instanceof CharSequence text ? text.toString() : partition; // manifests take no buffers
    }
}
