package io.waybill.flow.toml;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The route of a flow in a file of its own, beside the flow's file and called by the flow's id: {@code orders.camel.yaml}. As long as it is there,
 * and has the step that the flow begins with, it is the flow, and the flow's file is not loaded: one file comes or goes, and there is no moment with
 * both of them or neither.
 */
public final class OwnRoute {

    private static final String ENDING = ".camel.yaml";

    private static final Pattern COMMENT = Pattern.compile("(?m)^\\s*#.*$");

    private OwnRoute() {}

    /** Whether a file may be one, by its name. */
    public static boolean isCalled(Path file) {
        return file.getFileName().toString().endsWith(ENDING);
    }

    /** Where that of a flow is, or would be. */
    public static Path of(Path flowFile, String id) {
        return flowFile.resolveSibling(id + ENDING);
    }

    /** That of a flow, where it is there. */
    public static Optional<Path> find(Path flowFile, String id) {
        Path route = of(flowFile, id);
        return has(route, id) ? Optional.of(route) : Optional.empty();
    }

    private static boolean has(Path route, String id) {
        try {
            return Files.isRegularFile(route)
                    && Pattern.compile("(waybill:(//)?|name: [\"']?)(begin|feed)/" + Pattern.quote(id)
                                    + "(?![A-Za-z0-9_-])")
                            .matcher(COMMENT.matcher(Files.readString(route)).replaceAll(""))
                            .find();
        } catch (NoSuchFileException e) {
            return false; // it has gone just now
        } catch (IOException e) {
            throw new UncheckedIOException("the file " + route + " cannot be read", e);
        }
    }
}
