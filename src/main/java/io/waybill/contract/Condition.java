package io.waybill.contract;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import io.waybill.flow.ColumnType;
import io.waybill.flow.Share;
import io.waybill.flow.Span;
import io.waybill.rows.SqlFailure;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/** Something that is expected of the rows of an export. */
sealed interface Condition {

    /** For people. */
    String words();

    /** What measures it in the rows of one run. */
    Check check(Means means);

    /**
     * What checks are made with.
     *
     * @param names how rows are told of
     * @param deletions the rows whose values are not looked at
     * @param contract whose they are
     * @param number tells a check from the others of its run
     */
    record Means(RowNames names, Deletions deletions, Contract contract, ScratchFiles scratch, int number) {}

    /**
     * So many rows.
     *
     * @param least null for none
     * @param most null for none
     */
    record RowCount(Long least, Long most) implements Condition {

        @Override
        public String words() {
            if (least != null && most != null) {
                return count(least) + " to " + rows(most);
            }
            return least != null ? "at least " + rows(least) : "at most " + rows(most);
        }

        @Override
        public Check check(Means means) {
            return new Checks.Counted(this);
        }
    }

    /**
     * About as many rows as the last time.
     *
     * @param before the rows of the last run that is done; null where there is none
     * @param beforeRun that run
     */
    record RowChange(Share share, Long before, String beforeRun) implements Condition {

        @Override
        public String words() {
            return "at most " + share + " more or fewer rows than the last run";
        }

        @Override
        public Check check(Means means) {
            return new Checks.Changed(this);
        }
    }

    /** A query has no rows. */
    record NoRows(String sql) implements Condition {

        private static final int MOST_SHOWN = 500;

        @Override
        public String words() {
            return "no rows of: " + line();
        }

        /** In one line, and not all of a long one. */
        private String line() {
            String line = sql.strip().replaceAll("\\s+", " ");
            return line.length() > MOST_SHOWN ? line.substring(0, MOST_SHOWN) + "…" : line;
        }

        void prepare(Connection connection) {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                ResultSetMetaData columns = statement.getMetaData();
                if (columns == null || columns.getColumnCount() == 0) {
                    throw noQuery();
                }
            } catch (SQLException e) {
                throw failure(Stage.PLAN, e);
            }
        }

        WaybillException noQuery() {
            return WaybillException.refusal(
                    "expect: sql: \"" + line() + "\" is no query that answers rows; one SELECT is allowed");
        }

        /** What the driver says, less the values that it may quote. */
        WaybillException failure(Stage stage, SQLException cause) {
            return SqlFailure.of(stage, "expect: sql: \"" + line() + "\"", cause, true);
        }

        @Override
        public Check check(Means means) {
            return new NoRowsCheck(this, means.contract());
        }
    }

    /**
     * Its newest value is not old.
     *
     * @param oldest the least value that is new enough, as a column vector keeps it
     * @param isMarked whether its values are not to be told
     */
    record Fresh(int index, String column, ColumnType type, Duration within, long oldest, boolean isMarked)
            implements Condition {

        @Override
        public String words() {
            return column + " is no older than " + Span.words(within);
        }

        @Override
        public Check check(Means means) {
            return new Checks.Newest(this, means.deletions());
        }
    }

    /**
     * Its values are not NULL.
     *
     * @param share how many may be; null for none
     */
    record NotNull(int index, String column, Share share) implements Condition {

        @Override
        public String words() {
            return share == null ? column + " is not NULL" : "at most " + share + " of " + column + " is NULL";
        }

        @Override
        public Check check(Means means) {
            return new Checks.Nulls(this, means);
        }
    }

    /** No two rows have the same values. */
    record Unique(List<Integer> indexes, List<String> columns) implements Condition {

        @Override
        public String words() {
            return (columns.size() == 1 ? columns.get(0) : "(" + String.join(", ", columns) + ")") + " is unique";
        }

        @Override
        public Check check(Means means) {
            return new UniqueCheck(this, means.names(), means.scratch(), means.number());
        }
    }

    /**
     * Each of its values, but NULL, passes a test.
     *
     * @param test makes one for a run
     */
    record EachValue(int index, String words, Supplier<ValueTest> test) implements Condition {

        @Override
        public Check check(Means means) {
            return new Checks.Values(index, test.get(), means);
        }
    }

    static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    static String rows(long number) {
        return count(number) + (number == 1 ? " row" : " rows");
    }
}
