package io.waybill.query;

import io.waybill.database.Ask;
import io.waybill.database.SourceColumn;
import io.waybill.database.Standard;
import io.waybill.flow.Transform;
import io.waybill.query.RangePlanner.Division;
import io.waybill.rows.Column;
import io.waybill.rows.RowHints;
import io.waybill.rows.RowRange;
import java.io.Serializable;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A query, ready to run.
 *
 * @param sql its text, with a {@code ?} for each parameter
 * @param parameters their values, in order; an element may be null
 * @param columns what it selects, in order
 * @param hasConditions whether it has a WHERE
 * @param withheld columns that it would select, were they not marked pii
 * @param isDivisible whether queries of ranges of its rows answer the same as a whole: it asks for no order, and no limit
 * @param limit rows at most; 0 for all
 */
public record Query(
        String sql,
        List<Object> parameters,
        List<SelectedColumn> columns,
        List<String> withheld,
        boolean hasConditions,
        boolean isDivisible,
        long limit)
        implements Serializable {

    /**
     * A column of the result.
     *
     * @param source the data set's column
     * @param label its name in the files
     * @param transform what becomes of its values before they are written; null where they stay as they are
     */
    public record SelectedColumn(SourceColumn source, String label, Transform transform) implements Serializable {

        /** As it is read. */
        public Column read() {
            return new Column(label, source.type(), source.nullable(), isPrivate());
        }

        /** As it is written. */
        public Column written() {
            if (transform == null) {
                return read();
            }
            boolean nullable = source.nullable() || transform.method() == Transform.Method.DOMAIN;
            return new Column(label, transform.result(source.type()), nullable, true);
        }

        /** Whether its values are not for messages. */
        public boolean isPrivate() {
            return transform != null || source.pii();
        }
    }

    public Query {
        parameters = Collections.unmodifiableList(new ArrayList<>(parameters));
        columns = List.copyOf(columns);
        withheld = List.copyOf(withheld);
    }

    /** The parameters as camel-jdbc takes them: values in the order of a map. */
    public Map<String, Object> namedParameters() {
        Map<String, Object> named = new LinkedHashMap<>();
        for (Object parameter : parameters) {
            named.put("p" + (named.size() + 1), parameter);
        }
        return named;
    }

    /**
     * What its reader is to know of the columns.
     *
     * @param hidesValues whether what drivers quote is not to be told
     */
    public RowHints hints(boolean hidesValues) {
        Map<String, Column> read = columns.stream()
                .map(SelectedColumn::read)
                .collect(Collectors.toMap(Column::name, Function.identity(), (one, other) -> other));
        return new RowHints(read, hidesValues);
    }

    /** The queries of a division's ranges. */
    public List<RowRange> ranges(Division division) {
        return division.conditions().stream().map(this::within).toList();
    }

    RowRange within(Division.Condition condition) {
        List<Object> all = new ArrayList<>(parameters);
        all.addAll(condition.parameters());
        return new RowRange(sql + (hasConditions ? "\n  AND " : "\nWHERE ") + condition.sql(), all);
    }

    /**
     * How many rows it answers; not all are counted where there are more.
     *
     * @param database whose SQL it is
     * @param most how many are enough
     */
    public long count(Connection connection, Standard database, long most) throws SQLException {
        return Ask.first(
                connection,
                "SELECT COUNT(*) FROM (SELECT " + database.limitBefore(most) + "* FROM (" + sql + "\n) waiting"
                        + database.limitAfter(most) + "\n) counted",
                row -> row.getLong(1),
                parameters.toArray());
    }
}
