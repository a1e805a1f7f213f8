package io.waybill.delivery.folder;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import io.waybill.delivery.FileFailure;
import io.waybill.delivery.Transfer;
import io.waybill.facts.FileContent;
import io.waybill.facts.FileFacts;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files of a run that come to a folder of this machine by a rename each, from where they are staged. The rename is the record: a file
 * that is neither staged nor on its way was published, also when a reader has taken it since. So whoever goes on with a run does each
 * rename once, and a process that wakes up late finds nothing left to rename. What a file replaces is set aside until the run has ended.
 */
public final class MovedFiles {

    private static final Logger LOG = LoggerFactory.getLogger(MovedFiles.class);

    private final LocalDestination destination;
    private final Path staging;
    private final Transfer transfer;
    /** What tells a file from all others while it is renamed, by its staged path. */
    private final Map<Path, Identity> identities = new ConcurrentHashMap<>();

    /**
     * @param destination the folder
     * @param staging the private folder that they are staged in
     * @param transfer by which they are on their way, or the last of those
     */
    public MovedFiles(LocalDestination destination, Path staging, Transfer transfer) {
        this.destination = destination;
        this.staging = staging;
        this.transfer = transfer;
    }

    /**
     * A file.
     *
     * @param number its number among those of its run, from 1; the waybill is the last
     * @param name its name below the folder
     * @param staged where it is staged
     * @param content tells it from others
     */
    public record Moved(int number, String name, Path staged, Content content) {}

    /** Tells whether a file is the one that is meant, by what it holds. */
    @FunctionalInterface
    public interface Content {

        boolean isIn(Path file) throws IOException;

        /** A file of that length and SHA-256. */
        static Content of(FileFacts facts) {
            return file -> {
                if (Files.size(file) != facts.bytes()) {
                    return false;
                }
                try (var in = Files.newInputStream(file)) {
                    return facts.sha256().equals(FileContent.of(in).sha256());
                }
            };
        }
    }

    /** What a rename leaves as it is, and a write does not. */
    private record Identity(Object key, long bytes, java.nio.file.attribute.FileTime modified) {

        static Identity of(Path file) throws IOException {
            BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
            return new Identity(found.fileKey(), found.size(), found.lastModifiedTime());
        }
    }

    /** Where a file waits: staged, or on its way; null where it was published. */
    private Path waiting(Moved file) {
        if (Files.exists(file.staged())) {
            return file.staged();
        }
        return temporaries(file.name()).stream()
                .filter(Files::exists)
                .findFirst()
                .orElse(null);
    }

    private List<Path> temporaries(String name) {
        List<Path> temporaries = new ArrayList<>();
        transfer.upToThis().forEach(known -> temporaries.add(destination.resolve(known.temporary(name))));
        temporaries.add(destination.resolve(Transfer.formerTemporary(name)));
        return temporaries;
    }

    /** Whether a file was published, or waits as it should be. */
    public boolean isWhole(Moved file) {
        Path waiting = waiting(file);
        try {
            return waiting == null || file.content().isIn(waiting);
        } catch (IOException e) {
            return waiting(file) == null; // it has just been published
        }
    }

    /** Whether a file was published: it waits nowhere. */
    public boolean isPublished(Moved file) {
        return waiting(file) == null;
    }

    /** Whether a file lies at its name. */
    public boolean isThere(Moved file) {
        try {
            Path path = destination.resolve(file.name());
            return Files.isRegularFile(path) && file.content().isIn(path);
        } catch (IOException e) {
            return false;
        }
    }

    /** Gets ready for a file's rename: what it replaces is kept until the run has ended. */
    public void prepare(Moved file) {
        Path there = destination.resolve(file.name());
        Path older = older(file.number());
        try {
            identities.put(file.staged(), Identity.of(file.staged()));
            if (!Files.isRegularFile(there) || Files.exists(older)) {
                return;
            }
            link(there, older);
        } catch (NoSuchFileException e) {
            // it was published already, or a reader has just taken the older one
        } catch (IOException e) {
            throw FileFailure.of(Stage.PUBLISH, there + ", which is to be replaced, cannot be set aside", e);
        }
    }

    /**
     * A second name of a staged file, under which others may read it while it is renamed, and after: until the run has ended.
     *
     * @return the staged file itself once it was published
     */
    public Path readable(Moved file) {
        Path staged = file.staged();
        Path second = second(file);
        try {
            Files.deleteIfExists(second);
            link(staged, second);
            return second;
        } catch (NoSuchFileException e) {
            return staged; // it was published already, and goes on to be found there
        } catch (IOException e) {
            throw FileFailure.of(Stage.PUBLISH, staged + " cannot be made readable beside its publication", e);
        }
    }

    private Path second(Moved file) {
        return staging.resolve("read-" + file.staged().getFileName());
    }

    /**
     * Takes a file back that came to another name than its own.
     *
     * @param wrong where it was published
     */
    public void takeBack(Moved file, Path wrong) {
        try {
            if (!Files.exists(file.staged())
                    && Files.isRegularFile(wrong)
                    && file.content().isIn(wrong)) {
                link(wrong, file.staged());
                Files.delete(wrong);
            }
        } catch (IOException e) {
            throw FileFailure.of(Stage.PUBLISH, wrong + " cannot be taken back", e);
        }
    }

