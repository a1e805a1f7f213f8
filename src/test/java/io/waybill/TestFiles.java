package io.waybill;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What lies in folders. */
public final class TestFiles {

    private TestFiles() {}

    /**
     * The files below a folder by their paths there, sorted; none where the folder is not there. It may be written to
     * meanwhile: what is gone when it is looked at is none of them.
     */
    public static List<String> below(Path folder) throws IOException {
        List<String> found = new ArrayList<>();
        Files.walkFileTree(folder, new ChangingFolder() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                found.add(folder.relativize(file).toString());
                return FileVisitResult.CONTINUE;
            }
        });
        Collections.sort(found);
        return found;
    }

    /** Goes through a folder that others write to: what is gone when it is its turn is passed by. */
    private static class ChangingFolder extends SimpleFileVisitor<Path> {

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
            return goneOr(failure);
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, IOException failure) throws IOException {
            return goneOr(failure);
        }

        private static FileVisitResult goneOr(IOException failure) throws IOException {
            if (failure != null && !(failure instanceof NoSuchFileException)) {
                throw failure;
            }
            return FileVisitResult.CONTINUE;
        }
    }

    /** Removes a folder with all that is in it, or a file. */
    public static void delete(Path folder) throws IOException {
        empty(folder);
        Files.delete(folder);
    }

    /** Removes all that is in a folder. Some of it may be removed by others meanwhile. */
    public static void empty(Path folder) throws IOException {
        Files.walkFileTree(folder, new ChangingFolder() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (!file.equals(folder)) {
                    Files.deleteIfExists(file);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, IOException failure) throws IOException {
                if (!directory.equals(folder)) {
                    Files.deleteIfExists(directory);
                }
                return super.postVisitDirectory(directory, failure);
            }
        });
    }
}
