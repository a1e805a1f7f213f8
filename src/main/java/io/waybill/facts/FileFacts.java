package io.waybill.facts;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Objects;

/**
 * What is known of a file of a run.
 *
 * @param name its name, seen from where it is told of: below its destination's root, beside a waybill, in a folder
 * @param rows its rows
 * @param bytes its length
 * @param sha256 its SHA-256, in hex
 * @param rowGroups its row groups; 0 in formats that have none, and where they are not kept
 */
public record FileFacts(
        String name,
        long rows,
        long bytes,
        String sha256,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) int rowGroups) {

    public FileFacts {
        name = Objects.requireNonNullElse(name, "");
        sha256 = Objects.requireNonNullElse(sha256, "");
    }

    /** One of whose row groups nothing is kept. */
    public FileFacts(String name, long rows, long bytes, String sha256) {
        this(name, rows, bytes, sha256, 0);
    }

    /** The same file, seen from elsewhere. */
    public FileFacts named(String other) {
        return new FileFacts(other, rows, bytes, sha256, rowGroups);
    }
}
