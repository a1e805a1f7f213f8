package io.waybill.delivery.iceberg;

/**
 * A file of a run that is to be committed.
 *
 * @param rows the file
 * @param keys the file of the keys of its rows; null where they take the place of no others, or are gone themselves
 */
record RunFile(Footer rows, Footer keys) {

    RunFile(Footer rows) {
        this(rows, null);
    }
}
