package io.waybill.feed;

import io.waybill.database.ChangeSql;
import io.waybill.database.SourceColumn;
import io.waybill.flow.DataSetKind;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What several batches come to together: of each row the last change alone, told by what the row was before the first of them. A row
 * that has come and gone again in between is none.
 *
 * @param plan the feed whose batches they are
 */
public record NetChanges(FeedPlan plan, ChangeSql sql) {

    private static final String FIRST = "xt_first_batch";
    private static final String LAST = "xt_last_batch";

    /**
     * They, as they stand behind FROM.
     *
     * @param after the last batch that is not among them
     * @param upTo the last one that is
     */
    public String relation(long after, long upTo) {
        String changes = sql.qualified(plan.tables().schema(), plan.tables().output());
        String batch = sql.quote(DataSetKind.BATCH_ID);
        String type = sql.quote(DataSetKind.RECORD_TYPE);
        String keys = names(plan.key()).collect(Collectors.joining(", "));
        return "(\n  SELECT CASE WHEN f." + type + " = 'new' THEN 'new' WHEN l." + type
                + " = 'deleted' THEN 'deleted' ELSE 'changed' END AS " + type + ", "
                + Stream.concat(names(plan.columns()), Stream.of(batch, sql.quote("xt_valid_from")))
                        .map(name -> "l." + name)
                        .collect(Collectors.joining(", "))
                + "\n  FROM (SELECT " + keys + ", MIN(" + batch + ") AS " + sql.quote(FIRST) + ", MAX(" + batch
                + ") AS "
                + sql.quote(LAST) + "\n    FROM " + changes + " WHERE " + batch + " > " + after + " AND " + batch
                + " <= "
                + upTo + " GROUP BY " + keys + ") w"
                + join(changes, "l", LAST) + join(changes, "f", FIRST)
                + "\n  WHERE NOT (f." + type + " = 'new' AND l." + type + " = 'deleted')\n) q";
    }

    private String join(String changes, String alias, String which) {
        return "\n  JOIN " + changes + " " + alias + " ON "
                + names(plan.key())
                        .map(name -> alias + "." + name + " = w." + name + " AND ")
                        .collect(Collectors.joining())
                + alias + "." + sql.quote(DataSetKind.BATCH_ID) + " = w." + sql.quote(which);
    }

    private Stream<String> names(List<SourceColumn> columns) {
        return columns.stream().map(column -> sql.quote(column.name()));
    }
}
