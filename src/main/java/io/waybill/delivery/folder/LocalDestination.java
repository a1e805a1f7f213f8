package io.waybill.delivery.folder;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import io.waybill.delivery.Destination;
import io.waybill.delivery.FileFailure;
import io.waybill.delivery.StagingFolder;
import io.waybill.delivery.Transfer;
import io.waybill.facts.FileContent;
import io.waybill.facts.FileFacts;
import io.waybill.flow.PathTemplate;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.commons.io.function.IOFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder of this machine. Files are staged in a hidden folder below its root, so that publishing one is a rename within
 * a file system: it is there whole, or not at all.
 *
 * @param root the folder that no name leaves; empty for the working folder
 */
public record LocalDestination(String root) implements Destination {

    private static final Logger LOG = LoggerFactory.getLogger(LocalDestination.class);

    private static final String STAGING = ".waybill";

    private static final String FOLDER = "a folder";

    /** File systems take 255, of which a temporary name needs the run's id and what stands around it. */
    private static final int MOST_NAME_BYTES = 220;

    private static final int SHOWN = 60;

    /** The destination of a path: its root is what stands before the first variable. */
    public static LocalDestination of(PathTemplate path) {
        String directory = path.fixedDirectory();
        return new LocalDestination(
                directory.length() > 1 && directory.endsWith("/")
                        ? directory.substring(0, directory.length() - 1)
                        : directory);
    }

    @Override
    public String place() {
        return path().toAbsolutePath().normalize().toString();
    }

    @Override
    public String endpoint() {
        return "file:" + (root.isEmpty() ? "." : root);
    }

    @Override
    public String where(String name) {
        return path().resolve(name).normalize().toString();
    }

    /** A file that is there is replaced, and nothing else: what lies in a folder of its name, or comes out of a pipe, is somebody's. */
    @Override
    public void checkName(String name) {
        Path there = resolve(name);
        requireLength(there.getFileName().toString());
        String other = otherThanFile(there);
        if (other != null) {
            throw WaybillException.refusal("file_path: " + there + " is there, and is " + other
                    + (other.equals(FOLDER) ? "; a path that ends in / has files in it" : "; choose another name"));
        }
    }

    private static void requireLength(String name) {
        int bytes = name.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MOST_NAME_BYTES && !PathTemplate.hasColumns(name)) { // of these, who knows their values looks
            throw WaybillException.refusal(String.format(
                    Locale.ROOT,
                    "file_path: \"%s…\" has %d bytes; %d are allowed, since a file has a longer name while it is on its way",
                    name.substring(0, SHOWN),
                    bytes,
                    MOST_NAME_BYTES));
        }
    }

    /** What lies somewhere that is no file, for people; null where a file does, or nothing. */
    private static String otherThanFile(Path there) {
        if (!Files.exists(there) || Files.isRegularFile(there)) {
            return null;
        }
        return Files.isDirectory(there) ? FOLDER : "a device, a pipe or a socket";
    }

    /**
     * Refuses a name at which something else lies than a file: a rename would put an end to it.
     *
     * @throws FileSystemException which says what is there
     */
    public void requireNoOther(String name) throws FileSystemException {
        Path there = resolve(name);
        String other = otherThanFile(there);
        if (other != null) {
            throw new FileSystemException(there.toString(), null, there + " is " + other + ", which no file replaces");
        }
    }

    @Override
    public boolean keepsFiles() {
        return true;
    }

    @Override
    public <T> T read(String name, IOFunction<InputStream, T> reader) throws IOException {
        Path file = resolve(name);
        if (!Files.isRegularFile(file)) {
            return null;
        }
        try (InputStream in = Files.newInputStream(file)) {
            return reader.apply(in);
        }
    }

    @Override
    public boolean holds(FileFacts file) {
        Path there = resolve(file.name());
        try {
            return Files.isRegularFile(there) && MovedFiles.Content.of(file).isIn(there);
        } catch (IOException e) {
            throw FileFailure.of(Stage.PUBLISH, there + " cannot be read", e);
        }
    }

    @Override
    public void withdraw(List<Sent> files, Transfer transfer) {
        for (Sent sent : files) {
            sweep(List.of(sent.file().name()), transfer);
            if (sent.acknowledged() || holds(sent.file())) {
                remove(sent.file().name());
            }
        }
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
            throw WaybillException.refusal("file_path: \"" + name + "\" leaves its directory " + base);
        }
        return resolved;
    }

    @Override
    public <T> T look(Function<Predicate<String>, T> question) {
        return question.apply(name -> Files.exists(resolve(name)));
    }

    /** Where a run stages its files, so that publishing one is a rename. */
    public StagingFolder staging(String runId) {
        return new StagingFolder(path().resolve(STAGING).resolve(runId));
    }

    @Override
    public void sweep(Collection<String> names, Transfer transfer) {
        for (String name : names) {
            try {
                if (Files.isDirectory(resolve(name).getParent())) {
                    for (Transfer known : transfer.upToThis()) {
                        Files.deleteIfExists(resolve(known.temporary(name)));
                    }
                    Files.deleteIfExists(resolve(Transfer.formerTemporary(name)));
                }
            } catch (IOException e) {
                throw FileFailure.of(Stage.PUBLISH, "what is on its way to " + resolve(name) + " cannot be removed", e);
            }
        }
    }

    @Override
    public void remove(Collection<String> names) {
        names.forEach(this::remove);
    }

    private void remove(String name) {
        try {
            Files.deleteIfExists(resolve(name));
        } catch (IOException e) {
            throw FileFailure.of(Stage.PUBLISH, resolve(name) + " cannot be removed", e);
        }
    }

    @Override
    public String checkedBy() {
        return "sha256";
    }

    @Override
    public void check(List<FileFacts> files) {
        for (FileFacts staged : files) {
            Path file = resolve(staged.name());
            try {
                FileContent found = read(staged.name(), FileContent::of);
                if (found == null || !staged.sha256().equals(found.sha256())) {
                    if (!Files.exists(file)) {
                        LOG.warn("{} is not there any more: whoever reads it has taken it", file);
                        continue;
                    }
                    throw WaybillException.undelivered(file + " has " + Files.size(file)
                            + " bytes after publication, and another SHA-256 than the " + staged.bytes()
                            + " bytes that were staged");
                }
            } catch (IOException e) {
                throw FileFailure.of(Stage.PUBLISH, file + " cannot be read after publication", e);
            }
        }
    }
}
