package io.waybill.ledger;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.waybill.WaybillException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import javax.sql.DataSource;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConfig.JournalMode;
import org.sqlite.SQLiteConfig.SynchronousMode;
import org.sqlite.SQLiteConfig.TransactionMode;
import org.sqlite.SQLiteDataSource;
import org.sqlite.SQLiteOpenMode;

/**
 * The ledger as a file: an SQLite database with a write-ahead log, which the processes of one machine share. Who reads waits for
 * nobody, a process that is killed leaves what was committed, and each commit is on the disk before it is told.
 *
 * <p>One that is there is never replaced. A new one is made beside its place, and gets there whole, so that an empty or a cut file is
 * known as a damaged one; and the file of its lock goes on to say that there was one.
 */
final class LedgerFile {

    /** How long a process waits until others have written. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final byte[] MAGIC = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);

    private static final String NAME = "ledger.db";

    private static final String NEW = "ledger.new.db";

    private static final String MADE =
            "A ledger was made in this folder: it is missed when it is gone, while this file is here.\n";

    private static final String TAKING_OVER = "The ledger of an earlier version is being taken over.\n";

    static final String CONSEQUENCE =
            "it knows no runs, and flows with since_last_export begin from the first row, unless waybill watermark set"
                    + " says otherwise";

    private final Path folder;
    private final Path file;
    private final OlderLedger older;

    private LedgerFile(Path folder) {
        this.folder = folder;
        this.file = folder.resolve(NAME);
        this.older = new OlderLedger(folder);
    }

    /** Whether a folder has one. */
    static boolean isIn(Path folder) {
        return Files.exists(folder.resolve(NAME));
    }

    /**
     * Opens the ledger of a folder, which is made where there is none.
     *
     * @throws WaybillException when it cannot be read or written, is damaged, or is not there any more
     */
    static LedgerFile open(Path folder) {
        LedgerFile opened = new LedgerFile(folder);
        try {
            Files.createDirectories(opened.folder);
            SqliteLibrary.prepare(opened.folder);
            if (!Files.exists(opened.file) || !opened.isMarked() || opened.older.isThere()) {
                opened.make();
            }
            opened.check();
        } catch (IOException e) {
            throw opened.unusable(e);
        }
        return opened;
    }

    private WaybillException unusable(IOException e) {
        String reason = !Files.isDirectory(folder)
                ? folder + " is not a folder that can be made"
                : !Files.isWritable(folder)
                        ? "the folder " + folder + " cannot be written"
                        : e.getMessage() == null || e instanceof java.nio.file.FileSystemException
                                ? e.toString()
                                : e.getMessage();
        return new LedgerAwayException(
                "the ledger cannot be opened: " + reason + "; waybill.ledger.url may name a database elsewhere", e);
    }

    private void make() throws IOException {
        try (FileLockHeld lock = FileLockHeld.on(mark(), PATIENCE)) {
            boolean takenOver = lock.read().equals(TAKING_OVER);
            if (Files.exists(file) && !takenOver) {
                older.refuseBeside(file);
            } else if (older.isThere()) {
                if (!Files.exists(file)) {
                    lock.write(TAKING_OVER);
                    makeNew(true);
                }
                older.putAway();
            } else if (!lock.read().isEmpty() && !Files.exists(file)) {
                throw WaybillException.refusal(
                        "the ledger " + file + " is gone: it was here before. Put it back from a backup; or delete "
                                + mark() + " to begin with an empty one: " + CONSEQUENCE);
            } else if (!Files.exists(file)) {
                makeNew(false);
            }
            lock.write(MADE);
        }
    }

    private void makeNew(boolean fromOlder) throws IOException {
        Path made = folder.resolve(NEW);
        for (String leftover : List.of("", "-wal", "-shm", "-journal")) {
            Files.deleteIfExists(folder.resolve(NEW + leftover));
        }
        SQLiteConfig config = config();
        config.setOpenMode(SQLiteOpenMode.CREATE);
        config.setJournalMode(JournalMode.WAL);
        DataSource database = database(made, config);
        LedgerDatabase tables = LedgerDatabase.open(database);
        if (fromOlder) {
            older.copyTo(tables);
        }
        try (FileChannel written = FileChannel.open(made, StandardOpenOption.WRITE)) {
            written.force(true);
        }
        Files.move(made, file, StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel names = FileChannel.open(folder, StandardOpenOption.READ)) {
            names.force(true);
        } catch (IOException e) {
            // not every system opens a folder; there its names are written in time
        }
    }

    /** The file that processes lock to make a ledger, and that says that there was one. */
    private Path mark() {
        return folder.resolve("ledger.lock");
    }

    private boolean isMarked() throws IOException {
        try {
            return Files.size(mark()) == MADE.length();
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private void check() throws IOException {
        byte[] head = new byte[MAGIC.length];
        int read;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            read = channel.read(java.nio.ByteBuffer.wrap(head));
        }
        if (read < head.length || !Arrays.equals(head, MAGIC)) {
            throw damaged(file, Files.size(file) == 0 ? "it is empty" : "it does not begin as an SQLite file does");
        }
        if (!Files.isWritable(file)) {
            throw new IOException(file + " cannot be written");
        }
    }

    /** A ledger that is there, and cannot be read. */
    static WaybillException damaged(Path file, String why) {
        return WaybillException.refusal("the ledger " + file + " is damaged: " + why
                + ". It is left as it is. Put it back from a backup; or move " + file.getFileName()
                + "* and ledger.lock away to begin with an empty one: " + CONSEQUENCE);
    }

    /** Says of a failure that it is damage, where it is. */
    private WaybillException explained(WaybillException e) {
        return LedgerDatabase.isDamage(e) ? damaged(file, LedgerDatabase.reason(e)) : e;
    }

    /** The ledger that it holds. */
    Ledger ledger(Clock clock) {
        HikariDataSource pool = pool();
        try {
            return Ledger.open(pool, clock, pool);
        } catch (WaybillException e) {
            throw explained(e);
        }
    }

    private HikariDataSource pool() {
        HikariConfig pool = new HikariConfig();
        pool.setPoolName("ledger");
        pool.setMinimumIdle(0);
        pool.setMaximumPoolSize(4);
        pool.setConnectionTimeout(PATIENCE.toMillis());
        pool.setInitializationFailTimeout(1); // a file that cannot be read now cannot be read later
        pool.setDataSource(database(file, config()));
        try {
            return new HikariDataSource(pool);
        } catch (RuntimeException e) {
            throw explained(LedgerDatabase.failure("the ledger " + file + " cannot be opened", e));
        }
    }

    private static SQLiteConfig config() {
        SQLiteConfig config = new SQLiteConfig();
        config.resetOpenMode(SQLiteOpenMode.CREATE);
        // a transaction that reads first and then writes would fail where another has written in between
        config.setTransactionMode(TransactionMode.IMMEDIATE);
        // on the disk with each commit, also when the machine loses its power
        config.setSynchronous(SynchronousMode.FULL);
        config.setBusyTimeout((int) PATIENCE.toMillis());
        return config;
    }

    private static DataSource database(Path path, SQLiteConfig config) {
        SQLiteDataSource database = new SQLiteDataSource(config);
        database.setUrl("jdbc:sqlite:" + path);
        return database;
    }
}
