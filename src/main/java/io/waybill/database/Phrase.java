package io.waybill.database;

/** A piece of SQL that products write in ways of their own. {@code {}} stands for what it is written of. */
public enum Phrase {

    /** What stands before and behind an identifier; the latter is doubled within it. */
    QUOTES("\"\""),

    /** The type of all whole numbers. */
    WHOLE_NUMBER("BIGINT"),

    /** The type of all numbers. */
    NUMBER("DECIMAL(38, 10)"),

    /** What stands between SELECT and the columns to take a number of rows at most. */
    TOP(""),

    /** What stands at a query's end to take a number of rows at most. */
    LIMIT("\nFETCH FIRST {} ROWS ONLY"),

    /** The condition that an expression matches a bound regular expression. */
    MATCHES(null),

    /** The regular expression that only the whole of a text matches; to some, {@code $} is also before its last line's end. */
    WHOLE_TEXT("^({})$"),

    /** A column of text as functions of text take it. */
    PLAIN_TEXT("{}"),

    /** The number of characters of a text. */
    LENGTH("CHAR_LENGTH({})"),

    /** A text as something in which only equal texts are equal; null where it is that itself, or nobody knows how. */
    EXACT_TEXT(null),

    /** A text as its bytes, in which blanks at its end count too; null where nobody knows how. */
    TEXT_BYTES(null),

    /** The clock with its zone, some seconds ago and down to a whole one; {@code {+1}} is a second more. */
    ZONED_CLOCK("CURRENT_TIMESTAMP(0) - INTERVAL '{+1}' SECOND(9)"),

    /** Likewise without a zone. */
    LOCAL_CLOCK("LOCALTIMESTAMP(0) - INTERVAL '{+1}' SECOND(9)"),

    /** The day some seconds ago; null for that of the clock without a zone. */
    TODAY(null),

    /** A query of the milliseconds since 1970-01-01T00:00Z by the database's clock; null where a ledger cannot be in one. */
    EPOCH_MILLIS(null),

    /** The least value that a {@code {share}} of the values do not exceed; null where groups have none. */
    PERCENTILE("PERCENTILE_DISC({share}) WITHIN GROUP (ORDER BY {})"),

    /** A query for the next value of a counter, by schema, table and column; null where there is none. */
    NEXT_VALUE(null);

    private final String standard;

    Phrase(String standard) {
        this.standard = standard;
    }

    /** As the standard has it; null where it has none. */
    String standard() {
        return standard;
    }
}
