package io.waybill.facts;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * What is known of a file of a run.
 *
 * @param name its name, seen from where it is told of: below its destination's root, beside a waybill, in a folder
 * @param rows its rows
 * @param bytes its length
 * @param sha256 its SHA-256, in hex
 * @param rowGroups its row groups; 0 in formats that have none, and where they are not kept
 * @param values what all its rows have in the columns by which files are told apart, by these; empty where files are not
 */
public record FileFacts(
        String name,
        long rows,
        long bytes,
        String sha256,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) int rowGroups,

        @JsonInclude(value = JsonInclude.Include.NON_EMPTY, content = JsonInclude.Include.ALWAYS)
        Map<String, String> values) {

    public FileFacts {
        values = values == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(values));
        name = Objects.requireNonNullElse(name, "");
        sha256 = Objects.requireNonNullElse(sha256, "");
    }

    /** One of whose row groups nothing is kept. */
    public FileFacts(String name, long rows, long bytes, String sha256) {
        this(name, rows, bytes, sha256, 0);
    }

    /** One of all values. */
    public FileFacts(String name, long rows, long bytes, String sha256, int rowGroups) {
        this(name, rows, bytes, sha256, rowGroups, Map.of());
    }

    /** The same file, seen from elsewhere. */
    public FileFacts named(String other) {
        return new FileFacts(other, rows, bytes, sha256, rowGroups, values);
    }
}
