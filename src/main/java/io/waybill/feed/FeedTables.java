package io.waybill.feed;

import io.waybill.database.Ask;
import io.waybill.database.ChangeSql;
import io.waybill.database.FeedComment;
import io.waybill.flow.Feed;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * The tables of a feed flow, which it makes and nobody else writes.
 *
 * @param flow the flow's id
 * @param schema where they are; empty where the database has no schemas
 * @param isDelta whether each batch's changes are published, rather than kept as versions of records
 */
public record FeedTables(String flow, String schema, boolean isDelta) {

    /** What the names of a change feed and of published changes end in. */
    private static final String CHANGE_FEED = "_change_feed";

    private static final String DELTA = "_delta_transaction";

    /** What the names of columns begin with that hold the values of before. */
    static final String OLD = FeedComment.OLD;

    /** The column that holds a column's values of before, where there is one. */
    public static String old(String column) {
        return OLD + column;
    }

    /** Those of a flow. */
    public static FeedTables of(String flow, Feed feed, String schema) {
        return new FeedTables(flow, schema, feed.isDelta());
    }

    /**
     * Those of a flow whose output is known.
     *
     * @param place as {@link #place} answers it
     */
    public static FeedTables ofPlace(String flow, String place) {
        boolean isDelta = place.endsWith(flow + DELTA);
        String output = flow + (isDelta ? DELTA : CHANGE_FEED);
        String before = place.substring(0, place.length() - output.length());
        return new FeedTables(flow, before.isEmpty() ? "" : before.substring(0, before.length() - 1), isDelta);
    }

    /** The rows as the last batch has found them. */
    public String state() {
        return flow + "_state";
    }

    /** The changes. */
    public String output() {
        return flow + (isDelta ? DELTA : CHANGE_FEED);
    }

    /** What each batch has come to. */
    public String batches() {
        return flow + "_batches";
    }

    /** Where the changes are, for people. */
    public String place() {
        return schema.isEmpty() ? output() : schema + "." + output();
    }

    /** The names of all. */
    public List<String> names() {
        return List.of(output(), state(), batches());
    }

    /** Those that are there, and are the flow's. */
    public List<String> existing(Connection connection, ChangeSql sql) throws SQLException {
        List<String> existing = new ArrayList<>();
        for (String name : names()) {
            String comment = Ask.first(connection, sql.comment(), row -> row.getString(1), schema, name);
            if (comment != null && comment.startsWith(mark())) {
                existing.add(name);
            }
        }
        return existing;
    }

    /** Removes them; answers their names. */
    public List<String> drop(Connection connection, ChangeSql sql) throws SQLException {
        List<String> existing = existing(connection, sql);
        for (String name : existing) {
            ChangeSql.execute(connection, "DROP TABLE " + sql.qualified(schema, name));
        }
        return existing;
    }

    /** What the comment of each of them begins with. */
    String mark() {
        return FeedComment.mark(flow);
    }
}
