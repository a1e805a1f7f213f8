/**
 * What is known of the files, columns and deliveries of runs, each said once: by those who measure it, in the ledger, in waybills and
 * dead letters, and to other programs.
 *
 * <p>Knows no other package. Known by whoever measures, keeps or tells facts.
 */
package io.waybill.facts;
