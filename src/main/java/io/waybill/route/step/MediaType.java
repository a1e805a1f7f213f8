package io.waybill.route.step;

import io.waybill.flow.Compression;
import io.waybill.flow.FileFormat;
import java.util.Locale;

/** The media types of exported files, as IANA registers them. */
final class MediaType {

    private static final String BYTES = "application/octet-stream";

    private MediaType() {}

    /** The media type of a file, by its name. */
    static String of(String name) {
        String file = name.toLowerCase(Locale.ROOT);
        for (Compression compression : Compression.values()) {
            if (compression != Compression.NONE && file.endsWith(compression.extension())) {
                return switch (compression) {
                    case GZIP -> "application/gzip";
                    case ZSTD -> "application/zstd";
                    case ZIP -> "application/zip";
                    case NONE -> BYTES;
                };
            }
        }
        return FileFormat.ofFileName(file)
                .map(format -> switch (format) {
                    case CSV -> "text/csv";
                    case TSV -> "text/tab-separated-values";
                    case JSON -> "application/json";
                    case JSONL -> "application/x-ndjson";
                    case PARQUET -> "application/vnd.apache.parquet";
                })
                .orElse(BYTES);
    }
}
