package io.waybill.part;

import io.waybill.facts.FileFacts;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A complete part, staged and not published.
 *
 * @param file the staged file
 * @param number its number within the run, from 1
 * @param facts what is known of it; its name is that below the destination's root, with {@code /} between folders
 * @param uncompressedBytes its bytes before any compression; 0 where that is not kept
 * @param of what its rows have in the columns that paths name
 */
public record StagedPart(Path file, int number, FileFacts facts, long uncompressedBytes, PathValues of) {

    private static final int MOST_NAME_BYTES = 200;

    /** One whose uncompressed size is not kept. */
    public StagedPart(Path file, int number, FileFacts facts) {
        this(file, number, facts, 0);
    }

    /** One of rows of any values, or whose name is known. */
    public StagedPart(Path file, int number, FileFacts facts, long uncompressedBytes) {
        this(file, number, facts, uncompressedBytes, PathValues.none(number));
    }

    /**
     * Where a part is staged.
     *
     * @param folder the private folder of its run
     */
    public static Path fileIn(Path folder, int number, String name) {
        String file = name.substring(name.lastIndexOf('/') + 1);
        boolean isLong = file.getBytes(StandardCharsets.UTF_8).length > MOST_NAME_BYTES;
        return folder.resolve(number + "-" + (isLong ? "file" : file));
    }

    /** For logs, which show lists of them. */
    @Override
    public String toString() {
        return facts.name() + " (" + facts.rows() + (facts.rows() == 1 ? " row, " : " rows, ") + facts.bytes()
                + " bytes)";
    }
}
