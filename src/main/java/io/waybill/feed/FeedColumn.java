package io.waybill.feed;

import io.waybill.database.ChangeSql;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A column of a table that a feed makes.
 *
 * @param required whether it is never NULL
 */
record FeedColumn(String type, boolean required) {

    /** As it is declared. */
    String declared(ChangeSql sql) {
        return required ? sql.required(type) : type + " NULL";
    }

    /** As columns are declared, by their names. */
    static String declared(Map<String, FeedColumn> columns, ChangeSql sql) {
        return columns.entrySet().stream()
                .map(column ->
                        sql.quote(column.getKey()) + " " + column.getValue().declared(sql))
                .collect(Collectors.joining(", "));
    }
}
