package io.waybill.flow;

import java.util.Locale;
import java.util.Optional;

/** The file formats, and the names of their data formats in Camel. */
public enum FileFormat {
    CSV("waybill-csv"),
    TSV("waybill-csv"),
    JSON("waybill-json"),
    JSONL("waybill-json"),
    PARQUET("waybill-parquet");

    private final String dataFormat;

    FileFormat(String dataFormat) {
        this.dataFormat = dataFormat;
    }

    public String dataFormat() {
        return dataFormat;
    }

    /** The files' usual extension, without the dot; also the format's name in a flow. */
    public String extension() {
        return name().toLowerCase(Locale.ROOT);
    }

    private static final String OPEN_PGP = ".pgp";

    /** The format that a file name's extension speaks of; an ending {@code .gz}, {@code .zst} or {@code .zip} aside. */
    public static Optional<FileFormat> ofFileName(String fileName) {
        String name = fileName.toLowerCase(Locale.ROOT);
        if (name.endsWith(OPEN_PGP)) {
            name = name.substring(0, name.length() - OPEN_PGP.length());
        }
        for (Compression compression : Compression.values()) {
            if (compression != Compression.NONE && name.endsWith(compression.extension())) {
                name = name.substring(0, name.length() - compression.extension().length());
            }
        }
        String extension = name.substring(name.lastIndexOf('.') + 1);
        for (FileFormat format : values()) {
            if (format.extension().equals(extension)) {
                return Optional.of(format);
            }
        }
        return extension.equals("ndjson") ? Optional.of(JSONL) : Optional.empty();
    }
}
