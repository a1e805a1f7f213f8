package io.waybill.contract;

import io.waybill.rows.RowBatch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Measures one thing that is expected while the rows are staged, a batch at a time. */
interface Check {

    /** So many rows are told of. */
    int MOST_ROWS = 10;

    /**
     * What was found.
     *
     * @param holds whether it is as expected
     * @param violations the rows of which it is not
     * @param measured in words
     * @param rows the first of them, as they are told of
     */
    record Found(boolean holds, long violations, String measured, List<String> rows) {

        static Found of(boolean holds, String measured) {
            return new Found(holds, 0, measured, List.of());
        }
    }

    /** @param before how many rows the batches before held */
    void add(RowBatch batch, long before) throws IOException;

    /** @param rows all rows, which have been added */
    Found found(long rows) throws IOException;

    /** Lets go of what it holds. */
    default void close() {}

    /** The first of some rows. */
    final class First {

        private final RowNames names;
        private final List<String> rows = new ArrayList<>();

        First(RowNames names) {
            this.names = names;
        }

        void note(RowBatch batch, int row, long before) {
            if (rows.size() < MOST_ROWS) {
                rows.add(names.name(batch, row, before + row + 1));
            }
        }

        List<String> rows() {
            return rows;
        }
    }
}
