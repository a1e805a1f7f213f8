package io.waybill.run;

import io.waybill.database.Source;
import io.waybill.flow.Engine;
import io.waybill.flow.Export;
import io.waybill.flow.ExportKeys;
import io.waybill.flow.Window;
import io.waybill.query.Query;
import io.waybill.query.RangePlanner;
import io.waybill.query.RangePlanner.Division;
import io.waybill.query.Reading;
import io.waybill.query.SharedRanges;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * The rows of a run, and nothing of where they go.
 *
 * @param source where they are
 * @param latest the highest batch; null where there is none, or nobody asks
 * @param increment what a window of new rows promises; null for other windows
 * @param from the first day whose rows they may be; null for any
 * @param key by which they take the place of others
 * @param isThere whether there is such a source yet
 */
record Selected(
        Source source,
        Object latest,
        Increment increment,
        RowsFrom from,
        Window window,
        Query query,
        RowKey key,
        boolean isThere) {

    /** How they are read: by how many readers, where they can be divided. */
    Reading reading(Connection connection, Export export) throws SQLException {
        if (export.engine() == Engine.PUSHDOWN) {
            return new PushedQuery(export, source, query).reading(connection);
        }
        if (export.isDivided()) {
            int processes = export.get(ExportKeys.PROCESSES).intValue();
            boolean oneSnapshot = export.get(ExportKeys.SNAPSHOT) == Export.Snapshot.SHARED;
            SharedRanges ranges =
                    new RangePlanner(connection, source).share(query, export.selection(), processes, oneSnapshot);
            return Reading.shared(query, ranges, export.get(ExportKeys.READER), processes);
        }
        int readers = export.get(ExportKeys.PARALLELISM).intValue();
        Division division = null;
        if (readers > 1 && !isThere) {
            division = Division.none("there is nothing to divide yet");
        } else if (readers > 1) {
            division = export.report() == null
                    ? new RangePlanner(connection, source).divide(query, readers)
                    : Division.none("the groups of a report are made of all rows");
        }
        return export.engine() == Engine.SPARK
                ? Reading.bySpark(source, query, export.get(ExportKeys.READER), readers, division)
                : Reading.of(source, query, export.get(ExportKeys.READER), readers, division);
    }
}
