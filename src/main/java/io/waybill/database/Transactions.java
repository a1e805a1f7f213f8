package io.waybill.database;

import java.sql.SQLException;
import java.time.OffsetDateTime;

/** What a database tells of the transactions in it that may still write or commit. Its connection commits by itself. */
public interface Transactions {

    /** Where a column gets its values from. */
    ValueOrigin origin(Source source, SourceColumn column) throws SQLException;

    /** Those that are open now. */
    OpenTransactions open() throws SQLException;

    /** The database's clock. */
    OffsetDateTime clock() throws SQLException;

    /** What the clock shows where it is latest, in SQL: no session writes a later time without a zone as its own. */
    String easternmostClock();
}
