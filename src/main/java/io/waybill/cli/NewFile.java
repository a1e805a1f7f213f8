package io.waybill.cli;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * A file that a command makes: it is there as a whole, or not at all. It is written in the working folder, since its own is one that a server
 * may be watching, unless that is another file system.
 *
 * @param file where it is to be
 */
record NewFile(Path file) {

    /**
     * Makes it.
     *
     * @param isSecret whether it is for nobody but its owner
     * @throws FileAlreadyExistsException when there is one: it is not written over
     */
    void write(String text, boolean isSecret) throws IOException {
        Path whole = written(text, isSecret);
        try {
            try {
                Files.createLink(file, whole);
            } catch (FileAlreadyExistsException e) {
                throw e;
            } catch (UnsupportedOperationException | FileSystemException e) { // a file system without links
                Files.move(whole, file);
            }
        } finally {
            Files.deleteIfExists(whole);
        }
    }

    /** Has it in the place of the one that is there. */
    void replace(String text) throws IOException {
        Path whole = written(text, false);
        try {
            Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(whole);
        }
    }

    private Path written(String text, boolean isSecret) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        Files.createDirectories(folder);
        Path working = Path.of("").toAbsolutePath();
        boolean isNear = Files.getFileStore(working).equals(Files.getFileStore(folder));
        Path whole = (isNear ? working : folder)
                .resolve(
                        "." + file.getFileName() + "." + ProcessHandle.current().pid());
        boolean isPosix = Files.getFileStore(folder).supportsFileAttributeView("posix");
        Files.createFile(whole, isSecret && isPosix ? ofItsOwner() : new FileAttribute<?>[0]);
        try {
            Files.writeString(whole, text, StandardOpenOption.WRITE);
        } catch (IOException e) {
            Files.deleteIfExists(whole);
            throw e;
        }
        return whole;
    }

    private static FileAttribute<?>[] ofItsOwner() {
        return new FileAttribute<?>[] {
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        };
    }
}
