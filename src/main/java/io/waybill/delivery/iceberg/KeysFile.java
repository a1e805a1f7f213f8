package io.waybill.delivery.iceberg;

import io.waybill.delivery.ReopenedStream;
import io.waybill.rows.StreamFile;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.io.DelegatingSeekableInputStream;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;

/**
 * The keys of a file's rows as a file of their own, by which rows with these keys are deleted: the bytes of the key's columns, copied as
 * they are. No value is read.
 */
final class KeysFile {

    private KeysFile() {}

    /**
     * Writes it.
     *
     * @param rows the file's end
     * @param file opens the file
     */
    static void write(Footer rows, ReopenedStream.Opening file, OutputStream out) throws IOException {
        List<Type> key = rows.metadata().getFileMetaData().getSchema().getFields().stream()
                .filter(column -> rows.key().contains(column.getId().intValue()))
                .toList();
        ParquetFileWriter writer = new ParquetFileWriter(
                new StreamFile(out),
                new MessageType("keys", key),
                ParquetFileWriter.Mode.CREATE,
                0,
                0,
                null,
                ParquetProperties.builder().build());
        writer.start();
        try (Read in = new Read(new ReopenedStream(file))) {
            for (BlockMetaData rowGroup : rows.metadata().getBlocks()) {
                writer.appendRowGroup(in, rowGroup, true);
            }
        }
        writer.end(Map.of());
    }

    private static final class Read extends DelegatingSeekableInputStream {

        private final ReopenedStream stream;

        Read(ReopenedStream stream) {
            super(stream);
            this.stream = stream;
        }

        @Override
        public long getPos() {
            return stream.position();
        }

        @Override
        public void seek(long to) throws IOException {
            stream.seek(to);
        }
    }
}
