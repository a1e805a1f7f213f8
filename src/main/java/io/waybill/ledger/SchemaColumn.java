package io.waybill.ledger;

/**
 * A column of a flow's files, as the last run wrote it.
 *
 * @param name its name
 * @param type what its values mean
 */
public record SchemaColumn(String name, String type) {}
