package io.waybill.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A file system of two megabytes in the place of a folder, for one command and nobody else: it is mounted in a namespace of the
 * command's own, and gone with it.
 */
final class SmallDisk {

    /** Namespaces of one's own: those that an ordinary user may make, then those of root where such are switched off. */
    private static final List<List<String>> NAMESPACES = List.of(List.of("unshare", "-Urm"), List.of("unshare", "-m"));

    private static final String MOUNT = "mount -t tmpfs -o size=2m tmpfs \"$1\"";

    private final Path folder;
    private final Path left;

    /** @param folder the folder that is to be full */
    SmallDisk(Path folder) throws IOException {
        this.folder = folder.toAbsolutePath();
        this.left = Files.createTempFile("left", ".txt");
    }

    /** Whether this machine lets its user mount one. */
    static boolean isThere(Path folder) throws Exception {
        return namespace(folder) != null;
    }

    private static List<String> namespace(Path folder) throws Exception {
        for (List<String> namespace : NAMESPACES) {
            List<String> command = command(namespace, MOUNT, folder.toString());
            try {
                Process tried = new ProcessBuilder(command)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
                if (tried.waitFor() == 0) {
                    return namespace;
                }
            } catch (IOException e) {
                return null; // there is no unshare
            }
        }
        return null;
    }

    private static List<String> command(List<String> namespace, String script, String... arguments) {
        return Stream.of(namespace.stream(), Stream.of("sh", "-c", script, "sh"), Stream.of(arguments))
                .flatMap(part -> part)
                .toList();
    }

    Launcher.Ended run(Launcher launcher, String... arguments) throws Exception {
        String script = MOUNT + " || exit 99; folder=$1; left=$2; shift 2; \"$@\"; code=$?;"
                + " find \"$folder\" -mindepth 1 >\"$left\"; exit $code";
        return launcher.calledBy(command(namespace(folder), script, folder.toString(), left.toString())
                        .toArray(String[]::new))
                .run(arguments);
    }

    /** The files and folders that the command left on it. */
    List<String> left() throws IOException {
        return Files.readAllLines(left);
    }
}
