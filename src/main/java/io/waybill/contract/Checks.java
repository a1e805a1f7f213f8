package io.waybill.contract;

import io.waybill.contract.Condition.Fresh;
import io.waybill.contract.Condition.NotNull;
import io.waybill.contract.Condition.RowChange;
import io.waybill.contract.Condition.RowCount;
import io.waybill.flow.ColumnType;
import io.waybill.flow.Share;
import io.waybill.rows.ColumnVector;
import io.waybill.rows.RowBatch;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/** The checks that keep no more than a few numbers. */
final class Checks {

    private Checks() {}

    private static String ofRows(long some, long rows) {
        return Condition.count(some) + " of " + Condition.rows(rows);
    }

    /** Tells how many rows there are, once they are counted. */
    record Counted(RowCount condition) implements Check {

        @Override
        public void add(RowBatch batch, long before) {
            // who adds counts
        }

        @Override
        public Found found(long rows) {
            boolean enough = condition.least() == null || rows >= condition.least();
            boolean few = condition.most() == null || rows <= condition.most();
            return Found.of(enough && few, Condition.rows(rows));
        }
    }

    /** Tells by how much there are more or fewer rows than before. */
    record Changed(RowChange condition) implements Check {

        @Override
        public void add(RowBatch batch, long before) {
            // who adds counts
        }

        @Override
        public Found found(long rows) {
            if (condition.before() == null) {
                return Found.of(true, Condition.rows(rows) + "; no earlier run to compare with");
            }
            long before = condition.before();
            long change = Math.abs(rows - before);
            String than = Condition.count(before) + " of run " + condition.beforeRun();
            if (change == 0) {
                return Found.of(true, Condition.rows(rows) + ", as many as the " + than);
            }
            String by = before == 0 ? Condition.count(change) : Share.words(change, before);
            return Found.of(
                    !condition.share().isExceededBy(change, before),
                    Condition.rows(rows) + ", " + by + (rows > before ? " more" : " fewer") + " than the " + than);
        }
    }

    /** Counts NULLs. */
    static final class Nulls implements Check {

        private final NotNull condition;
        private final First first;
        private final Deletions deletions;
        private long nulls;
        private long deleted;

        Nulls(NotNull condition, Condition.Means means) {
            this.condition = condition;
            this.first = new First(means.names());
            this.deletions = means.deletions();
        }

        @Override
        public void add(RowBatch batch, long before) {
            ColumnVector column = batch.column(condition.index());
            for (int row = 0; row < batch.rows(); row++) {
                if (deletions.has(batch, row)) {
                    deleted++;
                } else if (column.isNull(row)) {
                    nulls++;
                    first.note(batch, row, before);
                }
            }
        }

        @Override
        public Found found(long all) {
            long rows = all - deleted;
            Share share = condition.share();
            boolean holds = share == null ? nulls == 0 : !share.isExceededBy(nulls, rows);
            String measured = ofRows(nulls, rows)
                    + (nulls == 1 ? " is NULL" : " are NULL")
                    + (share == null ? "" : ", " + Share.words(nulls, rows));
            return holds ? Found.of(true, measured) : new Found(false, nulls, measured, first.rows());
        }
    }

    /** Counts values that do not pass a test. */
    static final class Values implements Check {

        private final int index;
        private final ValueTest test;
        private final First first;
        private final Deletions deletions;
        private long others;
        private long deleted;

        Values(int index, ValueTest test, Condition.Means means) {
            this.index = index;
            this.test = test;
            this.first = new First(means.names());
            this.deletions = means.deletions();
        }

        @Override
        public void add(RowBatch batch, long before) {
            ColumnVector column = batch.column(index);
            for (int row = 0; row < batch.rows(); row++) {
                if (deletions.has(batch, row)) {
                    deleted++;
                } else if (!column.isNull(row) && !test.holds(column, row)) {
                    others++;
                    first.note(batch, row, before);
                }
            }
        }

        @Override
        public Found found(long all) {
            long rows = all - deleted;
            String measured = others == 0
                    ? "all of " + Condition.rows(rows)
                    : ofRows(others, rows) + (others == 1 ? " violates it" : " violate it");
            return new Found(others == 0, others, measured, first.rows());
        }
    }

    /** Looks for the newest time; one that is infinite is none. */
    static final class Newest implements Check {

        private final Fresh condition;
        private final Deletions deletions;
        private boolean seen;
        private long newest;
        private long deleted;

        Newest(Fresh condition, Deletions deletions) {
            this.condition = condition;
            this.deletions = deletions;
        }

        @Override
        public void add(RowBatch batch, long before) {
            ColumnVector column = batch.column(condition.index());
            for (int row = 0; row < batch.rows(); row++) {
                if (deletions.has(batch, row)) {
                    deleted++;
                } else if (!column.isNull(row) && !ColumnType.isInfinite(column.longAt(row))) {
                    newest = seen ? Math.max(newest, column.longAt(row)) : column.longAt(row);
                    seen = true;
                }
            }
        }

        @Override
        public Found found(long rows) {
            if (!seen && deleted > 0 && deleted == rows) {
                return Found.of(true, "deletions alone");
            }
            if (!seen) {
                return Found.of(false, rows == 0 ? "no rows" : "no row has a value");
            }
            boolean holds = newest >= condition.oldest();
            return Found.of(
                    holds, condition.isMarked() ? holds ? "it is not" : "it is older" : "the newest is " + words());
        }

        private String words() {
            if (condition.type().kind() == ColumnType.Kind.DATE) {
                return LocalDate.ofEpochDay(newest).toString();
            }
            Instant time = Instant.EPOCH.plus(newest, ChronoUnit.MICROS);
            return condition.type().kind() == ColumnType.Kind.INSTANT
                    ? time.toString()
                    : time.atOffset(ZoneOffset.UTC).toLocalDateTime().toString();
        }
    }
}
