package io.waybill.rows;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Exchange;

/**
 * What a plan knows about the rows of a query beyond the result's own metadata.
 *
 * @param columns columns by their names: their types win over the database's. A result's own metadata is not trusted on NOT NULL: an outer join
 *     yields NULLs in columns that their table declares so
 * @param concealed the names of columns whose values no message shows
 */
public record RowHints(Map<String, Column> columns, Set<String> concealed) {

    /** The exchange property under which a plan hands its hints to {@code rows:}. */
    public static final String PROPERTY = "WaybillRowHints";

    private static final RowHints NONE = new RowHints(Map.of(), Set.of());

    static RowHints of(Exchange exchange) {
        return exchange.getProperty(PROPERTY, NONE, RowHints.class);
    }

    public RowHints {
        columns = Map.copyOf(columns);
        concealed = Set.copyOf(concealed);
    }

    /** Whether no message shows a column's values. */
    boolean conceals(Column column) {
        return concealed.contains(column.name());
    }

    /**
     * What is told of a value that cannot be taken.
     *
     * @param row its number, from 1
     * @param cause what is wrong, which may show the value
     */
    WaybillException wrongValue(Column column, long row, Exception cause) {
        return conceals(column)
                ? new WaybillException(
                        Stage.READ,
                        column.at(row) + ": the value cannot be taken as " + column.type()
                                + "; it is not shown, since values of this column are private")
                : new WaybillException(Stage.READ, column.at(row) + ": " + cause.getMessage(), cause);
    }
}
