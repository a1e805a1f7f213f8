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
    private static final String BEFORE = "xt_batch_before";

    /**
     * They, as they stand behind FROM. What is deleted has the values of before, which the receiver has, or none: those of changes in
     * between have gone nowhere.
     *
     * @param after the last batch that is not among them
     * @param upTo the last one that is
     * @param delivered the last one that has gone out before, which may be one of them: rows that were new up to it may be with the receiver
     */
    public String relation(long after, long upTo, long delivered) {
        String changes = sql.qualified(plan.tables().schema(), plan.tables().output());
        String batch = sql.quote(DataSetKind.BATCH_ID);
        String type = sql.quote(DataSetKind.RECORD_TYPE);
        String keys = names(plan.key()).collect(Collectors.joining(", "));
        String first = "w." + sql.quote(FIRST);
        return "(\n  SELECT CASE WHEN l." + type + " = 'deleted' THEN 'deleted' WHEN f." + type
                + " = 'new' THEN 'new' ELSE 'changed' END AS " + type + ", "
                + Stream.concat(
                                plan.columns().stream().map(this::value),
                                Stream.of(batch, sql.quote("xt_valid_from")).map(name -> "l." + name))
                        .collect(Collectors.joining(", "))
                + "\n  FROM (SELECT " + keys + ", MIN(" + batch + ") AS " + sql.quote(FIRST) + ", MAX(" + batch
                + ") AS " + sql.quote(LAST) + "\n    FROM " + changes + " WHERE " + batch + " > " + after + " AND "
                + batch + " <= " + upTo + " GROUP BY " + keys + ") w"
                + join("", changes, "l", batch, "w." + sql.quote(LAST))
                + join("", changes, "f", batch, first)
                + "\n  LEFT JOIN (SELECT " + keys + ", MAX(" + batch + ") AS " + sql.quote(BEFORE) + "\n    FROM "
                + changes + " WHERE " + batch + " <= " + after + " GROUP BY " + keys + ") b ON " + sameKey("b")
                + join(
                        "LEFT ",
                        changes,
                        "v",
                        batch,
                        "CASE WHEN l." + type + " <> 'deleted' THEN w." + sql.quote(LAST) + " WHEN f." + type
                                + " = 'deleted' THEN " + first + " WHEN f." + type + " = 'changed' THEN b."
                                + sql.quote(BEFORE) + " END")
                + "\n  WHERE NOT (f." + type + " = 'new' AND l." + type + " = 'deleted' AND " + first + " > "
                + delivered
                + ")\n) q";
    }

    private String value(SourceColumn column) {
        return (plan.key().contains(column) ? "l." : "v.") + sql.quote(column.name());
    }

    private String join(String kind, String changes, String alias, String batch, String which) {
        return "\n  " + kind + "JOIN " + changes + " " + alias + " ON " + sameKey(alias) + " AND " + alias + "." + batch
                + " = " + which;
    }

    private String sameKey(String alias) {
        return names(plan.key())
                .map(name -> alias + "." + name + " = w." + name)
                .collect(Collectors.joining(" AND "));
    }

    private Stream<String> names(List<SourceColumn> columns) {
        return columns.stream().map(column -> sql.quote(column.name()));
    }
}
