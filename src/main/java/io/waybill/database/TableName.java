package io.waybill.database;

/** A table or view, by its schema and its own name, as the catalog writes them. */
public record TableName(String schema, String name) {}
