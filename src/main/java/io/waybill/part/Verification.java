package io.waybill.part;

import io.waybill.part.Waybill.FileEntry;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * Delivered files read again and compared with their waybill.
 *
 * @param files what was found of each file, in the waybill's order
 */
public record Verification(List<FileCheck> files) {

    /**
     * One file.
     *
     * @param file what the waybill says of it
     * @param difference what is wrong with it; null where nothing is
     */
    public record FileCheck(FileEntry file, String difference) {}

    public Verification {
        files = List.copyOf(files);
    }

    public boolean passed() {
        return files.stream().allMatch(check -> check.difference() == null);
    }

    /**
     * What was found of a file.
     *
     * @param bytes its length
     * @param sha256 its SHA-256, in hex
     */
    public record Content(long bytes, String sha256) {

        /** What a stream holds. */
        public static Content of(InputStream in) throws IOException {
            MessageDigest digest = PartWriter.newSha256();
            long bytes = new DigestInputStream(in, digest).transferTo(OutputStream.nullOutputStream());
            return new Content(bytes, HexFormat.of().formatHex(digest.digest()));
        }
    }

    /** Reads a file by its name, relative to the waybill; answers null where it is not there. */
    @FunctionalInterface
    public interface Source {

        Content read(String name) throws IOException;
    }

    /**
     * Verifies the files of a waybill that lies beside them.
     *
     * @throws IOException when the waybill itself cannot be read
     */
    public static Verification of(Path waybill) throws IOException {
        Path directory = waybill.toAbsolutePath().normalize().getParent();
        return of(waybill, name -> {
            Path file = directory.resolve(name);
            if (!Files.isRegularFile(file)) {
                return null;
            }
            try (InputStream in = Files.newInputStream(file)) {
                return Content.of(in);
            }
        });
    }

    /**
     * Verifies the files of a waybill.
     *
     * @param source where they are
     * @throws IOException when the waybill itself cannot be read
     */
    public static Verification of(Path waybill, Source source) throws IOException {
        List<FileCheck> checks = new ArrayList<>();
        for (FileEntry file : Waybill.readFiles(waybill)) {
            checks.add(new FileCheck(file, difference(file, source)));
        }
        return new Verification(checks);
    }

    private static String difference(FileEntry file, Source source) {
        if (file.name().startsWith("/") || List.of(file.name().split("/")).contains("..")) {
            return "lies outside the waybill's folder";
        }
        try {
            Content found = source.read(file.name());
            if (found == null) {
                return "is missing";
            }
            if (found.bytes() != file.bytes()) {
                return "has " + found.bytes() + " bytes, not " + file.bytes();
            }
            return found.sha256().equals(file.sha256())
                    ? null
                    : "has SHA-256 " + found.sha256() + ", not " + file.sha256();
        } catch (IOException e) {
            return "cannot be read: " + e.getMessage();
        }
    }

    /** The name of a file that lies beside a waybill. */
    public static String beside(String waybill, String name) {
        return waybill.substring(0, waybill.lastIndexOf('/') + 1) + name;
    }

    /**
     * The names of the files that a waybill lists, for cleaning up after it.
     *
     * @throws IOException when it cannot be read
     */
    public static List<String> fileNames(InputStream waybill) throws IOException {
        return Waybill.readFiles(waybill).stream().map(FileEntry::name).toList();
    }
}
