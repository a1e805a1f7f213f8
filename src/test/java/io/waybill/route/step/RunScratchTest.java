package io.waybill.route.step;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What checks put aside holds values as they are read: nobody else reads them there. */
class RunScratchTest {

    @TempDir
    Path folder;

    private final String values = "ann@example.org\n".repeat(1000);

    private void write(RunScratch scratch) throws Exception {
        try (OutputStream out = scratch.create("unique-1-1")) {
            out.write(values.getBytes(StandardCharsets.UTF_8));
        }
    }

    private static String read(RunScratch scratch) throws Exception {
        try (InputStream in = scratch.open("unique-1-1")) {
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    @Test
    void aFileIsReadBackByItsRunAlone() throws Exception {
        RunScratch scratch = new RunScratch(folder, "");
        write(scratch);

        assertThat(read(scratch)).isEqualTo(values);
        assertThat(Files.readString(folder.resolve("unique-1-1.scratch"), StandardCharsets.ISO_8859_1))
                .doesNotContain("ann@");
        assertThat(read(new RunScratch(folder, ""))).doesNotContain("ann@");
    }

    @Test
    void onlyItsOwnerMayReadAFileAlsoWhereOneWasThereBefore() throws Exception {
        Path file = Files.writeString(folder.resolve("unique-1-1.scratch"), "of before");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

        write(new RunScratch(folder, ""));

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }
}
