package io.waybill.run;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.facts.DeliveryFacts;
import io.waybill.facts.ExpectationFacts;
import io.waybill.facts.FactsJson;
import io.waybill.facts.FileFacts;
import io.waybill.flow.ExportedTable;
import io.waybill.flow.Form;
import io.waybill.flow.Window;
import io.waybill.ledger.Audit;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.Owner;
import io.waybill.ledger.Pauses;
import io.waybill.ledger.PlannedRun;
import io.waybill.ledger.RangeState;
import io.waybill.ledger.RunEntry;
import io.waybill.ledger.RunEntry.Status;
import io.waybill.ledger.RunResult;
import io.waybill.ledger.RunResult.DeliveryResult;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Runs as programs read them: the same of commands and of the server. */
public final class RunJson {

    private static final ObjectMapper RESULT = FactsJson.MAPPER.copy().addMixIn(FileFacts.class, Published.class);

    private RunJson() {}

    /** In a result, a file goes by where it is. */
    @JsonIgnoreProperties("row_groups")
    private abstract static class Published {

        @JsonProperty("path")
        abstract String name();
    }

    /**
     * A run with its files.
     *
     * @param silent why runs that seem to go on do not, by their ids
     * @param retention how long a run is remembered that has ended
     */
    public static ObjectNode of(RunEntry run, Map<String, String> silent, Duration retention) {
        ObjectNode node = FactsJson.MAPPER
                .createObjectNode()
                .put("run_id", run.runId())
                .put("flow", run.flow())
                .put("status", Form.lower(run.status()))
                .put("goes_on", run.status() == Status.RUNNING && !silent.containsKey(run.runId()))
                .put("stage", Form.lower(run.stage()))
                .put("rows", run.rows())
                .put("bytes", run.bytes())
                .put("started_at", run.startedAt().toString())
                .put("ended_at", run.endedAt() == null ? null : run.endedAt().toString())
                .put("host", run.owner().host())
                .put("pid", run.owner().pid())
                .put("error", run.error())
                .put("dead_letter", run.deadLetter())
                .put("undelivered", run.deadLetter() != null);
        if (run.parentRunId() != null) {
            node.put("parent", run.parentRunId());
        }
        if (run.tableCount() != null) {
            node.put("table_count", run.tableCount());
        }
        if (silent.containsKey(run.runId())) {
            node.put("silent", silent.get(run.runId()));
        }
        if (run.planned() != null) {
            putPlanned(node, run.planned());
            FeedRun.words(run).ifPresent(words -> node.put("batch", words));
        }
        ArrayNode files = node.putArray("files");
        for (FileFacts file : run.files()) {
            ObjectNode facts = FactsJson.MAPPER.valueToTree(file);
            files.add(facts.put("kept_until", keptUntil(run, retention)));
        }
        return node;
    }

    /** Who has read how many of the ranges of a divided run. */
    private static void putRanges(ObjectNode node, List<RangeState> ranges) {
        if (ranges.isEmpty()) {
            return;
        }
        ObjectNode divided = node.putObject("ranges")
                .put("count", ranges.size())
                .put("read", ranges.stream().filter(RangeState::isDone).count())
                .put(
                        "leased_again",
                        ranges.stream()
                                .mapToLong(range -> Math.max(0, range.fence() - 1))
                                .sum());
        ArrayNode readers = divided.putArray("readers");
        Map<Owner, List<RangeState>> byOwner = ranges.stream()
                .filter(RangeState::isDone)
                .collect(Collectors.groupingBy(RangeState::owner, LinkedHashMap::new, Collectors.toList()));
        byOwner.forEach((owner, read) -> readers.addObject()
                .put("host", owner.host())
                .put("pid", owner.pid())
                .put("ranges", read.size())
                .put("rows", read.stream().mapToLong(RangeState::rows).sum()));
    }

    /** A run with all that is known of it: what was expected, whether its flow is paused, and who has asked for or decided what. */
    public static ObjectNode whole(RunEntry run, Ledger ledger, Duration retention) {
        Optional<Pauses.Pause> pause = ledger.pauses().find(ExportedTable.flow(run.flow()));
        ObjectNode node = of(run, ledger.silent(), retention).put("flow_paused", pause.isPresent());
        node.set(
                "expectations", FactsJson.MAPPER.valueToTree(ledger.quarantine().of(run.runId())));
        node.set("treatments", Treatments.of(run).toJson());
        putRanges(node, ledger.divisions().of(run.runId()));
        ledger.tables().states(run).ifPresent(states -> {
            node.set("tables", FactsJson.MAPPER.valueToTree(states));
            node.put("tables_words", states.words());
            ArrayNode tables = node.putArray("table_runs");
            ledger.tables()
                    .of(run.runId())
                    .forEach(each -> tables.addObject()
                            .put("run_id", each.runId())
                            .put("flow", each.flow())
                            .put(
                                    "dataset",
                                    each.planned() == null
                                            ? null
                                            : each.planned().dataset())
                            .put("status", Form.lower(each.status()))
                            .put("rows", each.rows())
                            .put("error", each.error())
                            .put("undelivered", each.deadLetter() != null));
        });
        pause.ifPresent(of ->
                node.putObject("pause").put("since", of.since().toString()).put("actor", of.actor()));
        ArrayNode changes = node.putArray("changes");
        for (Audit.Entry change : ledger.audit().of(run.runId())) {
            changes.addObject()
                    .put("at", change.at().toString())
                    .put("actor", change.actor())
                    .put("action", change.action())
                    .put("detail", change.detail());
        }
        return node;
    }

