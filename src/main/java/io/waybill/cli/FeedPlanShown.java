package io.waybill.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.feed.FeedBatch;
import io.waybill.feed.FeedPlan;
import io.waybill.flow.Form;
import io.waybill.run.FeedPlanner;
import java.util.List;
import java.util.Optional;

/** What {@code waybill plan} shows of a feed. */
record FeedPlanShown(FeedPlan plan, Optional<FeedBatch> last) {

    static FeedPlanShown of(FeedPlanner planner) {
        return new FeedPlanShown(planner.plan(), planner.latest());
    }

    private String lastBatch() {
        return last.map(batch -> batch.id() + ", by run " + batch.runId() + ": "
                        + batch.counts().words())
                .orElse("none yet: the next one makes the tables, and all rows are new to it");
    }

    /** @param triggers when it runs by itself */
    void print(Terminal out, List<String> triggers) {
        out.fact(13, "flow", plan.flow());
        plan.facts().forEach(fact -> out.fact(13, fact.name(), fact.words()));
        out.fact(13, "last batch", lastBatch());
        triggers.forEach(words -> out.fact(13, "trigger", words));
        out.line("");
        out.line(out.bold("SQL"));
        plan.sql().lines().forEach(line -> out.line("  " + line));
        out.line("");
        Table.of("column", "type", "")
                .print(
                        out,
                        plan.columns(),
                        column -> List.of(
                                column.name(),
                                column.type().toString(),
                                plan.key().contains(column)
                                        ? "key"
                                        : plan.compared().contains(column) ? "compared" : ""));
    }

    ObjectNode toJson(String yaml, List<String> triggers) {
        ObjectNode json = ResultJson.JSON
                .createObjectNode()
                .put("flow", plan.flow())
                .put("type", Form.lower(plan.feed().type()))
                .put("dataset", plan.source().id())
                .put("location", plan.source().location())
                .put("datasource", plan.datasource())
                .put("feed", plan.tables().place())
                .put("strategy", plan.strategy())
                .put("deletions", plan.deletions())
                .put("guarantee", plan.guarantee())
                .put("last_batch", last.map(FeedBatch::id).orElse(null));
        ArrayNode tables = json.putArray("tables");
        plan.tables().names().forEach(tables::add);
        ArrayNode key = json.putArray("key");
        plan.key().forEach(column -> key.add(column.name()));
        ArrayNode compared = json.putArray("compared");
        plan.compared().forEach(column -> compared.add(column.name()));
        ArrayNode columns = json.putArray("columns");
        plan.columns()
                .forEach(column -> columns.addObject()
                        .put("name", column.name())
                        .put("type", column.type().toString()));
        json.set("triggers", ResultJson.JSON.valueToTree(triggers));
        return json.put("log", plan.log() == null ? null : plan.logState())
                .put("sql", plan.sql())
                .put("route", yaml);
    }
}
