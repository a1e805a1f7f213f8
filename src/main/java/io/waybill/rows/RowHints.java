package io.waybill.rows;

import java.util.Map;
import org.apache.camel.Exchange;

/**
 * What a plan knows about the rows of a query beyond the result's own metadata.
 *
 * @param columns columns by their names: their types win over the database's. A result's own metadata is not trusted on NOT NULL: an outer join
 *     yields NULLs in columns that their table declares so
 * @param hidesValues whether the data set has columns that are private, be they among these or not: what drivers quote is not told then
 */
public record RowHints(Map<String, Column> columns, boolean hidesValues) {

    /** The exchange property under which a plan hands its hints to {@code rows:}. */
    public static final String PROPERTY = "WaybillRowHints";

    private static final RowHints NONE = new RowHints(Map.of(), false);

    static RowHints of(Exchange exchange) {
        return exchange.getProperty(PROPERTY, NONE, RowHints.class);
    }

    public RowHints {
        columns = Map.copyOf(columns);
    }
}
