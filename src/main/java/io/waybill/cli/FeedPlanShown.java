package io.waybill.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.feed.FeedBatch;
import io.waybill.feed.FeedPlan;
import io.waybill.run.FeedPlanner;
import io.waybill.run.PlanJson;
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
        if (!plan.markingLines().isEmpty()) {
            out.line("");
            out.line(out.bold("marks of its tables, for a datasets.toml elsewhere"));
            plan.markingLines().forEach(line -> out.line("  " + line));
        }
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
        return PlanJson.of(plan, last, triggers, yaml);
    }
}
