package io.waybill.part;

import io.waybill.part.Waybill.FileEntry;
import java.io.IOException;
import java.io.InputStream;
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
     * Verifies the files of a waybill.
     *
     * @throws IOException when the waybill itself cannot be read
     */
    public static Verification of(Path waybill) throws IOException {
        Path directory = waybill.toAbsolutePath().normalize().getParent();
        List<FileCheck> checks = new ArrayList<>();
        for (FileEntry file : Waybill.readFiles(waybill)) {
            checks.add(new FileCheck(file, difference(directory, file)));
        }
        return new Verification(checks);
    }

    private static String difference(Path directory, FileEntry file) {
        Path path = directory.resolve(file.name()).normalize();
        if (!path.startsWith(directory)) {
            return "lies outside the waybill's folder";
        }
        if (!Files.isRegularFile(path)) {
            return "is missing";
        }
        try {
            long bytes = Files.size(path);
            if (bytes != file.bytes()) {
                return "has " + bytes + " bytes, not " + file.bytes();
            }
            String found = sha256(path);
            return found.equals(file.sha256()) ? null : "has SHA-256 " + found + ", not " + file.sha256();
        } catch (IOException e) {
            return "cannot be read: " + e.getMessage();
        }
    }

    private static String sha256(Path path) throws IOException {
        MessageDigest digest = PartWriter.newSha256();
        try (InputStream in = new DigestInputStream(Files.newInputStream(path), digest)) {
            in.transferTo(java.io.OutputStream.nullOutputStream());
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /**
     * The names of the files that a waybill lists, for cleaning up after it.
     *
     * @throws IOException when it cannot be read
     */
    public static List<String> fileNames(Path waybill) throws IOException {
        return Waybill.readFiles(waybill).stream().map(FileEntry::name).toList();
    }
}
