package io.waybill.contract;

import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.Optional;

/** Tells which column of the data set a column of a query's result shows. */
@FunctionalInterface
public interface Origins {

    /** Nobody knows. */
    Origins UNKNOWN = (query, result, column) -> Optional.empty();

    /**
     * Tells.
     *
     * @param column from 1
     * @return its name in the data set; empty where it is another's, or computed, or the driver does not say
     */
    Optional<String> of(String query, ResultSetMetaData result, int column) throws SQLException;
}
