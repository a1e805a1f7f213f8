package org.apache.parquet;

import com.github.luben.zstd.ZstdInputStream;
import io.airlift.compress.lz4.Lz4Decompressor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.format.converter.ParquetMetadataConverter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.xerial.snappy.Snappy;

/** Reads without Hadoop: the builder of its superclass asks for the filters of a Hadoop job, whose classes are not there. */
public final class PlainReadOptions extends ParquetReadOptions {

    public PlainReadOptions() {
        super(
                false,
                false,
                false,
                false,
                false,
                false,
                false,
                false,
                false,
                null,
                ParquetMetadataConverter.NO_FILTER,
                new Codecs(),
                new HeapByteBufferAllocator(),
                1 << 23,
                Map.of(),
                null,
                null,
                new PlainParquetConfiguration());
    }

    private static final class Codecs implements CompressionCodecFactory {

        @Override
        public BytesInputCompressor getCompressor(CompressionCodecName codec) {
            throw new UnsupportedOperationException();
        }

        @Override
        public BytesInputDecompressor getDecompressor(CompressionCodecName codec) {
            return new Decompressor(codec);
        }

        @Override
        public void release() {}
    }

    private record Decompressor(CompressionCodecName codec) implements CompressionCodecFactory.BytesInputDecompressor {

        @Override
        public BytesInput decompress(BytesInput bytes, int size) throws IOException {
            byte[] raw = bytes.toByteArray();
            return BytesInput.from(
                    switch (codec) {
                        case UNCOMPRESSED -> raw;
                        case SNAPPY -> Snappy.uncompress(raw);
                        case ZSTD -> new ZstdInputStream(new ByteArrayInputStream(raw)).readAllBytes();
                        case GZIP -> new GZIPInputStream(new ByteArrayInputStream(raw)).readAllBytes();
                        case LZ4_RAW -> {
                            byte[] plain = new byte[size];
                            new Lz4Decompressor().decompress(raw, 0, raw.length, plain, 0, size);
                            yield plain;
                        }
                        default -> throw new IllegalArgumentException(codec.name());
                    });
        }

        @Override
        public void decompress(ByteBuffer input, int compressedSize, ByteBuffer output, int size) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void release() {}
    }
}
