package io.waybill.rows;

/**
 * A stream of typed rows of one reader, to be read once. Who holds it closes it; closing twice does no harm.
 *
 * <p>Reading is for one thread; {@link #cancel} may come from any other.
 */
public interface Rows extends AutoCloseable {

    /** What the connections that rows are read over call themselves where the database shows names: they never write. */
    String READER_NAME = "waybill reader";

    RowSchema schema();

    /**
     * Clears the batch and fills it with the next rows.
     *
     * @param batch a batch made for {@link #schema}
     * @return false when there are no more rows; the batch is empty then
     * @throws io.waybill.flow.WaybillException when the database fails, or a value cannot be taken as its column's type
     */
    boolean read(RowBatch batch);

    /** Asks the source to stop soon; a {@link #read} under way fails. */
    void cancel();

    @Override
    void close();
}
