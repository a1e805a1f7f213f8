package io.waybill.part;

import io.waybill.facts.FileFacts;
import java.nio.file.Path;

/**
 * A complete part, staged and not published.
 *
 * @param file the staged file
 * @param number its number within the run, from 1
 * @param facts what is known of it; its name is that below the destination's root, with {@code /} between folders
 * @param uncompressedBytes its bytes before any compression; 0 where that is not kept
 */
public record StagedPart(Path file, int number, FileFacts facts, long uncompressedBytes) {

    /** One of which that is not kept. */
    public StagedPart(Path file, int number, FileFacts facts) {
        this(file, number, facts, 0);
    }

    /**
     * Where a part is staged.
     *
     * @param folder the private folder of its run
     */
    public static Path fileIn(Path folder, int number, String name) {
        return folder.resolve(number + "-" + name.substring(name.lastIndexOf('/') + 1));
    }

    /** For logs, which show lists of them. */
    @Override
    public String toString() {
        return facts.name() + " (" + facts.rows() + (facts.rows() == 1 ? " row, " : " rows, ") + facts.bytes()
                + " bytes)";
    }
}
