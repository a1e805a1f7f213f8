package io.waybill.delivery;

import io.waybill.facts.FactsJson;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;

/**
 * A staged file that lies where it is to be delivered, out of sight. In the staging folder a few bytes stand for it, and say so.
 *
 * @param place the place's own name of where it lies: a bucket
 * @param name its whole name there
 * @param bytes its length
 * @param version what the place says that changes with the file
 */
public record DistantFile(String place, String name, long bytes, String version) {

    private static final byte[] MARK = "\u0000waybill distant1".getBytes(StandardCharsets.US_ASCII);

    /** What a staged file stands for; empty for one that is what it is. */
    public static Optional<DistantFile> of(Path staged) throws IOException {
        try (InputStream in = Files.newInputStream(staged)) {
            byte[] mark = in.readNBytes(MARK.length);
            return Arrays.equals(mark, MARK)
                    ? Optional.of(FactsJson.MAPPER.readValue(in.readAllBytes(), DistantFile.class))
                    : Optional.empty();
        }
    }

    void write(Path staged) throws IOException {
        Files.write(staged, MARK);
        Files.write(staged, FactsJson.MAPPER.writeValueAsBytes(this), StandardOpenOption.APPEND);
    }
}
