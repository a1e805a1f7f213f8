package io.waybill.delivery;

import io.waybill.facts.FileContent;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * Where others than the run's process write its files, at the place that they are delivered to: below a prefix of each run's own, which names
 * no delivered file. Waybill has the place copy them to their names when they are published.
 */
public interface OwnPrefix {

    /**
     * A file that was found there.
     *
     * @param name below the run's prefix
     * @param version what the place says that changes with the file
     */
    record Found(String name, long bytes, String version) {}

    /** A run's prefix as databases write it: {@code s3://bucket/folder/.waybill/run/}. */
    String uri(String runId);

    /** The files of a run, by their names in order. */
    List<Found> list(String runId) throws IOException;

    /** Opens a file that is still the one that was found, from somewhere on. */
    InputStream open(String runId, Found file, long from) throws IOException;

    /** Reads a file: how long it is, and what it holds. */
    default FileContent read(String runId, Found file) throws IOException {
        try (InputStream in = open(runId, file, 0)) {
            return FileContent.of(in);
        }
    }

    /** Brings a file there, whole or not at all. */
    void put(String runId, String name, StagedFile file) throws IOException;

    /** What stands for a file in a staging folder. */
    DistantFile distant(String runId, Found file);

    /** The runs of which there are files. */
    Set<String> runs() throws IOException;

    /** Removes the files of a run. */
    void remove(String runId) throws IOException;

    /** Writes what stands for a file. */
    default void point(String runId, Found file, Path staged) throws IOException {
        distant(runId, file).write(staged);
    }
}
