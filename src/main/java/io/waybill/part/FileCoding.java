package io.waybill.part;

import com.github.luben.zstd.ZstdOutputStream;
import io.waybill.flow.Compression;
import io.waybill.flow.Encryption;
import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.zip.GZIPOutputStream;
import net.lingala.zip4j.io.outputstream.ZipOutputStream;
import net.lingala.zip4j.model.ZipParameters;
import net.lingala.zip4j.model.enums.AesKeyStrength;
import net.lingala.zip4j.model.enums.EncryptionMethod;

/**
 * What becomes of a file's bytes on their way to the disk: compressed, then encrypted, in one pass.
 *
 * @param compression how the file is compressed
 * @param zipPassword what an archive is encrypted with, by AES-256; null for nothing
 * @param openPgp encrypts the whole file; null for nothing
 * @param time what archives say that their files are of
 * @param atRest how files lie on this machine's disk until they are delivered
 */
public record FileCoding(
        Compression compression, char[] zipPassword, OpenPgpFile openPgp, Instant time, AtRest atRest) {

    /** Changes a file's bytes as long as they wait. */
    @FunctionalInterface
    public interface AtRest {

        /** Opens a file; its bytes are in it when the answer is flushed. */
        OutputStream open(OutputStream out) throws IOException;
    }

    private static final int ZSTD_LEVEL = 3;

    /**
     * Reads the keys, so that one that cannot be used is found before a file is written.
     *
     * @param encryption with what its placeholders stand for; null for none
     */
    public static FileCoding of(Compression compression, Encryption encryption, Instant time) {
        return new FileCoding(
                compression,
                encryption instanceof Encryption.ZipAes zip ? zip.password().toCharArray() : null,
                encryption instanceof Encryption.OpenPgp pgp
                        ? OpenPgpFile.of(pgp.recipients(), pgp.signWith(), pgp.passphrase(), pgp.armor())
                        : null,
                time,
                out -> out);
    }

    /** The same, with another way for files to wait. */
    public FileCoding restingAs(AtRest other) {
        return new FileCoding(compression, zipPassword, openPgp, time, other);
    }

    /**
     * Opens a file.
     *
     * @param out gets the bytes; it is closed with the answer
     * @param entry what it is called in an archive
     * @param bufferBytes of a buffer in front of the file
     */
    OutputStream open(OutputStream out, String entry, int bufferBytes) throws IOException {
        OutputStream encrypted = openPgp == null ? out : openPgp.open(out);
        return switch (compression) {
            case NONE -> encrypted;
            case GZIP -> new GZIPOutputStream(encrypted, bufferBytes);
            case ZSTD -> new ZstdOutputStream(new BufferedOutputStream(encrypted, bufferBytes), ZSTD_LEVEL);
            case ZIP -> new Archive(new BufferedOutputStream(encrypted, bufferBytes), entry);
        };
    }

    /** The name of a file in an archive: its own without what makes it an archive. */
    static String entryName(String name) {
        String file = name.substring(name.lastIndexOf('/') + 1);
        int zip = file.lastIndexOf(Compression.ZIP.extension());
        return zip <= 0 ? file : file.substring(0, zip);
    }

    /** An archive, and the file in it that is being written. */
    final class Archive extends FilterOutputStream {

        private final ZipOutputStream zip;

        private Archive(OutputStream under, String entry) throws IOException {
            super(new ZipOutputStream(under, zipPassword));
            this.zip = (ZipOutputStream) out;
            zip.putNextEntry(entry(entry));
        }

        private ZipParameters entry(String name) {
            ZipParameters entry = new ZipParameters();
            entry.setFileNameInZip(name);
            entry.setLastModifiedFileTime(time.toEpochMilli());
            if (zipPassword != null) {
                entry.setEncryptFiles(true);
                entry.setEncryptionMethod(EncryptionMethod.AES);
                entry.setAesKeyStrength(AesKeyStrength.KEY_STRENGTH_256);
            }
            return entry;
        }

        /** Ends the file, and begins another. */
        void next(String name) throws IOException {
            zip.closeEntry();
            zip.putNextEntry(entry(name));
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            zip.write(bytes, from, length);
        }

        @Override
        public void close() throws IOException {
            zip.closeEntry();
            zip.close();
        }
    }
}
