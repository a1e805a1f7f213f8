package io.waybill.flow;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The formats of one data format: what a flow has to know of them. The kinds there are stand in a list, a line each, as {@link
 * java.util.ServiceLoader} reads it: {@code META-INF/services/io.waybill.flow.FormatKind}.
 */
public interface FormatKind {

    /** The name of its data format in Camel. */
    String dataFormat();

    /** The formats, in the order in which they are told; {@code kind} of each is this one. None where options say them, and no name. */
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

    /**
     * The format that the options say by themselves, whatever a flow's format is.
     *
     * @param config the options by their keys, unchecked
     * @param given the flow's format; null where it says none
     * @param deliveries where the files go, whose names may say more
     * @return empty where they do not say one of this kind
     */
    default Optional<FileFormat> saidBy(Map<String, Object> config, FileFormat given, List<Delivery> deliveries) {
        return Optional.empty();
    }

    /** What is wrong with an option that this kind has not; null for what is said of any. */
    default String unknown(String option) {
        return null;
    }

    /** The options that a database honours which writes such files itself; empty where none writes them. */
    default Optional<List<Key<?>>> writtenByDatabases(FileFormat format) {
        return Optional.empty();
    }

    /** Who writes the files of an export, for people; empty where that is Waybill. */
    default Optional<String> writer(Export export) {
        return Optional.empty();
    }

    /** What of an export, whose format is of this kind, does not go with it; by the export's keys. */
    default List<Refusal> beside(Export export) {
        return List.of();
    }
}
