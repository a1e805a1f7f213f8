package io.waybill.query;

import io.waybill.WaybillException;
import io.waybill.database.Source;
import io.waybill.database.SourceColumn;
import io.waybill.flow.ColumnType.Kind;
import io.waybill.flow.DataSet;
import io.waybill.flow.DataSetKeys;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Objects;

/** The newest that a data set has: its highest batch, or the highest value of its watermark. */
public final class Newest {

    private Newest() {}

    /**
     * Reads it.
     *
     * @return null where the data set has no row
     * @throws WaybillException when nothing tells new rows from older ones
     */
    public static String of(Connection connection, Source source, DataSet dataSet) throws SQLException {
        if (source.kind().hasBatches()) {
            Batches batches = new Batches(connection, source);
            Object latest = batches.latest();
            batches.refuseUnordered(latest);
            return Objects.toString(latest, null);
        }
        String watermark = dataSet.get(DataSetKeys.WATERMARK);
        if (watermark == null) {
            throw WaybillException.refusal(
                    "on_new_data: data set \"" + source.id()
                            + "\" has no batches and no watermark; declare one in datasets.toml: watermark = \"<a column that grows>\"");
        }
        SourceColumn column = source.column("watermark", watermark);
        boolean utc = column.type().kind() == Kind.INSTANT;
        if (utc) { // as rows are read
            source.database().enterUtc(connection);
        }
        try {
            return new Highest(connection, source, column).ofAll();
        } finally {
            if (utc) {
                source.database().leaveUtc(connection);
            }
        }
    }
}
