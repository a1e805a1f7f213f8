package io.waybill.delivery;

import io.waybill.flow.IfExists;
import io.waybill.flow.PathTemplate;
import io.waybill.flow.WaybillException;
import io.waybill.flow.WaybillException.Stage;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A folder of this machine. Files are staged in a hidden folder below its root, so that publishing one is a rename within
 * a file system: it is there whole, or not at all.
 *
 * @param root the folder that no name leaves; empty for the working folder
 */
public record LocalDestination(String root) {

    private static final String STAGING = ".waybill";

    /** The destination of a path: its root is what stands before the first variable. */
    public static LocalDestination of(PathTemplate path) {
        String directory = path.fixedDirectory();
        return new LocalDestination(
                directory.length() > 1 && directory.endsWith("/")
                        ? directory.substring(0, directory.length() - 1)
                        : directory);
    }

    /** The path of the endpoint that publishes: {@code file:exports}. */
    public String endpointPath() {
        return "file:" + (root.isEmpty() ? "." : root);
    }

    /**
     * The options of the endpoint that publishes. {@code TryRename} renames over an existing file in one step, where
     * {@code Override} would delete it first; the file comes from the staging folder by a rename as well.
     */
    public static Map<String, Object> endpointOptions(IfExists ifExists) {
        Map<String, Object> options = new LinkedHashMap<>();
        options.put("fileExist", ifExists == IfExists.OVERWRITE ? "TryRename" : "Fail");
        options.put("tempPrefix", ".waybill-");
        return options;
    }

    public Path path() {
        return Path.of(root.isEmpty() ? "." : root);
    }

    /**
     * Where a name leads.
     *
     * @param name a path below the root
     * @throws WaybillException when it leads out of the root
     */
    public Path resolve(String name) {
        Path base = path().toAbsolutePath().normalize();
        Path resolved = base.resolve(name).normalize();
        if (!resolved.startsWith(base) || resolved.equals(base)) {
            throw new WaybillException(Stage.PLAN, "file_path: \"" + name + "\" leaves its directory " + base);
        }
        return resolved;
    }

    public boolean exists(String name) {
        return Files.exists(resolve(name));
    }

    /** The private folder of a run's staged files. */
    public Path staging(String runId) {
        return path().resolve(STAGING).resolve(runId);
    }

    /** Makes the private folder of a run's staged files. */
    public Path createStaging(String runId) {
        Path staging = staging(runId);
        try {
            Files.createDirectories(staging);
            return staging;
        } catch (IOException e) {
            throw new WaybillException(Stage.STAGE, "the folder " + staging + " cannot be made: " + reason(e), e);
        }
    }

    /** Removes the private folder of a run, and what is in it. */
    public void removeStaging(String runId) {
        Path staging = path().resolve(STAGING);
        try {
            deleteFolder(staging.resolve(runId));
            try (DirectoryStream<Path> others = Files.newDirectoryStream(staging)) {
                if (!others.iterator().hasNext()) {
                    Files.delete(staging);
                }
            }
        } catch (IOException e) {
            // another run has begun in it, or has removed it just now
        }
    }

    private static void deleteFolder(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
        }
        Files.delete(folder);
    }

    /** Takes a published file back. */
    public void remove(String name) {
        try {
            Files.deleteIfExists(resolve(name));
        } catch (IOException e) {
            throw new WaybillException(Stage.PUBLISH, resolve(name) + " cannot be removed: " + reason(e), e);
        }
    }

    /**
     * Checks what was published.
     *
     * @param bytes the length that it should have
     * @throws WaybillException when it is not there, or not whole
     */
    public void check(String name, long bytes) {
        Path file = resolve(name);
        try {
            long found = Files.size(file);
            if (found != bytes) {
                throw new WaybillException(
                        Stage.PUBLISH, file + " has " + found + " bytes after publication, not " + bytes);
            }
        } catch (IOException e) {
            throw new WaybillException(Stage.PUBLISH, file + " is not there after publication: " + reason(e), e);
        }
    }

    /** The system's reason, without the path that its message often is alone. */
    public static String reason(IOException e) {
        if (e instanceof java.nio.file.AccessDeniedException) {
            return "access denied";
        }
        if (e instanceof java.nio.file.NoSuchFileException) {
            return "no such file";
        }
        if (e instanceof java.nio.file.FileSystemException system && system.getReason() != null) {
            return system.getReason();
        }
        return e instanceof java.nio.file.FileAlreadyExistsException
                ? "a file is in its way"
                : String.valueOf(e.getMessage());
    }
}
