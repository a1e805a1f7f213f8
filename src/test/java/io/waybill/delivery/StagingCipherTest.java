package io.waybill.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StagingCipherTest {

    private static final byte[] KEY = "thirty-two bytes of a secret key".getBytes();
    private static final StagingCipher CIPHER =
            StagingCipher.of(StagingCipher.TRANSFORMATION, Base64.getEncoder().encodeToString(KEY));

    @TempDir
    private Path folder;

    private final byte[] bytes = new byte[100_003];
    private Path file;

    @BeforeEach
    void encrypt() throws Exception {
        new Random(17).nextBytes(bytes);
        file = folder.resolve("1-t.csv");
        try (OutputStream out = CIPHER.encrypt(Files.newOutputStream(file))) {
            out.write(bytes, 0, 50_000);
            out.write(bytes, 50_000, bytes.length - 50_000);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 15, 16, 17, 4096, 65_535, 99_999, 100_002, 100_003})
    void isReadFromAnywhereOn(int from) throws Exception {
        StagedFile staged = CIPHER.file(file);

        try (InputStream in = staged.open(from)) {
            assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(bytes, from, bytes.length));
        }
        assertThat(staged.length()).isEqualTo(bytes.length);
    }

    @Test
    void theCounterBeginsAnewBehindTheLastNumber() throws Exception {
        byte[] last = new byte[16];
        Arrays.fill(last, (byte) 0xFF);
        Cipher cipher = Cipher.getInstance(StagingCipher.TRANSFORMATION);
        cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(KEY, "AES"), new IvParameterSpec(last));
        byte[] header = Arrays.copyOf(Files.readAllBytes(file), 32);
        byte[] content = cipher.doFinal(bytes);
        try (OutputStream out = Files.newOutputStream(file)) {
            out.write(header, 0, 16);
            out.write(last);
            out.write(content);
        }

        try (InputStream in = CIPHER.file(file).open(40)) {
            assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(bytes, 40, bytes.length));
        }
    }

    @Test
    void noTwoFilesAreEncryptedAlike() throws Exception {
        Path other = folder.resolve("2-t.csv");
        try (OutputStream out = CIPHER.encrypt(Files.newOutputStream(other))) {
            out.write(bytes);
        }

        assertThat(other).isRegularFile().hasSize(bytes.length + 32);
        assertThat(Files.readAllBytes(other)).isNotEqualTo(Files.readAllBytes(file));
    }

    @Test
    void aFileThatIsNotEncryptedIsReadAsItIs() throws Exception {
        Path plain = Files.write(folder.resolve("plain"), bytes);
        Path small = Files.write(folder.resolve("small"), new byte[3]);

        assertThat(CIPHER.file(plain).isPlain()).isTrue();
        assertThat(CIPHER.file(plain).body()).isEqualTo(plain.toFile());
        assertThat(CIPHER.file(small).length()).isEqualTo(3);
    }
}
