/**
 * What happened: the outcome of runs. The database of runs, watermarks, locks and the audit has its place here.
 *
 * <p>May know {@code flow}. Written by {@code route}; shown by {@code cli}.
 */
package io.waybill.ledger;
