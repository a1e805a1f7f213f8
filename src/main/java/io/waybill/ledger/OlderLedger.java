package io.waybill.ledger;

import io.waybill.WaybillException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.h2.api.ErrorCode;
import org.h2.jdbcx.JdbcDataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.mapper.CaseStrategy;
import org.jdbi.v3.core.mapper.MapMappers;

/** The ledger of earlier versions, an H2 file in the same folder: all that it knows is taken over, once. */
final class OlderLedger {

    private final Path file;

    OlderLedger(Path folder) {
        this.file = folder.resolve("ledger.mv.db");
    }

    boolean isThere() {
        return Files.exists(file);
    }

    private Path putAwayAs() {
        return file.resolveSibling("ledger.old.mv.db");
    }

    /** Which of two is right, nobody but their owner can say. */
    void refuseBeside(Path ledger) throws IOException {
        if (!isThere()) {
            return;
        }
        throw WaybillException.refusal("there are two ledgers, " + ledger + " and, of an earlier version, " + file
                + "; move away the one that is not to be used");
    }

    /** Keeps it under another name. */
    void putAway() throws IOException {
        Files.move(file, putAwayAs(), StandardCopyOption.ATOMIC_MOVE);
    }

    /** Copies all rows of all tables. */
    void copyTo(LedgerDatabase tables) {
        H2File.damage(file).ifPresent(why -> {
            throw LedgerFile.damaged(file, why);
        });
        JdbcDataSource database = new JdbcDataSource();
        database.setURL("jdbc:h2:file:" + file.toString().replaceFirst("\\.mv\\.db$", "")
                + ";IFEXISTS=TRUE;WRITE_DELAY=0;TRACE_LEVEL_FILE=0");
        database.setUser(""); // as a pool that was told of nobody made it
        try (Connection from = database.getConnection()) { // holds the file meanwhile
            if (!hasLedger(from)) {
                throw LedgerFile.damaged(file, "it holds no ledger");
            }
            LedgerDatabase.open(database); // as the newest version has it
            tables.inTransaction(transaction -> copy(from, transaction));
        } catch (SQLException e) {
            throw unreadable(e);
        }
    }

    private WaybillException unreadable(SQLException e) {
        boolean inUse = e.getErrorCode() == ErrorCode.DATABASE_ALREADY_OPEN_1;
        return new LedgerAwayException(
                "the ledger " + file + " of an earlier version cannot be taken over: "
                        + (inUse
                                ? "a process of that version uses it; stop it, and start again"
                                : LedgerDatabase.reason(e)),
                e);
    }

    private static boolean hasLedger(Connection from) throws SQLException {
        try (ResultSet table = from.getMetaData().getTables(null, null, "waybill_schema_history", null)) {
            return table.next();
        }
    }

    private static int copy(Connection from, Handle into) {
        List<String> tables = into.createQuery("SELECT name FROM sqlite_master WHERE type = 'table'"
                        + " AND name LIKE 'waybill!_%' ESCAPE '!' AND name <> 'waybill_schema_history'")
                .mapTo(String.class)
                .list();
        Handle older = Jdbi.open(from);
        older.getConfig(MapMappers.class).setCaseChange(CaseStrategy.NOP);
        int rows = 0;
        for (String table : tables) {
            into.execute("DELETE FROM " + table); // what the migrations have put there, the older one has, too
            for (Map<String, Object> row :
                    older.createQuery("SELECT * FROM " + table).mapToMap().list()) {
                String columns = String.join(", ", row.keySet());
                String values = ":" + String.join(", :", row.keySet());
                rows += into.createUpdate("INSERT INTO " + table + " (" + columns + ") VALUES (" + values + ")")
                        .bindMap(row)
                        .execute();
            }
        }
        return rows;
    }
}
