package io.waybill.ledger;

import io.waybill.flow.WaybillException;
import io.waybill.flow.WaybillException.Stage;
import java.sql.SQLException;
import java.util.function.Function;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.StatementException;

/** The ledger's database: its tables, and its failures as the one exception that the rest of the program knows. */
final class LedgerDatabase {

    /** The newest migration. */
    private static final String TABLES = "4";

    private final Jdbi jdbi;

    private LedgerDatabase(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** Opens the database; its tables are made, or brought up to date, where they are not. */
    static LedgerDatabase open(DataSource dataSource) {
        try {
            Jdbi jdbi = Jdbi.create(dataSource);
            if (!isUpToDate(jdbi)) {
                Flyway.configure(LedgerDatabase.class.getClassLoader())
                        .dataSource(dataSource)
                        .locations("classpath:io/waybill/ledger")
                        .table("waybill_schema_history")
                        .baselineOnMigrate(true)
                        .baselineVersion("0")
                        .load()
                        .migrate();
            }
            return new LedgerDatabase(jdbi);
        } catch (RuntimeException e) {
            throw failure("the ledger cannot be opened", e);
        }
    }

    /** Asks with a query of its own, since Flyway takes longer to start than a small export to run. */
    private static boolean isUpToDate(Jdbi jdbi) {
        try (Handle handle = jdbi.open()) {
            return hasTables(handle);
        }
    }

    private static boolean hasTables(Handle handle) {
        try {
            String quote = handle.getConnection().getMetaData().getIdentifierQuoteString();
            return handle.createQuery("SELECT \"version\" FROM \"waybill_schema_history\"".replace("\"", quote))
                    .mapTo(String.class)
                    .list()
                    .contains(TABLES);
        } catch (StatementException | SQLException e) {
            return false; // there is no such table yet
        }
    }

    static WaybillException failure(String what, RuntimeException e) {
        Throwable root = e;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        String reason = String.valueOf(root.getMessage()).lines().findFirst().orElse("");
        return new WaybillException(Stage.PLAN, true, what + ": " + reason, e);
    }

    <T> T call(Function<Handle, T> work) {
        try (Handle handle = jdbi.open()) {
            return work.apply(handle);
        } catch (JdbiException e) {
            throw failure("the ledger failed", e);
        }
    }

    <T> T inTransaction(Function<Handle, T> work) {
        return call(handle -> handle.inTransaction(work::apply));
    }

    /**
     * Inserts a row, unless one of its key is there.
     *
     * @return false when one is there
     */
    boolean insertUnlessThere(Function<Handle, Integer> insert) {
        try (Handle handle = jdbi.open()) {
            insert.apply(handle);
            return true;
        } catch (JdbiException e) {
            if (isDuplicate(e)) {
                return false; // another was quicker
            }
            throw failure("the ledger failed", e);
        }
    }

    /** Integrity constraint violation (SQL:2016, SQLSTATE class 23). */
    static boolean isDuplicate(JdbiException e) {
        return e.getCause() instanceof SQLException failure
                && String.valueOf(failure.getSQLState()).startsWith("23");
    }
}
