package io.waybill.facts;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What a file was found to hold.
 *
 * @param bytes its length
 * @param sha256 its SHA-256, in hex
 */
public record FileContent(long bytes, String sha256) {

    /** What is left of a stream. */
    public static FileContent of(InputStream in) throws IOException {
        MessageDigest digest = newSha256();
        long bytes = new DigestInputStream(in, digest).transferTo(OutputStream.nullOutputStream());
        return new FileContent(bytes, HexFormat.of().formatHex(digest.digest()));
    }

    public static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
