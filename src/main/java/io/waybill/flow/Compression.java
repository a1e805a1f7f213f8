package io.waybill.flow;

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
}
