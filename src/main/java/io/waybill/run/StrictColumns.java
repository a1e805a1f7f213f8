package io.waybill.run;

import io.waybill.WaybillException;
import io.waybill.database.Source;
import io.waybill.database.SourceColumn;
import io.waybill.flow.DataSet;
import io.waybill.query.Query;
import io.waybill.query.Query.SelectedColumn;
import io.waybill.run.ColumnScan.Proposal;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What {@code pii_policy = "strict"} refuses: a column that would be exported, looks like data of persons, and is not among the
 * declared {@code columns} of its data set. Whoever declares it has looked at it, be it by its name alone.
 *
 * @param seconds how long the database may take; 0 for as long as it does
 */
record StrictColumns(Source source, DataSet dataSet, int seconds) {

    /**
     * Looks at the columns that nobody has declared, and at no others.
     *
     * @throws WaybillException where one looks like data of persons
     */
    void check(Connection connection, Query query) throws SQLException {
        ColumnScan scan = new ColumnScan(source, dataSet, null);
        List<SourceColumn> unknown = query.columns().stream()
                .map(SelectedColumn::source)
                .filter(source.columns()::contains)
                .filter(column -> !scan.isDeclared(column))
                .distinct()
                .toList();
        List<Proposal> found = scan.among(connection, unknown, seconds);
        if (!found.isEmpty()) {
            String name = found.get(0).column();
            throw WaybillException.refusal("pii_policy: \"strict\" stops before "
                    + found.stream()
                            .map(proposal -> "column \"" + proposal.column() + "\" (" + proposal.why() + ")")
                            .collect(Collectors.joining(", "))
                    + ", which columns of data set \"" + source.id() + "\" does not name; write { name = \"" + name
                    + "\", pii = true } there, or pii = false where it identifies nobody");
        }
    }
}