    /** How a run came out. */
    public static ObjectNode of(RunResult result) {
        ObjectNode json = RESULT.valueToTree(result);
        return result.error() == null ? json.remove(List.of("error", "dead_letter")) : json;
    }

    /** How a run came out, as far as the ledger knows. */
    public static ObjectNode resultOf(RunEntry run, List<ExpectationFacts> expectations, List<RunEntry> tables) {
        ObjectNode json = of(result(run, expectations, tables));
        json.remove("staged_ms"); // nobody has kept it
        return json;
    }

    /** Likewise, but for what nobody has kept. */
    public static RunResult result(RunEntry run, List<ExpectationFacts> expectations, List<RunEntry> tables) {
        boolean done = run.status() == RunEntry.Status.DONE;
        PlannedRun planned = run.planned();
        List<DeliveryResult> deliveries = planned == null || run.files().isEmpty()
                ? List.of()
                : planned.deliveries().stream()
                        .map(each ->
                                new DeliveryResult(each.id(), each.facts().place(), each.isDelivered(), each.error()))
                        .toList();
        return new RunResult(
                run.runId(),
                run.flow(),
                planned == null ? null : planned.mode(),
                run.status(),
                run.rows(),
                done ? published(run) : List.of(),
                done && !run.files().isEmpty() && planned.delivery().facts().waybill() != null
                        ? where(
                                planned.delivery().facts(),
                                planned.delivery().facts().waybill())
                        : null,
                planned == null ? null : planned.batchId(),
                run.startedAt(),
                run.endedAt() == null
                        ? 0
                        : Duration.between(run.startedAt(), run.endedAt()).toMillis(),
                0,
                run.error(),
                run.deadLetter(),
                deliveries,
                null,
                expectations,
                tables.stream().map(RunJson::ofTable).toList());
    }

    /** What the run of one table of many has come to. */
    public static RunResult.TableResult ofTable(RunEntry run) {
        String id = run.flow();
        return new RunResult.TableResult(
                run.planned() == null
                        ? id.substring(ExportedTable.flow(id).length() + 1)
                        : run.planned().dataset(),
                run.runId(),
                run.status(),
                run.rows(),
                run.status() == Status.DONE
                        ? published(run).stream().map(FileFacts::name).toList()
                        : List.of(),
                run.error(),
                run.deadLetter());
    }

    /** The files of a run, each by where it is. */
    public static List<FileFacts> published(RunEntry run) {
        if (run.planned() == null) {
            return List.of();
        }
        DeliveryFacts first = run.planned().delivery().facts();
        return IntStream.range(0, run.files().size())
                .mapToObj(i -> {
                    FileFacts file = run.files().get(i);
                    String name = i < first.names().size() ? first.names().get(i) : file.name();
                    return file.named(where(first, name));
                })
                .toList();
    }

    private static String where(DeliveryFacts delivery, String name) {
        return delivery.place() + (delivery.place().endsWith("/") ? "" : "/") + name;
    }

    /** Until then a run is remembered, and its files can be fetched; null where there is no end yet: it goes on, or has undelivered files. */
    private static String keptUntil(RunEntry run, Duration retention) {
        return run.endedAt() == null || run.deadLetter() != null
                ? null
                : run.endedAt().plus(retention).toString();
    }

    private static void putPlanned(ObjectNode node, PlannedRun planned) {
        node.put("mode", planned.mode())
                .put("dataset", planned.dataset())
                .put("batch_id", planned.batchId())
                .put("logical_time", String.valueOf(planned.logicalTime()))
                .put("window", planned.window().words())
                .put("root", planned.delivery().facts().place())
                .put("waybill", planned.delivery().facts().waybill());
        if (planned.firstDay() != null) {
            node.put("first_day", planned.firstDay().day().toString());
            if (planned.firstDay().by() != null) {
                node.put("first_day_by", Form.lower(planned.firstDay().by()));
            }
        }
        if (planned.deliveries().size() > 1) {
            node.set("deliveries", FactsJson.MAPPER.valueToTree(planned.deliveries()));
        }
        if (planned.window() instanceof Window.Range range) {
            node.put("watermark_column", range.column())
                    .put("after", range.after())
                    .put("up_to", range.upTo());
        }
    }
}
