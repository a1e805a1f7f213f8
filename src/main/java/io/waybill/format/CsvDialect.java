package io.waybill.format;

/**
 * The punctuation of a CSV file. NULL and the empty text are told apart: NULL is {@code nullString} without quotes, a
 * text that looks like it is quoted.
 *
 * @param delimiter between fields; one byte of ASCII, or a longer UTF-8 character
 * @param quote around fields that need it
 * @param escape before a quote (and itself) inside a quoted field; equal to {@code quote}, it is doubled (RFC 4180, 2.7)
 * @param quoteMode which fields are quoted
 * @param nullString what stands for NULL
 * @param lineEnding after each record
 * @param formulaGuard whether a text that a spreadsheet would take as a formula gets a leading apostrophe
 */
record CsvDialect(
        byte delimiter,
        byte quote,
        byte escape,
        QuoteMode quoteMode,
        byte[] nullString,
        byte[] lineEnding,
        boolean formulaGuard) {

    /** Which fields are quoted. */
    enum QuoteMode {
        /** Those that hold a delimiter, a quote or a line break, and texts that look like NULL. */
        MINIMAL,
        /** All but NULL. */
        ALL,
        /** All but numbers and NULL. */
        NON_NUMERIC,
        /** None; delimiters and line breaks are escaped, or refused where there is no escape. */
        NONE
    }
}
