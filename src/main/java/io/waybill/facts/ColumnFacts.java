package io.waybill.facts;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * What is known of a column of a run's files.
 *
 * @param name its name in the files
 * @param type what its values mean
 * @param fileType the type that it has in the files; null where that is not kept
 * @param checksum what its values come to; null where nobody asked
 */
public record ColumnFacts(
        String name,
        String type,
        String fileType,
        @JsonInclude(JsonInclude.Include.NON_NULL) ColumnChecksum checksum) {

    /** One of which only that is known. */
    public ColumnFacts(String name, String type) {
        this(name, type, null, null);
    }

    /** The same, with what its values come to. */
    public ColumnFacts with(ColumnChecksum newChecksum) {
        return new ColumnFacts(name, type, fileType, newChecksum);
    }
}
