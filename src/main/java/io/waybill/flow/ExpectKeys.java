package io.waybill.flow;

import java.time.Duration;
import java.util.List;

/** The keys of one of {@code [[properties.export.expect]]}, which are the properties of its bean too. */
public final class ExpectKeys {

    public static final Key<String> COLUMN = Key.text("column", "the column that it is about, as the files have it")
            .without("the export as a whole");

    public static final Key<List<String>> COLUMNS =
            Key.names("columns", "several columns: each of them; of `unique`, all of them together");

    public static final Key<Boolean> NOT_NULL = Key.flag("not_null", "no value is NULL");

    public static final Key<Share> NULL_SHARE =
            Key.said("null_share", Share::parse, "at most so many of the values are NULL: `\"5%\"`");

    public static final Key<Boolean> UNIQUE =
            Key.flag("unique", "no two rows have the same value; NULL is never the same");

    public static final Key<Object> BETWEEN =
            Key.checked("between", Scalars::problem, "numbers, dates or times from the first to the second: `[1, 10]`");

    public static final Key<Object> IN = Key.checked("in", Scalars::problem, "one of these: `[\"new\", \"paid\"]`");

    public static final Key<String> MATCHES =
            Key.text("matches", "the whole text is as this regular expression says (RE2's)");

    public static final Key<Duration> FRESH_WITHIN = Key.time(
                    "fresh_within", null, "the newest value is no older than that when the run begins: `\"2 hours\"`")
            .without("");

    public static final Key<Long> MIN_ROWS =
            Key.of("min_rows", new Form.Whole(1, Long.MAX_VALUE, true), null, "so many rows at least");

    public static final Key<Long> MAX_ROWS =
            Key.of("max_rows", new Form.Whole(0, Long.MAX_VALUE, true), null, "so many rows at most");

    public static final Key<Share> CHANGE_OF_ROWS = Key.said(
            "change_of_rows",
            Share::parse,
            "the rows are no more and no fewer than those of the last run that is done, but for such a share: `\"20%\"`");

    public static final Key<String> SQL = Key.text("sql", "a query of the data source that has to answer no rows");

    public static final Key<Expectation.Severity> SEVERITY = Key.choice(
            "severity",
            Expectation.Severity.class,
            Expectation.Severity.ERROR,
            "what happens where it does not hold: `error` (nothing is delivered), `warn` (it is told)");

    /** Those that are about a column. */
    public static final List<Key<?>> OF_A_COLUMN =
            List.of(NOT_NULL, NULL_SHARE, UNIQUE, BETWEEN, IN, MATCHES, FRESH_WITHIN);

    /** Those that are about the export as a whole. */
    public static final List<Key<?>> OF_THE_EXPORT = List.of(MIN_ROWS, MAX_ROWS, CHANGE_OF_ROWS, SQL);

    /** All of them. */
    public static final List<Key<?>> ALL = List.of(
            COLUMN,
            COLUMNS,
            NOT_NULL,
            NULL_SHARE,
            UNIQUE,
            BETWEEN,
            IN,
            MATCHES,
            FRESH_WITHIN,
            MIN_ROWS,
            MAX_ROWS,
            CHANGE_OF_ROWS,
            SQL,
            SEVERITY);

    private ExpectKeys() {}
}
