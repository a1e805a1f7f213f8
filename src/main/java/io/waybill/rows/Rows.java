package io.waybill.rows;

import java.sql.Connection;
import java.util.Optional;

/**
 * A stream of typed rows, to be read once, by one reader. Who holds it closes it; closing twice does no harm.
 *
 * <p>Reading is for one thread; {@link #cancel} may come from any other.
 */
public interface Rows extends AutoCloseable {

    RowSchema schema();

    /**
     * Takes the rows, to read them: what a step does that finds them in a message's body. Several steps may hold the same body, as
     * behind a multicast or a wire tap, and each would get what the others leave; so the first one has them, and a second one fails.
     *
     * @param reader the step, for messages
     * @return the rows, to be read and closed
     * @throws io.waybill.WaybillException when somebody has taken them before; who has them fails as well at its next read
     */
    default Rows take(String reader) {
        return this;
    }

    /**
     * Clears the batch and fills it with the next rows.
     *
     * @param batch a batch made for {@link #schema}
     * @return false when there are no more rows; the batch is empty then
     * @throws io.waybill.WaybillException when the database fails, or a value cannot be taken as its column's type
     */
    boolean read(RowBatch batch);

    /**
     * Lets those who read in threads of their own encode, too, what they have read; to be asked before the first {@link #read}. Where there are
     * no such threads, or the format cannot, nothing changes.
     */
    default void encodeAhead(RowFormat format) {}

    /**
     * The connection that the rows came by, to be asked once they are all read: it sees what they were read from, where that was a
     * snapshot. Empty where there is none.
     */
    default Optional<Connection> connection() {
        return Optional.empty();
    }

    /** The ranges that it is read by, where several processes read them; empty where it is read as a whole. */
    default Optional<DividedRows> ranges() {
        return Optional.empty();
    }

    /** Asks the source to stop soon; a {@link #read} under way fails. Without one that takes long, there is nothing to stop. */
    default void cancel() {}

    @Override
    void close();
}
