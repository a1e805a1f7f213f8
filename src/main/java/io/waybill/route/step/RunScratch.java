package io.waybill.route.step;

import io.waybill.contract.ScratchFiles;
import io.waybill.delivery.StagingCipher;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What of a run's checks does not fit into memory, beside its staged files: it is gone with them, however the run ends, and encrypted where
 * they are.
 */
record RunScratch(Path folder, StagingCipher cipher) implements ScratchFiles {

    @Override
    public OutputStream create(String name) throws IOException {
        return cipher.encrypt(Files.newOutputStream(file(name)));
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
        return folder.resolve(name + ".scratch");
    }
}
