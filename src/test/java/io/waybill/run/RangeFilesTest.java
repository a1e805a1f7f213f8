package io.waybill.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.delivery.StagingCipher;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whether a folder of staged files is the one that who runs a flow looks into. */
class RangeFilesTest {

    private static final String TOKEN = "2f6c1a3e-0000-4000-8000-000000000001";

    private static final StagingCipher ONE = cipher("AAAAAAAAAAAAAAAAAAAAAA==");

    @TempDir
    private Path folder;

    private static StagingCipher cipher(String key) {
        return StagingCipher.of("AES/CTR/NoPadding", key);
    }

    private RangeFiles files(StagingCipher cipher) {
        return new RangeFiles(null, folder, cipher);
    }

    @Test
    void theSameFolderIsKnownByWhatLiesThere() {
        files(StagingCipher.NONE).mark(TOKEN);
        assertThat(files(StagingCipher.NONE).strange(TOKEN)).isNull();

        files(ONE).mark(TOKEN);
        assertThat(files(ONE).strange(TOKEN)).isNull();
    }

    @Test
    void aFolderOfTheSameNameElsewhereIsNot() throws Exception {
        assertThat(files(StagingCipher.NONE).strange(TOKEN))
                .isEqualTo("its folder of staged files is not " + folder
                        + ", or not to be seen here: each process needs the same, by file_path or waybill.staging");

        files(StagingCipher.NONE).mark("another".repeat(5));
        assertThat(files(StagingCipher.NONE).strange(TOKEN))
                .isEqualTo("what lies in " + folder + " is another run's, or encrypted by another waybill.staging.key");
        assertThat(Files.list(folder)).hasSize(1);
    }

    @Test
    void whoEncryptsOtherwiseTakesNoPart() {
        files(ONE).mark(TOKEN);
        assertThat(files(cipher("BBBBBBBBBBBBBBBBBBBBBA==")).strange(TOKEN))
                .contains("encrypted by another waybill.staging.key");
        assertThat(files(StagingCipher.NONE).strange(TOKEN)).contains("waybill.staging.key is missing");
        StagingCipher readsAlone = StagingCipher.of("none", "AAAAAAAAAAAAAAAAAAAAAA==");
        assertThat(readsAlone.encrypts()).isFalse();

        files(StagingCipher.NONE).mark(TOKEN);
        assertThat(files(ONE).strange(TOKEN))
                .isEqualTo(
                        "its staged files are not encrypted, by waybill.staging.cipher, unlike those of this process");
    }
}
