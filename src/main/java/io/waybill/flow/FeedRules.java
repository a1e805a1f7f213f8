package io.waybill.flow;

import io.waybill.flow.DataSet.DeclaredColumn;
import io.waybill.flow.FeedKeys.Strategy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/** What goes together in a feed and what does not: for flow files, and for the options of a route. */
public final class FeedRules {

    private final String flow;
    private final String path;
    private final Feed feed;
    private final Predicate<Key<?>> given;
    private final List<Refusal> refusals = new ArrayList<>();

    /** @param path what stands before its keys in messages */
    private FeedRules(String flow, String path, Feed feed, Predicate<Key<?>> given) {
        this.flow = flow;
        this.path = path;
        this.feed = feed;
        this.given = given;
    }

    /**
     * Checks a feed.
     *
     * @param flow the flow's id
     * @param given tells of a key whether it is set, be it to what holds without it
     * @return what is wrong; empty where nothing is
     */
    public static List<Refusal> check(String flow, Feed feed, Predicate<Key<?>> given) {
        FeedRules rules = new FeedRules(flow, "", feed, given);
        rules.checkColumns();
        rules.checkStrategy();
        rules.checkBatch();
        rules.checkKind();
        rules.checkThen();
        return rules.refusals;
    }

    /** Checks how an export finds changes. */
    static List<Refusal> checkChanges(Feed feed, Predicate<Key<?>> given) {
        FeedRules rules = new FeedRules("", ExportKeys.CHANGES.name() + ".", feed, given);
        rules.checkColumns();
        rules.checkStrategy();
        rules.checkRead(FeedKeys.MAX_DELETES, MaxDeletes::parse);
        return rules.refusals;
    }

    private void refuse(Key<?> key, String message) {
        refusals.add(new Refusal(path + key.name(), message));
    }

    private void checkColumns() {
        List<String> columns = feed.columns().stream().map(DeclaredColumn::name).toList();
        checkTwice(FeedKeys.COLUMNS, columns);
        for (String name : columns) {
            if (!name.equals(name.strip())) {
                refuse(FeedKeys.COLUMNS, "\"" + name + "\" begins or ends with a blank; a view can name it without");
            }
        }
        checkAmong(FeedKeys.PRIMARY_KEY, feed.get(FeedKeys.PRIMARY_KEY), columns);
        checkAmong(FeedKeys.COMPARE_COLUMNS, feed.get(FeedKeys.COMPARE_COLUMNS), columns);
        if (feed.get(FeedKeys.UPDATED_AT) != null) {
            checkAmong(FeedKeys.UPDATED_AT, List.of(feed.get(FeedKeys.UPDATED_AT)), columns);
        }
    }

    private void checkTwice(Key<?> key, List<String> names) {
        for (int i = 0; i < names.size(); i++) {
            if (names.indexOf(names.get(i)) < i) {
                refuse(key, "\"" + names.get(i) + "\" is there twice");
            }
        }
    }

    private void checkAmong(Key<?> key, List<String> names, List<String> columns) {
        checkTwice(key, names);
        for (String name : names) {
            if (!columns.isEmpty() && !columns.contains(name)) {
                refuse(
                        key,
                        "\"" + name + "\" is not one of the columns, " + String.join(", ", columns)
                                + NearestName.hint(name, columns));
            }
        }
    }

    private void checkStrategy() {
        if (feed.get(FeedKeys.STRATEGY) != Strategy.LOG && given.test(FeedKeys.KEPT_LOG_BYTES)) {
            refuse(FeedKeys.KEPT_LOG_BYTES, "is for strategy \"log\" alone");
        }
        if (feed.get(FeedKeys.STRATEGY) == Strategy.TIMESTAMP) {
            if (feed.get(FeedKeys.UPDATED_AT) == null) {
                refuse(FeedKeys.UPDATED_AT, "is missing; strategy \"timestamp\" compares by it");
            }
            if (given.test(FeedKeys.COMPARE_COLUMNS) && feed.get(FeedKeys.FULL_COMPARE_EVERY) == 0) {
                refuse(
                        FeedKeys.COMPARE_COLUMNS,
                        "does not go with strategy \"timestamp\", which goes by updated_at, unless full_compare_every is set");
            }
            if (!feed.get(FeedKeys.DELETIONS) && feed.get(FeedKeys.WRITE_UNCHANGED)) {
                refuse(FeedKeys.WRITE_UNCHANGED, "does not go with deletions = false, which does not read such rows");
            }
            return;
        }
        for (Key<?> key : List.of(FeedKeys.UPDATED_AT, FeedKeys.DELETIONS)) {
            if (given.test(key)) {
                refuse(key, "is for strategy \"timestamp\" alone");
            }
        }
        if (feed.get(FeedKeys.STRATEGY) == Strategy.CHECK && given.test(FeedKeys.FULL_COMPARE_EVERY)) {
            refuse(
                    FeedKeys.FULL_COMPARE_EVERY,
                    "is for strategies \"timestamp\" and \"log\"; \"check\" always compares all rows");
        }
        if (feed.get(FeedKeys.STRATEGY) == Strategy.LOG && feed.get(FeedKeys.WRITE_UNCHANGED)) {
            refuse(FeedKeys.WRITE_UNCHANGED, "does not go with strategy \"log\", which does not read such rows");
        }
    }

    private void checkBatch() {
        checkRead(FeedKeys.MAX_DELETES, MaxDeletes::parse);
        if (feed.get(FeedKeys.BATCH_ID) != null) {
            checkRead(FeedKeys.BATCH_ID, Feed::batchId);
        }
    }

    private void checkRead(Key<Object> key, Function<Object, Object> reading) {
        try {
            reading.apply(feed.get(key));
        } catch (IllegalArgumentException e) {
            refuse(key, e.getMessage());
        }
    }

    /** A flow file has the keys of its own kind alone; the options of a route have those of both. */
    private void checkKind() {
        if (feed.type() == FlowType.EXPORT_FLOW) {
            refuse(FeedKeys.FLOW_TYPE, "\"export_flow\" is no feed; allowed: change_feed, delta_publishing");
        }
        Key<?> other = feed.isDelta() ? FeedKeys.WRITE_UNCHANGED : FeedKeys.OLD_VALUES;
        if (given.test(other)) {
            refuse(other, "is not for a flow of type \"" + Form.lower(feed.type()) + "\"");
        }
    }

    private void checkThen() {
        checkTwice(FeedKeys.THEN, feed.then());
        for (String next : feed.then()) {
            String wrong = Flow.idProblem(next);
            if (wrong != null) {
                refuse(FeedKeys.THEN, wrong);
            } else if (next.equals(flow)) {
                refuse(FeedKeys.THEN, "\"" + next + "\" is this flow, which would begin again without an end");
            }
        }
    }
}