    /**
     * Checks that a file was published and is what was staged. One that is not there any more was taken by a reader.
     *
     * @throws WaybillException when it was not published, or something else lies there
     */
    public void check(Moved file) {
        Path there = destination.resolve(file.name());
        Path waiting = waiting(file);
        if (waiting != null && !isThere(file)) {
            throw WaybillException.undelivered(there + " was not published: the file still waits in " + waiting
                    + "; the step that publishes it is missing in the route, or publishes something else");
        }
        try {
            Identity known = identities.get(file.staged());
            // a rename has not changed what was hashed while it was written; anything else is read
            if (known != null && known.key() != null && known.equals(Identity.of(there))
                    || file.content().isIn(there)) {
                return;
            }
        } catch (NoSuchFileException e) {
            LOG.info("{} is not there any more: whoever reads it has taken it", there);
            return;
        } catch (IOException e) {
            throw FileFailure.of(Stage.PUBLISH, there + " cannot be read after publication", e);
        }
        throw WaybillException.undelivered(
                there + " is not the file that was staged: its SHA-256 is another one after publication");
    }

    /**
     * Publishes a file that was not yet, where another process has left it.
     *
     * @param replaces whether it takes the place of a file that is there
     * @throws WaybillException when it cannot be published
     */
    public void publish(Moved file, boolean replaces) {
        Path there = destination.resolve(file.name());
        try {
            for (Path waiting = waiting(file); waiting != null; waiting = waiting(file)) {
                if (Files.exists(there)) {
                    if (isThere(file)) { // copied, since it could not be renamed
                        removeWaiting(file);
                        return;
                    }
                    if (!replaces) {
                        throw new FileAlreadyExistsException(there.toString());
                    }
                    destination.requireNoOther(file.name());
                    prepare(file);
                }
                move(file, waiting, there);
            }
        } catch (IOException e) {
            throw FileFailure.of(Stage.PUBLISH, there + " cannot be published", e);
        }
    }

    private void move(Moved file, Path waiting, Path there) throws IOException {
        Files.createDirectories(there.getParent());
        try {
            Files.move(waiting, there, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (NoSuchFileException e) {
            LOG.debug("{} was moved meanwhile, by the process that began to", waiting);
        } catch (AtomicMoveNotSupportedException e) { // to a file system below the folder
            Path temporary = destination.resolve(transfer.temporary(file.name()));
            Files.copy(waiting, temporary, StandardCopyOption.REPLACE_EXISTING);
            Files.move(temporary, there, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            removeWaiting(file);
        }
    }

    private void removeWaiting(Moved file) throws IOException {
        Files.deleteIfExists(file.staged());
        removeTemporaries(file);
    }

    private void removeTemporaries(Moved file) throws IOException {
        for (Path temporary : temporaries(file.name())) {
            if (Files.exists(temporary)) { // a file may be where its folder should be
                Files.deleteIfExists(temporary);
            }
        }
    }

    /**
     * Takes a file back to where it was staged, however far its publication came; what it had replaced is there again. A file of
     * somebody else that lies at its name stays.
     *
     * @return false when it is nowhere: a reader has taken it away
     */
    public boolean takeBack(Moved file) {
        Path there = destination.resolve(file.name());
        try {
            Path waiting = waiting(file);
            if (waiting == null && isThere(file)) {
                Files.createDirectories(file.staged().getParent());
                link(there, file.staged());
                giveBackOlder(file, there);
            } else if (waiting != null && !waiting.equals(file.staged())) {
                Files.move(waiting, file.staged());
            } else if (identities.containsKey(file.staged())
                    && isThere(file)) { // copied, since it could not be renamed
                giveBackOlder(file, there);
            }
            removeTemporaries(file);
            Files.deleteIfExists(second(file));
            Files.deleteIfExists(older(file.number()));
            return Files.exists(file.staged());
        } catch (IOException e) {
            throw FileFailure.of(Stage.PUBLISH, there + " cannot be taken back", e);
        }
    }

    /** There is no moment without a file where there was one. */
    private void giveBackOlder(Moved file, Path there) throws IOException {
        Path older = older(file.number());
        if (!Files.exists(older)) {
            Files.deleteIfExists(there);
            return;
        }
        try {
            Files.move(older, there, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) { // it waits on another file system
            copyWhole(older, there, destination.resolve(transfer.temporary(file.name())));
            Files.delete(older);
        }
    }

    /** The file stays where it is; a second name for it where there are such, else a copy. */
    private static void link(Path from, Path to) throws IOException {
        try {
            Files.createLink(to, from);
        } catch (UnsupportedOperationException | IOException e) { // of another file system, or one that has no links
            copyWhole(from, to, to.resolveSibling(to.getFileName() + ".new"));
        }
    }

    /** There is a whole copy, or none. */
    private static void copyWhole(Path from, Path to, Path meanwhile) throws IOException {
        Files.copy(from, meanwhile, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
        Files.move(meanwhile, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Sets a file aside that is not to be there while the run publishes its own, or after. */
    public void setAside(int number, String name) {
        Path there = destination.resolve(name);
        // without the staging folder, another process has gone on with the run, and ended it
        if (Files.exists(there) && Files.isDirectory(staging)) {
            try {
                destination.requireNoOther(name);
            } catch (IOException e) {
                throw FileFailure.of(Stage.PUBLISH, "a waybill cannot be published", e);
            }
            rename(there, older(number));
        }
    }

    /** Puts a file back that was set aside, unless another one is there. */
    public void putBack(int number, String name) {
        Path there = destination.resolve(name);
        if (Files.exists(older(number)) && !Files.exists(there)) {
            rename(older(number), there);
        }
    }

    /** Where a file that was set aside lies. */
    public Path older(int number) {
        return staging.resolve("older-" + number);
    }

    private static void rename(Path from, Path to) {
        try {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        } catch (NoSuchFileException e) {
            // somebody has taken it meanwhile
        } catch (IOException e) {
            throw FileFailure.of(Stage.PUBLISH, from + " cannot be moved to " + to, e);
        }
    }
}
