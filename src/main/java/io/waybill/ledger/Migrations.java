package io.waybill.ledger;

import io.waybill.WaybillException;
import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.StatementException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The migrations of the ledger's tables: those that there are, and those that a database has had. Flyway makes them, and keeps the
 * record; the record is read here first, since Flyway takes longer to start than a small export to run.
 */
final class Migrations {

    private static final Logger LOG = LoggerFactory.getLogger(Migrations.class);

    private static final String FIRST = "V1__runs.sql";
    private static final Pattern NAME = Pattern.compile("(?:.*/)?V(\\d+)__\\w+\\.sql");

    /** How often it is tried, where others may be at it at the same time. */
    private static final int TRIES = 5;

    private static final Duration PAUSE = Duration.ofMillis(300);

    private final DataSource dataSource;
    private final Jdbi jdbi;

    Migrations(DataSource dataSource, Jdbi jdbi) {
        this.dataSource = dataSource;
        this.jdbi = jdbi;
    }

    /** A migration that a database has had. */
    private record Made(String version, String description, boolean success) {

        /** Zero for what is none of ours: a baseline. */
        int number() {
            return version != null && version.matches("\\d{1,9}") ? Integer.parseInt(version) : 0;
        }
    }

    /**
     * Makes the tables, or brings them up to date.
     *
     * @throws WaybillException when a migration has failed, now or before, or the tables are those of a later version
     */
    void make() {
        for (int tries = 1; !areMade(); tries++) {
            try {
                Flyway.configure(Migrations.class.getClassLoader())
                        .dataSource(dataSource)
                        .locations("classpath:io/waybill/ledger")
                        .table("waybill_schema_history")
                        .baselineOnMigrate(true)
                        .baselineVersion("0")
                        .load()
                        .migrate();
                return;
            } catch (RuntimeException e) {
                if (areMade()) {
                    return; // by another process, meanwhile
                }
                if (tries == TRIES) {
                    throw LedgerDatabase.failure("the ledger's tables cannot be brought up to date", e);
                }
                LockSupport.parkNanos(this, PAUSE.toNanos());
            }
        }
    }

    /** Whether all there are have been made. */
    private boolean areMade() {
        List<Made> made;
        try (Handle handle = jdbi.open()) {
            made = made(handle);
        }
        made.stream().filter(migration -> !migration.success()).findFirst().ifPresent(failed -> {
            throw WaybillException.refusal(
                    "the ledger's tables are not whole: migration " + failed.version() + " (" + failed.description()
                            + ") has failed before. Put the database back from a backup; or undo what the migration"
                            + " has left, and delete its row of waybill_schema_history: then it is made again");
        });
        int latest = made.stream().mapToInt(Made::number).max().orElse(0);
        OptionalInt newest = newest();
        if (newest.isPresent() && latest > newest.getAsInt()) {
            int oldest;
            try (Handle handle = jdbi.open()) {
                oldest = oldest(handle);
            }
            if (oldest > newest.getAsInt()) {
                throw tooLate(latest, newest.getAsInt());
            }
            LOG.info(
                    "The ledger is of a later version of Waybill: its tables are of migration {}; this version knows {}, and"
                            + " can use them",
                    latest,
                    newest.getAsInt());
            return true;
        }
        return newest.isPresent() && latest == newest.getAsInt();
    }

    /** The oldest version that may use the tables, by its latest migration. */
    static int oldest(Handle handle) {
        return handle.createQuery("SELECT MAX(migration) FROM waybill_oldest")
                .mapTo(Integer.class)
                .one();
    }

    static WaybillException tooLate(int latest, int known) {
        return WaybillException.refusal("the ledger is of a later version of Waybill: its tables are of migration "
                + latest + ", and this version knows " + known + "; use that version or a later one");
    }

    private static List<Made> made(Handle handle) {
        try {
            String quote = handle.getConnection().getMetaData().getIdentifierQuoteString();
            return handle.createQuery("SELECT \"version\", \"description\", \"success\" FROM \"waybill_schema_history\""
                            .replace("\"", quote))
                    .map((row, context) -> new Made(row.getString(1), row.getString(2), row.getBoolean(3)))
                    .list();
        } catch (StatementException e) {
            if (e.getCause() instanceof SQLException failure && isNoTable(failure)) {
                return List.of();
            }
            throw e;
        } catch (SQLException e) {
            throw LedgerDatabase.failure("the ledger cannot be opened", new IllegalStateException(e.getMessage(), e));
        }
    }

    /** Nothing else, a damaged file least of all, is a reason to make tables. */
    private static boolean isNoTable(SQLException failure) {
        return String.valueOf(failure.getSQLState()).startsWith("42") // syntax error or access rule violation
                || String.valueOf(failure.getMessage()).contains("no such table"); // SQLite
    }

    /** The number of the newest there is; empty where the program's files cannot be listed. */
    static OptionalInt newest() {
        URL first = Migrations.class.getResource(FIRST);
        try {
            if (first.getProtocol().equals("file")) {
                try (Stream<Path> files = Files.list(Path.of(first.toURI()).getParent())) {
                    return newest(files.map(file -> file.getFileName().toString()));
                }
            }
            if (first.openConnection() instanceof JarURLConnection jar) {
                String folder =
                        jar.getEntryName().substring(0, jar.getEntryName().length() - FIRST.length());
                return newest(jar.getJarFile().stream()
                        .map(java.util.zip.ZipEntry::getName)
                        .filter(name -> name.startsWith(folder)));
            }
        } catch (IOException | URISyntaxException e) {
            throw new IllegalStateException("the migrations of the ledger cannot be listed", e);
        }
        return OptionalInt.empty();
    }

    private static OptionalInt newest(Stream<String> names) {
        return names.map(NAME::matcher)
                .filter(Matcher::matches)
                .mapToInt(name -> Integer.parseInt(name.group(1)))
                .max();
    }
}
