package io.waybill.format;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.Util;

/** What the end of a Parquet file, whoever has written it, says of all of it. */
public record ParquetFooter(long rows, int rowGroups) {

    private static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);

    /** Behind the footer: its length, and the magic. */
    private static final int TAIL_BYTES = Integer.BYTES + 4;

    /** Opens a file in its middle. */
    @FunctionalInterface
    public interface Opening {
        InputStream from(long position) throws IOException;
    }

    /**
     * Reads the footer of a file, and nothing before it.
     *
     * @throws IOException when it cannot be read, or is no whole Parquet file
     */
    public static ParquetFooter of(long bytes, Opening file) throws IOException {
        if (bytes < TAIL_BYTES + MAGIC.length) {
            throw new IOException("it is no Parquet file: it has " + bytes + " bytes");
        }
        long tailAt = bytes - TAIL_BYTES;
        byte[] tail = read(file, tailAt, TAIL_BYTES);
        int length = ByteBuffer.wrap(tail).order(ByteOrder.LITTLE_ENDIAN).getInt();
        boolean isParquet = Arrays.equals(tail, Integer.BYTES, TAIL_BYTES, MAGIC, 0, MAGIC.length);
        if (!isParquet || length <= 0 || length > tailAt - MAGIC.length) {
            throw new IOException("it is no Parquet file: its end is that of none");
        }
        try (InputStream in = file.from(tailAt - length)) {
            FileMetaData found = Util.readFileMetaData(in);
            return new ParquetFooter(found.getNum_rows(), found.getRow_groupsSize());
        }
    }

    private static byte[] read(Opening file, long from, int bytes) throws IOException {
        try (InputStream in = file.from(from)) {
            byte[] read = in.readNBytes(bytes);
            if (read.length < bytes) {
                throw new EOFException("it ends before its end");
            }
            return read;
        }
    }
}
