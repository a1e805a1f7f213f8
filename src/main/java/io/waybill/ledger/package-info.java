/**
 * What happened, in a database: runs and how they came out, who holds which flow, how far each has exported, and who changed
 * what by hand.
 *
 * <p>May know {@code flow}. Written by {@code route}; shown by {@code cli}.
 */
package io.waybill.ledger;
