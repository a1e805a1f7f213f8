package io.waybill.run;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.WaybillException;
import io.waybill.contract.Contract;
import io.waybill.facts.ColumnFacts;
import io.waybill.facts.FactsJson;
import io.waybill.feed.FeedBatch;
import io.waybill.feed.FeedPlan;
import io.waybill.flow.ExportKeys;
import io.waybill.flow.Form;
import io.waybill.flow.Window;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Plans as programs read them: the same of commands and of the server. */
public final class PlanJson {

    private PlanJson() {}

    /**
     * What a run would do.
     *
     * @param takeover what others can do for a run whose process is killed, of a plan
     * @param triggers when it runs by itself, in words
     * @param yaml its route
     */
    public static ObjectNode of(
            Plan plan, Function<Plan, Optional<String>> takeover, List<String> triggers, String yaml) {
        ObjectNode json = FactsJson.MAPPER.createObjectNode();
        json.put("flow", plan.flow())
                .put("dataset", plan.source().id())
                .put("location", plan.source().location())
                .put("datasource", plan.datasource())
                .put("product", plan.source().database().productName())
                .put("kind", Form.lower(plan.source().kind()))
                .put("mode", plan.mode().label())
                .put("format", plan.export().format().extension())
                .put("window", window(plan))
                .put("rows_from", plan.rowsFrom().orElse(null))
                .put("guarantee", plan.guarantee())
                .put("rows", plan.estimate().isKnown() ? plan.estimate().words() : "")
                .put("reading", plan.reading().words())
                .put("file", plan.delivery().where(1))
                .put("waybill", plan.delivery().whereWaybill())
                .put("sql", plan.query().sql());
        plan.export().format().kind().writer(plan.export()).ifPresent(words -> json.put("writing", words));
        ArrayNode parameters = json.putArray("parameters");
        plan.query().parameters().forEach(parameter -> parameters.add(String.valueOf(parameter)));
        ArrayNode columns = json.putArray("columns");
        for (ColumnFacts column : plan.columns()) {
            ObjectNode facts = FactsJson.MAPPER.valueToTree(column);
            String leaves = plan.leaves(column.name());
            columns.add(leaves.isEmpty() ? facts : facts.put("leaves", leaves));
        }
        json.set("excluded", FactsJson.MAPPER.valueToTree(plan.excluded()));
        json.put("left_out", plan.leftOut().orElse(null));
        json.put("marks_not_followed", plan.unfollowed().orElse(null));
        if (!plan.contract().isEmpty()) {
            json.set(
                    "expectations",
                    FactsJson.MAPPER.valueToTree(plan.contract().clauses().stream()
                            .map(Contract.Clause::words)
                            .toList()));
        }
        ArrayNode deliveries = json.putArray("deliveries");
        plan.deliveries()
                .forEach(delivery -> deliveries
                        .addObject()
                        .put("id", delivery.id())
                        .put("file", delivery.where(1))
                        .put("several", delivery.names().isOfSeveral())
                        .put("waybill", delivery.waybill() ? delivery.whereWaybill() : null)
                        .put("delivered", delivery.promise(plan.deliveries().size() == 1)));
        if (plan.increment() != null) {
            json.set("notes", FactsJson.MAPPER.valueToTree(plan.increment().notes()));
        }
        takeover.apply(plan).ifPresent(words -> json.put("takeover", words));
        json.set("triggers", FactsJson.MAPPER.valueToTree(triggers));
        json.put("route", yaml);
        return json;
    }

    /**
     * What the runs of many tables would do.
     *
     * @param most so many of the tables are planned; the others are named
     * @param asked how each is planned
     * @param takeover what others can do for a run whose process is killed, of a plan
     * @param triggers when the flow runs by itself, in words
     * @param yaml its route
     */
    public static ObjectNode ofTables(
            TablesPlanner planner,
            int most,
            Planner.Request asked,
            Function<Plan, Optional<String>> takeover,
            List<String> triggers,
            String yaml) {
        TablesPlanner.Found found = planner.find();
        Planner.Subject subject = planner.planner().subject();
        ObjectNode json = FactsJson.MAPPER
                .createObjectNode()
                .put("flow", subject.flow())
                .put("dataset", subject.export().sourceDataset())
                .put("datasource", subject.datasource())
                .put("mode", subject.export().mode().label())
                .put("format", subject.export().format().extension())
                .put("on_failure", Form.lower(subject.export().get(ExportKeys.ON_FAILURE)))
                .put("tables_at_once", subject.export().get(ExportKeys.TABLES_AT_ONCE))
                .put("table_count", found.tables().size());
        ArrayNode tables = json.putArray("many_tables");
        for (TablesPlanner.One one : found.tables()) {
            ObjectNode node = tables.addObject().put("table", one.table().words());
            if (tables.size() <= most) {
                try {
                    Planner ofOne = planner.of(one);
                    Plan plan = ofOne.plan(asked);
                    node.setAll(of(plan, takeover, List.of(), ""));
                    json.set("takeover", node.remove("takeover"));
                    node.remove(List.of("triggers", "route"));
                    ofOne.refusal(plan).ifPresent(why -> node.put("refused", why));
                } catch (WaybillException e) {
                    node.put("problem", e.getMessage());
                }
            }
        }
        json.set("notes", FactsJson.MAPPER.valueToTree(found.notes()));
        json.set("triggers", FactsJson.MAPPER.valueToTree(triggers));
        return json.put("route", yaml);
    }

    /**
     * What a batch of a feed would do.
     *
     * @param last its last batch; empty where there is none yet
     * @param triggers when it runs by itself, in words
     * @param yaml its route
     */
    public static ObjectNode of(FeedPlan plan, Optional<FeedBatch> last, List<String> triggers, String yaml) {
        ObjectNode json = FactsJson.MAPPER
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
                .put("last_batch", last.map(FeedBatch::id).orElse(null))
                .put("last_batch_words", lastBatch(last));
        ArrayNode facts = json.putArray("facts");
        plan.facts().forEach(fact -> facts.addObject().put("name", fact.name()).put("words", fact.words()));
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
                        .put("type", column.type().toString())
                        .put(
                                "role",
                                plan.key().contains(column)
                                        ? "key"
                                        : plan.compared().contains(column) ? "compared" : ""));
        json.put("marks_not_followed", plan.unfollowed().orElse(null));
        ArrayNode marking = json.put("marked_pii", plan.marked().orElse(null)).putArray("marking_lines");
        plan.markingLines().forEach(marking::add);
        json.set("triggers", FactsJson.MAPPER.valueToTree(triggers));
        return json.put("log", plan.log() == null ? null : plan.logState())
                .put("sql", plan.sql())
                .put("route", yaml);
    }

    private static String lastBatch(Optional<FeedBatch> last) {
        return last.map(batch -> batch.id() + ", by run " + batch.runId() + ": "
                        + batch.counts().words())
                .orElse("none yet: the next one makes the tables, and all rows are new to it");
    }

    /** The rows that it stands for, in words. */
    public static String window(Plan plan) {
        if (!(plan.window() instanceof Window.Everything)) {
            return plan.window().words();
        }
        return "all rows of mode " + plan.mode().label()
                + (plan.latestBatch() == null ? "" : " (latest batch " + plan.latestBatch() + ")");
    }
}
