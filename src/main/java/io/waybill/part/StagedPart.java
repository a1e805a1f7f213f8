package io.waybill.part;

import java.nio.file.Path;

/**
 * A complete part, staged and not published.
 *
 * @param file the staged file
 * @param name its name at the destination, below the destination's root, with {@code /} between folders
 * @param number its number within the run, from 1
 * @param rows its rows
 * @param bytes its length
 * @param sha256 its SHA-256, in hex
 * @param rowGroups its row groups; 0 in formats that have none
 */
public record StagedPart(Path file, String name, int number, long rows, long bytes, String sha256, int rowGroups) {

    /**
     * Where a part is staged.
     *
     * @param folder the private folder of its run
     */
    public static Path fileIn(Path folder, int number, String name) {
        return folder.resolve(number + "-" + name.substring(name.lastIndexOf('/') + 1));
    }
}
