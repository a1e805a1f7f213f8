package io.waybill.format;

import io.waybill.rows.Column;
import io.waybill.rows.ColumnVector;
import io.waybill.rows.RowBatch;
import io.waybill.rows.RowEncoder;
import io.waybill.rows.StreamFile;
import io.waybill.rows.ThreadEnd;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnWriteStore;
import org.apache.parquet.column.ColumnWriter;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.hadoop.ColumnChunkPageWriteStore;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.schema.MessageType;

/**
 * Writes rows as a Parquet file, column by column from the batches: no record consumer in between, and no Hadoop.
 */
final class ParquetEncoder implements RowEncoder {

    /** Rows between two checks of the page size, of rows that are not large; a column must not run ahead of the store's count beyond a check. */
    static final int ROWS_PER_CHECK = 256;

    /** Bytes that come between two checks, about, where rows are large: they are in memory as they came until then. */
    private static final long BYTES_PER_CHECK = 4 << 20;

    /** Of fewer columns, to share them takes as long as to write them. */
    private static final int MANY_COLUMNS = 30;

    private final List<Column> columns;
    private final int[] selection;
    private final boolean index;
    private final long rowGroupBytes;
    private final Map<String, String> metadata;
    private final List<String> key;
    private final ParquetDictionaries dictionaries = new ParquetDictionaries();
    private final int pageBytes;
    private final boolean dictionary;
    private final PageCompressor compressor;
    private final MessageType schema;
    private final ParquetFileWriter file;
    private final ParquetColumnWriter[] writers;
    private final int[] levels;
    private ColumnChunkPageWriteStore pages;
    private ColumnWriteStore store;
    private ColumnWriter[] targets;
    private long rows;
    private long rowsInGroup;
    private int rowsPerCheck = ROWS_PER_CHECK;
    private int rowGroups;
    private long uncompressedBytes;

    /**
     * @param columns the file's columns; with {@code index}, the first is the row's number and has no source
     * @param selection the position in the batch of each column that has one
     * @param dictionary whether columns are tried with one
     */
    ParquetEncoder(
            List<Column> columns,
            int[] selection,
            boolean index,
            ParquetTypes types,
            PageCompressor compressor,
            int pageBytes,
            boolean dictionary,
            long rowGroupBytes,
            OutputStream out)
            throws IOException {
        this.columns = columns;
        this.selection = selection;
        this.index = index;
        this.compressor = compressor;
        this.pageBytes = pageBytes;
        this.dictionary = dictionary;
        this.rowGroupBytes = rowGroupBytes;
        this.metadata = types.metadata();
        this.key = types.key();
        this.schema = types.schema(columns);
        this.writers =
                columns.stream().map(column -> types.writer(column.type())).toArray(ParquetColumnWriter[]::new);
        this.levels =
                columns.stream().mapToInt(column -> column.nullable() ? 1 : 0).toArray();
        this.file = new ParquetFileWriter(
                new StreamFile(out), schema, ParquetFileWriter.Mode.CREATE, rowGroupBytes, 0, null, properties());
        file.start();
        openRowGroup();
    }

    private void openRowGroup() {
        ParquetProperties properties = properties();
        pages = ColumnChunkPageWriteStore.builder()
                .withCompressorProvider(column -> compressor)
                .withSchema(schema)
                .withAllocator(properties.getAllocator())
                .withColumnIndexTruncateLength(properties.getColumnIndexTruncateLength())
                .withPageWriteChecksumEnabled(properties.getPageWriteChecksumEnabled())
                .build();
        store = properties.newColumnWriteStore(schema, pages, pages);
        List<ColumnDescriptor> descriptors = schema.getColumns();
        targets = descriptors.stream().map(store::getColumnWriter).toArray(ColumnWriter[]::new);
        rowsInGroup = 0;
    }

    @Override
    public void write(RowBatch batch, int from, int to) throws IOException {
        if (from < to) {
            checkEvery(rowsPerCheck(batch));
        }
        int row = from;
        while (row < to) {
            int end = (int) Math.min(to, row + rowsPerCheck - rowsInGroup % rowsPerCheck);
            writeChunk(batch, row, end);
            row = end;
            if (rowsInGroup % rowsPerCheck == 0 && store.getBufferedSize() >= rowGroupBytes) {
                letGo();
            }
        }
    }

