package io.waybill.rows;

import io.waybill.flow.ColumnType;
import java.util.Map;
import java.util.Set;

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

    public RowHints {
        types = Map.copyOf(types);
        required = Set.copyOf(required);
    }
}
