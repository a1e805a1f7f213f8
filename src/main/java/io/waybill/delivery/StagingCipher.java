package io.waybill.delivery;

import io.waybill.WaybillException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.math.BigInteger;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.CipherInputStream;
import javax.crypto.CipherOutputStream;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * How files are encrypted while they wait to be delivered: by AES in counter mode, each from a random counter on. An encrypted file says
 * so by its first bytes, so that those that wait when the setting changes are read as they were written.
 */
public final class StagingCipher {

    /** Files are written as they are. */
    public static final StagingCipher NONE = new StagingCipher(null, false);

    static final String TRANSFORMATION = "AES/CTR/NoPadding";

    private static final byte[] MARK = "\u0000waybill cipher1".getBytes(StandardCharsets.US_ASCII);
    private static final int BLOCK_BYTES = 16;
    private static final int HEADER_BYTES = BLOCK_BYTES + BLOCK_BYTES;
    private static final int COUNTER_BITS = 8 * BLOCK_BYTES;

    private final SecretKeySpec key;
    private final boolean encrypts;
    private final SecureRandom random = new SecureRandom();

    private StagingCipher(SecretKeySpec key, boolean encrypts) {
        this.key = key;
        this.encrypts = encrypts;
    }

    /**
     * The cipher that the properties waybill.staging.cipher and waybill.staging.key ask for.
     *
     * @param cipher null for none
     * @param key 16, 24 or 32 bytes in base64; null for none, with which encrypted files cannot be read
     * @throws WaybillException when they are not what they should be; the message does not show the key
     */
    public static StagingCipher of(String cipher, String key) {
        if (cipher != null && !cipher.equals(TRANSFORMATION) && !cipher.equals("none")) {
            throw WaybillException.refusal("application.properties: waybill.staging.cipher: \"" + cipher
                    + "\" is not known; allowed: " + TRANSFORMATION + ", none");
        }
        boolean encrypts = TRANSFORMATION.equals(cipher);
        if (key == null) {
            if (encrypts) {
                throw WaybillException.refusal(
                        "application.properties: waybill.staging.key is missing, the key of waybill.staging.cipher; openssl"
                                + " rand -base64 32 makes one");
            }
            return NONE;
        }
        return new StagingCipher(new SecretKeySpec(bytes(key), "AES"), encrypts);
    }

    /** One that encrypts with a key of its own, which is in memory alone: nobody else reads its files, nor does anybody later. */
    public static StagingCipher ofThisProcess() {
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        return new StagingCipher(new SecretKeySpec(key, "AES"), true);
    }

    private static byte[] bytes(String key) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(key.strip());
        } catch (IllegalArgumentException e) {
            bytes = new byte[0];
        }
        if (bytes.length != 16 && bytes.length != 24 && bytes.length != 32) {
            throw WaybillException.refusal(
                    "application.properties: waybill.staging.key: 16, 24 or 32 bytes in base64 are expected; openssl rand"
                            + " -base64 32 makes some");
        }
        return bytes;
    }

    /** Whether files are encrypted that are written from now on. */
    public boolean encrypts() {
        return encrypts;
    }

    /** Opens a file to be written. */
    public OutputStream encrypt(OutputStream out) throws IOException {
        return encrypts ? encrypting(out) : out;
    }

    /** The same, whatever holds from now on. */
    OutputStream encrypting(OutputStream out) throws IOException {
        byte[] counter = new byte[BLOCK_BYTES];
        random.nextBytes(counter);
        out.write(MARK);
        out.write(counter);
        return new CipherOutputStream(out, cipher(Cipher.ENCRYPT_MODE, counter));
    }

    /**
     * A file that waits, encrypted or not.
     *
     * @throws IOException when it cannot be read
     * @throws WaybillException when it is encrypted, and nobody has the key
     */
    public StagedFile file(Path path) throws IOException {
        byte[] header = new byte[HEADER_BYTES];
        int read;
        try (InputStream in = Files.newInputStream(path)) {
            read = in.readNBytes(header, 0, HEADER_BYTES);
        }
        if (read < HEADER_BYTES || !Arrays.equals(header, 0, MARK.length, MARK, 0, MARK.length)) {
            return StagedFile.plain(path);
        }
        if (key == null) {
            throw WaybillException.undelivered(
                    path + " is encrypted, and property waybill.staging.key is missing, its key");
        }
        return new StagedFile(path, this, Arrays.copyOfRange(header, MARK.length, HEADER_BYTES));
    }

    static long lengthOf(long bytesOnDisk) {
        return bytesOnDisk - HEADER_BYTES;
    }

    /** Counter mode begins anywhere: the counter of a block is that of the first and the block's number. */
    InputStream open(Path path, byte[] counter, long from) throws IOException {
        BigInteger block = new BigInteger(1, counter).add(BigInteger.valueOf(from / BLOCK_BYTES));
        byte[] number = block.mod(BigInteger.ONE.shiftLeft(COUNTER_BITS)).toByteArray();
        byte[] first = new byte[BLOCK_BYTES];
        int length = Math.min(number.length, BLOCK_BYTES);
        System.arraycopy(number, number.length - length, first, BLOCK_BYTES - length, length);
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)
                .position(HEADER_BYTES + from / BLOCK_BYTES * BLOCK_BYTES);
        InputStream in = new CipherInputStream(Channels.newInputStream(channel), cipher(Cipher.DECRYPT_MODE, first));
        in.skipNBytes(from % BLOCK_BYTES);
        return in;
    }

    private Cipher cipher(int mode, byte[] counter) throws IOException {
        try {
            Cipher cipher = Cipher.getInstance(TRANSFORMATION);
            cipher.init(mode, key, new IvParameterSpec(counter));
            return cipher;
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }
}
