package io.waybill.facts;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * What is known of a column of a run's files.
 *
 * @param name its name in the files
 * @param type what its values mean
 * @param fileType the type that it has in the files; null where that is not kept
 * @param privacy what becomes of its values before they are written, the method of a transform: {@code hash}; null where nothing does
 * @param key the id of the key of that; null where it has none
 * @param checksum what its values come to; null where nobody asked
 */
public record ColumnFacts(
        String name,
        String type,
        String fileType,
        @JsonInclude(JsonInclude.Include.NON_NULL) String privacy,
        @JsonInclude(JsonInclude.Include.NON_NULL) String key,
        @JsonInclude(JsonInclude.Include.NON_NULL) ColumnChecksum checksum) {

    /** One of which only that is known. */
    public ColumnFacts(String name, String type) {
        this(name, type, null, null, null, null);
    }

    /** One that leaves as it is. */
    public ColumnFacts(String name, String type, String fileType, ColumnChecksum checksum) {
        this(name, type, fileType, null, null, checksum);
    }

    /** The same, with what its values come to; not where the file holds others, of which that would tell. */
    public ColumnFacts with(ColumnChecksum newChecksum) {
        return privacy != null ? this : new ColumnFacts(name, type, fileType, privacy, key, newChecksum);
    }
}