    /** A row group keeps to its number of rows; where they become large, another begins. */
    private void checkEvery(int rowsOfBatch) throws IOException {
        if (rowsOfBatch < rowsPerCheck || rowsOfBatch > rowsPerCheck && rowsInGroup == 0) {
            rowsPerCheck = rowsOfBatch;
            letGo();
        }
    }

    private static int rowsPerCheck(RowBatch batch) {
        long bytes = 1;
        for (int i = 0; i < batch.schema().size(); i++) {
            ColumnVector column = batch.column(i);
            bytes += column.type().isBytes() ? column.end(batch.rows() - 1) - column.start(0) : 0;
        }
        long rows = BYTES_PER_CHECK * batch.rows() / bytes;
        return (int) Math.max(1, Math.min(ROWS_PER_CHECK, Long.highestOneBit(rows)));
    }

    private void writeChunk(RowBatch batch, int from, int to) throws IOException {
        int first = index ? 1 : 0;
        if (index) {
            for (int row = from; row < to; row++) {
                targets[0].write(rows + row - from, 0, 0);
            }
        }
        writeColumns(batch, first, from, to);
        for (int row = from; row < to; row++) {
            store.endRecord();
        }
        rows += to - from;
        rowsInGroup += to - from;
    }

    /** No column knows of another, so that processors which have nothing else to do may write some of them. */
    private void writeColumns(RowBatch batch, int first, int from, int to) throws IOException {
        Throwable[] failures = new Throwable[targets.length];
        IntStream indexes = IntStream.range(first, targets.length);
        (targets.length < MANY_COLUMNS ? indexes : indexes.parallel()).forEach(i -> {
            try {
                writeColumn(batch.column(selection[i - first]), i, from, to);
            } catch (Throwable e) {
                failures[i] = e;
            }
        });
        for (Throwable failure : failures) { // the first column's, whichever came first
            ThreadEnd.rethrow(failure, IOException.class);
        }
    }

    private void writeColumn(ColumnVector column, int index, int from, int to) throws IOException {
        ColumnWriter target = targets[index];
        ParquetColumnWriter writer = writers[index];
        int level = levels[index];
        for (int row = from; row < to; row++) {
            if (column.isNull(row)) {
                if (level == 0) {
                    throw failure(
                            row - from,
                            index,
                            new IllegalArgumentException(
                                    key.contains(columns.get(index).name())
                                            ? "NULL, in a column of the key, by which rows take the place of others"
                                            : "NULL, in a column that is NOT NULL"));
                }
                target.writeNull(0, 0);
                continue;
            }
            try {
                writer.write(column, row, target, 0, level);
            } catch (IllegalArgumentException | ArithmeticException e) {
                throw failure(row - from, index, e);
            }
        }
    }

    private RuntimeException failure(int offset, int index, Exception cause) {
        return RowDataFormat.failure(rows + offset + 1, columns.get(index), cause);
    }

    private void closeRowGroup() throws IOException {
        if (rowsInGroup > 0) {
            file.startBlock(rowsInGroup);
            store.flush();
            pages.flushToFileWriter(file);
            file.endBlock();
            rowGroups++;
        }
        store.close();
        pages.close();
    }

    @Override
    public void finish() throws IOException {
        closeRowGroup();
        file.end(metadata);
        uncompressedBytes = file.getFooter().getBlocks().stream()
                .mapToLong(BlockMetaData::getTotalByteSize)
                .sum();
    }

    @Override
    public long uncompressedBytes() {
        return uncompressedBytes;
    }

    @Override
    public long bytes() {
        try {
            return file.getPos() + store.getBufferedSize();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Override
    public long heldBytes() {
        return store.getBufferedSize() + dictionaries.heldBytes();
    }

    @Override
    public long leastHeldBytes() {
        return ParquetDictionaries.leastBytes(columns.size());
    }

    @Override
    public void letGo() throws IOException {
        closeRowGroup();
        openRowGroup();
    }

    /** The row groups that are complete, and the one that has rows already. */
    @Override
    public int rowGroups() {
        return rowGroups;
    }

    private ParquetProperties properties() {
        return ParquetProperties.builder()
                .withPageSize(pageBytes)
                .withDictionaryEncoding(dictionary)
                .withValuesWriterFactory(dictionaries)
                .withAllocator(new HeapByteBufferAllocator())
                .estimateRowCountForPageSizeCheck(false)
                .withMinRowCountForPageSizeCheck(rowsPerCheck)
                .withPageRowCountLimit(80 * ROWS_PER_CHECK)
                .build();
    }
}
