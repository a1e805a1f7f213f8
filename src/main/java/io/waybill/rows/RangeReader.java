package io.waybill.rows;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.apache.camel.CamelContext;

/** Reads ranges of rows, each by itself, as a step {@code rows:} would. */
public final class RangeReader {

    private final RowsProducer producer;
    private final String dataSourceName;

    RangeReader(RowsProducer producer, String dataSourceName) {
        this.producer = producer;
        this.dataSourceName = dataSourceName;
    }

    /**
     * One that reads as a step of this context does.
     *
     * @param uri the step's
     * @param sources hold its data source
     */
    public static RangeReader of(CamelContext context, String uri, HeldSources sources) {
        RowsEndpoint endpoint = context.getEndpoint(uri, RowsEndpoint.class);
        DataSource source = sources.find(endpoint.getDataSourceName());
        return new RangeReader(
                endpoint.reading(
                        source instanceof ConfiguredSource configured ? configured.pool() : source,
                        RowReader.parse(endpoint.getReader())),
                endpoint.getDataSourceName());
    }

    /**
     * Opens a range; whoever asks closes it.
     *
     * @param snapshot the name of the one that it is read in; null for one of its own
     * @throws WaybillException when the database fails, or the snapshot is not there any more
     */
    public Rows open(RowRange range, RowHints hints, String snapshot) {
        return opening(range, hints, snapshot).open();
    }

    /** The same, which may be stopped before it has begun. */
    public RangeOpening opening(RowRange range, RowHints hints, String snapshot) {
        return new RangeOpening(this, range, hints, snapshot);
    }

    Rows open(RowRange range, RowHints hints, String snapshot, AwaitedAnswers answers) {
        try {
            return producer.open(range, hints, snapshot, answers);
        } catch (SQLException e) {
            throw SqlFailure.of(Stage.READ, "data source " + dataSourceName, e, hints.hidesValues());
        }
    }
}
