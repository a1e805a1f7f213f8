package io.waybill.flow;

import java.util.List;

/** How a whole file is compressed, on top of what its format does inside. */
public enum Compression {
    NONE(""),
    GZIP(".gz"),
    ZSTD(".zst"),
    ZIP(".zip");

    private final String extension;

    Compression(String extension) {
        this.extension = extension;
    }

    /** What the file's name gets at its end; empty for none. */
    public String extension() {
        return extension;
    }

    /** What the ends of paths speak of; encrypted files have one before {@code .pgp}. */
    public static Compression ofPaths(List<String> paths) {
        Compression implied = NONE;
        for (Compression compression : values()) {
            if (compression != NONE
                    && paths.stream()
                            .anyMatch(path -> path.endsWith(compression.extension())
                                    || path.endsWith(compression.extension() + ".pgp"))) {
                implied = compression;
            }
        }
        return implied;
    }
}
