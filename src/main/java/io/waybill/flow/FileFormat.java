package io.waybill.flow;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

/**
 * A format of files.
 *
 * @param kind what it shares with the other formats of its data format
 * @param extension the files' usual extension, without the dot; also the format's name in a flow
 * @param mediaType as IANA registers it
 * @param presets the data format's properties that make it this format
 * @param furtherExtensions what files of it may end with, beside that
 */
public record FileFormat(
        FormatKind kind,
        String extension,
        String mediaType,
        Map<String, Object> presets,
        List<String> furtherExtensions) {

    /** By the loader of these classes: a thread's own may be that of a program around. */
    private static final List<FormatKind> KINDS =
            ServiceLoader.load(FormatKind.class, FileFormat.class.getClassLoader()).stream()
                    .map(ServiceLoader.Provider::get)
                    .toList();

    /** Those of files that Waybill has no format of its own for. */
    private static final Map<String, String> FURTHER_MEDIA_TYPES =
            Map.of("xml", "application/xml", "txt", "text/plain");

    private static final List<FileFormat> ALL =
            KINDS.stream().flatMap(kind -> kind.formats().stream()).toList();

    public FileFormat(FormatKind kind, String extension, String mediaType) {
        this(kind, extension, mediaType, Map.of(), List.of());
    }

    /** Of its kind and name, which the rest follows from: a record's own would make classes at each start, for each of its components. */
    @Override
    public boolean equals(Object other) {
        return other instanceof FileFormat format && kind == format.kind && extension.equals(format.extension);
    }

    @Override
    public int hashCode() {
        return extension.hashCode();
    }

    /** All formats, in the order of the list. */
    public static List<FileFormat> all() {
        return ALL;
    }

    /** The format of a name that is known to be one. */
    public static FileFormat of(String name) {
        return ALL.stream()
                .filter(format -> format.extension.equals(name))
                .findFirst()
                .orElseThrow();
    }

    /**
     * The format that the options say by themselves; empty where they do not.
     *
     * @param config the options by their keys, unchecked
     * @param given the flow's format; null where it says none
     */
    public static Optional<FileFormat> saidBy(Map<String, Object> config, FileFormat given, List<Delivery> deliveries) {
        return KINDS.stream()
                .map(kind -> kind.saidBy(config, given, deliveries))
                .flatMap(Optional::stream)
                .findFirst();
    }

    /** Those kinds whose formats the options say, and no name. */
    public static List<FormatKind> kindsWithoutNames() {
        return KINDS.stream().filter(kind -> kind.formats().isEmpty()).toList();
    }

    /** Whether a flow may name it. */
    public boolean isNamed() {
        return ALL.contains(this);
    }

    /** The names of all formats. */
    public static String names() {
        return ALL.stream().map(FileFormat::extension).collect(Collectors.joining(", "));
    }

    /** The names of all data formats. */
    public static String dataFormats() {
        return ALL.stream().map(FileFormat::dataFormat).distinct().collect(Collectors.joining(", "));
    }

    /** The options of all formats. */
    static List<Key<?>> allOptions() {
        Map<String, Key<?>> options = new LinkedHashMap<>();
        ALL.forEach(format -> options.putAll(format.options()));
        kindsWithoutNames().forEach(kind -> kind.options().forEach(key -> options.put(key.name(), key)));
        return new ArrayList<>(options.values());
    }

    /** The name of its data format in Camel. */
    public String dataFormat() {
        return kind.dataFormat();
    }

    /** Its options by their keys. */
    public Map<String, Key<?>> options() {
        Map<String, Key<?>> options = new LinkedHashMap<>();
        kind.options().forEach(key -> options.put(key.name(), key));
        return options;
    }

    /** The format that a file name's extension speaks of; an ending {@code .gz}, {@code .zst} or {@code .zip} aside. */
    public static Optional<FileFormat> ofFileName(String fileName) {
        String extension = extensionOf(fileName);
        return ALL.stream()
                .filter(format -> format.extension.equals(extension) || format.furtherExtensions.contains(extension))
                .findFirst();
    }

    /** The media type of files that end with this; any bytes, where nobody knows. */
    public static String mediaTypeOf(String extension) {
        return ALL.stream()
                .filter(format -> format.extension.equals(extension) || format.furtherExtensions.contains(extension))
                .map(FileFormat::mediaType)
                .findFirst()
                .orElseGet(() -> FURTHER_MEDIA_TYPES.getOrDefault(extension, "application/octet-stream"));
    }

    /** What follows the last point of a file name, in small letters, likewise; all of it where it has no point. */
    public static String extensionOf(String fileName) {
        String name = withoutEnd(fileName.toLowerCase(Locale.ROOT), ".pgp");
        for (Compression compression : Compression.values()) {
            name = withoutEnd(name, compression.extension());
        }
        return name.substring(name.lastIndexOf('.') + 1);
    }

    private static String withoutEnd(String name, String end) {
        return name.endsWith(end) ? name.substring(0, name.length() - end.length()) : name;
    }
}
