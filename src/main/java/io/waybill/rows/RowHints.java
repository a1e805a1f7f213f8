package io.waybill.rows;

import io.waybill.flow.ColumnType;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Exchange;

/**
 * What a plan knows about the rows of a query beyond the result's own metadata.
 *
 * @param types declared types by column name; they win over the database's
 * @param required columns that are NOT NULL for certain. A result's own metadata is not trusted on this: an outer join
 *     yields NULLs in columns that their table declares NOT NULL
 */
public record RowHints(Map<String, ColumnType> types, Set<String> required) {

    /** The exchange property under which a plan hands its hints to {@code rows:}. */
    public static final String PROPERTY = "WaybillRowHints";

    public static final RowHints NONE = new RowHints(Map.of(), Set.of());

    static RowHints of(Exchange exchange) {
        return exchange.getProperty(PROPERTY, NONE, RowHints.class);
    }

    public RowHints {
        types = Map.copyOf(types);
        required = Set.copyOf(required);
    }
}
