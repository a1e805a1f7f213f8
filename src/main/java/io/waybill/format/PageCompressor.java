package io.waybill.format;

import com.github.luben.zstd.Zstd;
import io.airlift.compress.lz4.Lz4Compressor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory.BytesInputCompressor;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.xerial.snappy.Snappy;

/**
 * Compresses Parquet pages by the codecs' own libraries. parquet-java's codec factory would go through Hadoop's codec
 * classes and their configuration, which nothing else here needs.
 */
record PageCompressor(CompressionCodecName codec) implements BytesInputCompressor {

    private static final int ZSTD_LEVEL = 3;

    /** The codec of a flow's {@code compression}: snappy, zstd, gzip, lz4_raw or none. */
    static CompressionCodecName codec(String name) {
        return name.equals("none")
                ? CompressionCodecName.UNCOMPRESSED
                : CompressionCodecName.valueOf(name.toUpperCase(Locale.ROOT));
    }

    @Override
    public BytesInput compress(BytesInput bytes) throws IOException {
        return switch (codec) {
            case UNCOMPRESSED -> bytes;
            case SNAPPY -> {
                byte[] raw = toArray(bytes);
                byte[] target = new byte[Snappy.maxCompressedLength(raw.length)];
                yield BytesInput.from(target, 0, Snappy.compress(raw, 0, raw.length, target, 0));
            }
            case ZSTD -> BytesInput.from(Zstd.compress(toArray(bytes), ZSTD_LEVEL));
            case LZ4_RAW -> {
                byte[] raw = toArray(bytes);
                Lz4Compressor lz4 = new Lz4Compressor();
                byte[] target = new byte[lz4.maxCompressedLength(raw.length)];
                yield BytesInput.from(target, 0, lz4.compress(raw, 0, raw.length, target, 0, target.length));
            }
            case GZIP -> {
                ByteArrayOutputStream target = new ByteArrayOutputStream();
                try (GZIPOutputStream gzip = new GZIPOutputStream(target)) {
                    bytes.writeAllTo(gzip);
                }
                yield BytesInput.from(target.toByteArray());
            }
            default -> throw new IllegalArgumentException(codec + " is not offered");
        };
    }

    private static byte[] toArray(BytesInput bytes) throws IOException {
        ByteArrayOutputStream raw = new ByteArrayOutputStream(Math.toIntExact(bytes.size()));
        bytes.writeAllTo(raw);
        return raw.toByteArray();
    }

    @Override
    public CompressionCodecName getCodecName() {
        return codec;
    }

    @Override
    public void release() {
        // holds nothing
    }
}
