package io.waybill.ledger;

import io.waybill.flow.WaybillException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.h2.api.ErrorCode;
import org.h2.jdbcx.JdbcDataSource;
import org.jdbi.v3.core.Handle;

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
        try {
            int rows = 0;
            for (String table : tables) {
                rows += copy(from, into.getConnection(), table);
            }
            return rows;
        } catch (SQLException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    private static int copy(Connection from, Connection into, String table) throws SQLException {
        try (Statement statement = from.createStatement();
                ResultSet rows = statement.executeQuery("SELECT * FROM " + table)) {
            int columns = rows.getMetaData().getColumnCount();
            List<String> names = new ArrayList<>();
            for (int i = 1; i <= columns; i++) {
                names.add(rows.getMetaData().getColumnName(i));
            }
            String sql = "INSERT INTO " + table + " (" + String.join(", ", names) + ") VALUES ("
                    + String.join(", ", Collections.nCopies(columns, "?")) + ")";
            int count = 0;
            try (PreparedStatement insert = into.prepareStatement(sql)) {
                while (rows.next()) {
                    for (int i = 1; i <= columns; i++) {
                        insert.setObject(i, rows.getObject(i));
                    }
                    insert.executeUpdate();
                    count++;
                }
            }
            return count;
        }
    }
}
