package io.waybill.flow;

import java.util.Arrays;
import java.util.List;

/** How a whole file is compressed, on top of what its format does inside. */
public enum Compression {
    NONE("", null),
    GZIP(".gz", "application/gzip"),
    ZSTD(".zst", "application/zstd"),
    ZIP(".zip", "application/zip");

    private final String extension;
    private final String mediaType;

    Compression(String extension, String mediaType) {
        this.extension = extension;
        this.mediaType = mediaType;
    }

    /** As IANA registers it; null for none. */
    public String mediaType() {
        return mediaType;
    }

    /** What the file's name gets at its end; empty for none. */
    public String extension() {
        return extension;
    }

    /** What the ends of paths speak of; encrypted files have one before {@code .pgp}. */
    public static Compression ofPaths(List<String> paths) {
        return Arrays.stream(values())
                .filter(compression -> compression != NONE && paths.stream().anyMatch(compression::isAtEnd))
                .reduce(NONE, (one, later) -> later);
    }

    private boolean isAtEnd(String path) {
        return path.endsWith(extension) || path.endsWith(extension + ".pgp");
    }
}
