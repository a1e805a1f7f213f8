package io.waybill.route.step;

import io.waybill.contract.ScratchFiles;
import io.waybill.delivery.StagingCipher;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * What of a run's checks does not fit into memory, beside its staged files: it is gone with them, however the run ends. It holds values as
 * they are read, also of columns that leave in another form or not at all: it is always encrypted, with a key that only this process has.
 */
final class RunScratch implements ScratchFiles {

    private final Path folder;
    private final String prefix;
    private final StagingCipher cipher = StagingCipher.ofThisProcess();

    /** @param prefix what tells its files from those of other checks of the run */
    RunScratch(Path folder, String prefix) {
        this.folder = folder;
        this.prefix = prefix;
    }

    @Override
    public OutputStream create(String name) throws IOException {
        Path file = file(name);
        Files.deleteIfExists(file); // whose mode would stay
        return cipher.encrypt(Channels.newOutputStream(Files.newByteChannel(
                file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), attributes(file))));
    }

    private static FileAttribute<?>[] attributes(Path file) {
        return file.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }

    @Override
    public InputStream open(String name) throws IOException {
        return cipher.file(file(name)).open();
    }

    @Override
    public void delete(String name) throws IOException {
        Files.deleteIfExists(file(name));
    }

    private Path file(String name) {
        return folder.resolve(prefix + name + ".scratch");
    }
}
