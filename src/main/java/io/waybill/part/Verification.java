package io.waybill.part;

import io.waybill.facts.FileContent;
import io.waybill.facts.FileFacts;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
    public record FileCheck(FileFacts file, String difference) {}

    public Verification {
        files = List.copyOf(files);
    }

    public boolean passed() {
        return files.stream().allMatch(check -> check.difference() == null);
    }

    /** Reads a file by its name, relative to the waybill; answers null where it is not there. */
    @FunctionalInterface
    public interface Source {

        FileContent read(String name) throws IOException;
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
                return FileContent.of(in);
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
        for (FileFacts file : Waybill.readFiles(waybill)) {
            checks.add(new FileCheck(file, difference(file, source)));
        }
        return new Verification(checks);
    }

    private static String difference(FileFacts file, Source source) {
        if (file.name().startsWith("/") || List.of(file.name().split("/")).contains("..")) {
            return "lies outside the waybill's folder";
        }
        try {
            FileContent found = source.read(file.name());
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
        return Waybill.readFiles(waybill).stream().map(FileFacts::name).toList();
    }
}
