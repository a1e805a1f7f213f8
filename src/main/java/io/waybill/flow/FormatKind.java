package io.waybill.flow;

import java.util.List;
import java.util.Map;

/**
 * The formats of one data format: what a flow has to know of them. The kinds there are stand in a list, a line each, as {@link
 * java.util.ServiceLoader} reads it: {@code META-INF/services/io.waybill.flow.FormatKind}.
 */
public interface FormatKind {

    /** The name of its data format in Camel. */
    String dataFormat();

    /** The formats, in the order in which they are told; {@code kind} of each is this one. */
    List<FileFormat> formats();

    /** The keys of {@code exporter_config}, which are the data format's properties too. */
    List<Key<?>> options();

    /** Whether files have row groups. */
    default boolean hasRowGroups() {
        return false;
    }

    /**
     * The format that is meant: an option may say which.
     *
     * @param config the options by their keys, unchecked
     */
    default FileFormat meant(FileFormat given, Map<String, Object> config) {
        return given;
    }

    /**
     * What options do not go together, which are known and each well formed.
     *
     * @param options by their properties
     * @return what is wrong, by the keys of {@code exporter_config}
     */
    default List<Refusal> together(FileFormat format, Map<String, Object> options) {
        return List.of();
    }
}
