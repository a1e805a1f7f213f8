package io.waybill.ledger;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;

/** The file of an H2 database. H2 begins an empty one where it cannot read what is there: that has to be known before. */
final class H2File {

    private H2File() {}

    /** What is wrong with a file; empty where it is whole, or another process uses it. */
    static Optional<String> damage(Path file) {
        try {
            if (Files.size(file) == 0) {
                return Optional.of("it is empty");
            }
            try (MVStore store =
                    new MVStore.Builder().fileName(file.toString()).readOnly().open()) {
                long recorded =
                        Long.parseLong(String.valueOf(store.getStoreHeader().getOrDefault("version", "0")), 16);
                return store.getCurrentVersion() < recorded
                        ? Optional.of("it ends before what it says it holds")
                        : Optional.empty();
            }
        } catch (MVStoreException e) {
            return e.getErrorCode() == org.h2.mvstore.DataUtils.ERROR_FILE_LOCKED
                    ? Optional.empty()
                    : Optional.of(firstLine(e));
        } catch (java.io.IOException | RuntimeException e) {
            return Optional.of(firstLine(e));
        }
    }

    private static String firstLine(Exception e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }
}
