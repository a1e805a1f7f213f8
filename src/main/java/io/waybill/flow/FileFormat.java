package io.waybill.flow;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The file formats. A new one is a line here, and its data format. */
public enum FileFormat {
    CSV("waybill-csv", "text/csv", FormatOptions.CSV, Map.of()),
    TSV("waybill-csv", "text/tab-separated-values", FormatOptions.CSV, Map.of("delimiter", "\t")),
    JSON("waybill-json", "application/json", FormatOptions.JSON, Map.of()),
    JSONL("waybill-json", "application/x-ndjson", FormatOptions.JSON, Map.of("jsonl", true), "ndjson"),
    PARQUET("waybill-parquet", "application/vnd.apache.parquet", FormatOptions.PARQUET, Map.of());

    private final String dataFormat;
    private final String mediaType;
    private final Map<String, Key<?>> options;
    private final Map<String, Object> presets;
    private final List<String> extensions;

    /**
     * @param dataFormat the name of its data format in Camel
     * @param mediaType as IANA registers it
     * @param options its options by their keys
     * @param presets the data format's properties that make it this format
     * @param furtherExtensions what files of it may end with, beside its name
     */
    FileFormat(
            String dataFormat,
            String mediaType,
            Map<String, Key<?>> options,
            Map<String, Object> presets,
            String... furtherExtensions) {
        this.dataFormat = dataFormat;
        this.mediaType = mediaType;
        this.options = options;
        this.presets = presets;
        this.extensions = List.of(furtherExtensions);
    }

    public String dataFormat() {
        return dataFormat;
    }

    public String mediaType() {
        return mediaType;
    }

    Map<String, Key<?>> options() {
        return options;
    }

    public Map<String, Object> presets() {
        return presets;
    }

    /** The names of all formats, as a flow has them. */
    public static String names() {
        return Stream.of(values()).map(FileFormat::extension).collect(Collectors.joining(", "));
    }

    /** The names of all data formats. */
    public static String dataFormats() {
        return Stream.of(values()).map(FileFormat::dataFormat).distinct().collect(Collectors.joining(", "));
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
        return Stream.of(values())
                .filter(format -> format.extension().equals(extension) || format.extensions.contains(extension))
                .findFirst();
    }
}
