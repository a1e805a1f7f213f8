/**
 * What becomes of the values of columns before they leave: transforms over batches, and the keys that some of them have.
 *
 * <p>May know {@code rows} and {@code flow}. Called by {@code run}, which puts it around a format, and by whoever leads tokens back.
 */
package io.waybill.privacy;
