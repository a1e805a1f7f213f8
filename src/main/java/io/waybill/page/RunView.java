package io.waybill.page;

import com.fasterxml.jackson.databind.JsonNode;
import io.waybill.facts.ExpectationFacts;
import io.waybill.facts.FileFacts;
import io.waybill.ledger.PlannedRun;
import io.waybill.ledger.RecordedDelivery;
import io.waybill.ledger.RunEntry;
import io.waybill.ledger.RunEntry.Status;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A run as its page shows it.
 *
 * @param run what the ledger knows
 * @param goesOn whether a process is at it
 * @param error why it has failed, without what this machine is like inside; null for no error
 * @param window the rows that it stands for, in words; null while it is not planned
 * @param files each with where it may be fetched
 * @param expectations what came of what was expected
 * @param treatments what has become of columns' values before they left
 * @param tables how the tables of a run of many stand, in words; null for the run of one export
 * @param tableRuns the runs of these
 */
record RunView(
        RunEntry run,
        boolean goesOn,
        String error,
        String window,
        List<File> files,
        List<Delivered> deliveries,
        List<ExpectationFacts> expectations,
        List<Treated> treatments,
        String tables,
        List<TableRun> tableRuns) {

    /** The run of one of many tables. */
    record TableRun(String id, String flow, String status, long rows, String error) {}

    /**
     * A file.
     *
     * @param path where it may be fetched; null where it may not
     */
    record File(String name, long rows, long bytes, String sha256, String path) {}

    /**
     * A column whose values left in another form.
     *
     * @param key the name of the key that it was done with; null for none
     */
    record Treated(String column, String how, String key) {}

    /** A destination's share. */
    record Delivered(String id, String status, String error) {}

    static RunView of(RunEntry run, JsonNode json, List<ExpectationFacts> expectations, boolean mayDownload) {
        PlannedRun planned = run.planned();
        List<RecordedDelivery> deliveries = planned == null ? List.of() : planned.deliveries();
        return new RunView(
                run,
                // what was asked for first may have ended since
                run.status() == Status.RUNNING && json.path("goes_on").asBoolean(),
                json.path("error").asText(null),
                planned == null
                        ? null
                        : planned.window().words()
                                + (planned.firstDay() == null
                                        ? ""
                                        : "; of these, " + planned.firstDay().words()),
                files(run, deliveries, mayDownload),
                delivered(deliveries, json),
                expectations,
                treated(json),
                json.path("tables_words").asText(null),
                tableRuns(json));
    }

    private static List<TableRun> tableRuns(JsonNode json) {
        List<TableRun> runs = new ArrayList<>();
        json.path("table_runs")
                .forEach(each -> runs.add(new TableRun(
                        each.path("run_id").asText(),
                        each.path("flow").asText(),
                        each.path("status").asText(),
                        each.path("rows").asLong(),
                        each.path("error").asText(null))));
        return runs;
    }

    private static List<Treated> treated(JsonNode json) {
        List<Treated> treated = new ArrayList<>();
        json.path("treatments")
                .forEach(each -> treated.add(new Treated(
                        each.path("column").asText(),
                        each.path("privacy").asText(),
                        each.path("key").asText(null))));
        return treated;
    }

    private static List<File> files(RunEntry run, List<RecordedDelivery> deliveries, boolean mayDownload) {
        List<String> names = deliveries.stream()
                .filter(delivery -> delivery.facts().place().startsWith("/"))
                .map(delivery -> delivery.facts().names())
                .findFirst()
                .orElse(null);
        List<File> files = new ArrayList<>();
        for (int i = 0; i < run.files().size(); i++) {
            FileFacts facts = run.files().get(i);
            String name = names != null && i < names.size() ? names.get(i) : facts.name();
            boolean isHere = mayDownload && names != null && run.status() == Status.DONE;
            files.add(new File(
                    name, facts.rows(), facts.bytes(), facts.sha256(), isHere ? path(run.runId(), name) : null));
        }
        return files;
    }

    private static String path(String runId, String name) {
        return "/v2/runs/" + Words.inPath(runId) + "/files/"
                + Arrays.stream(name.split("/", -1)).map(Words::inPath).collect(Collectors.joining("/"));
    }

    private static List<Delivered> delivered(List<RecordedDelivery> deliveries, JsonNode json) {
        List<Delivered> shown = new ArrayList<>();
        for (int i = 0; i < deliveries.size(); i++) {
            RecordedDelivery delivery = deliveries.get(i);
            String error = json.path("deliveries").path(i).path("error").asText(null);
            shown.add(new Delivered(
                    delivery.id(), Words.lower(delivery.status()), delivery.error() == null ? null : error));
        }
        return shown;
    }

    String status() {
        return Words.lower(run.status());
    }

    boolean isKept() {
        return run.deadLetter() != null;
    }

    boolean isQuarantined() {
        return run.status() == Status.QUARANTINED;
    }

    /** How long it took; null while it goes on. */
    String took() {
        return run.endedAt() == null
                ? null
                : Words.duration(java.time.Duration.between(run.startedAt(), run.endedAt()));
    }

    /** What there is to do about it; null where nothing is. */
    String advice() {
        if (run.tableCount() != null && !goesOn && run.status() != Status.DONE) {
            return "The run of each table says what has become of it: those that are done stay done. Mend what the others name,"
                    + " then run the flow again.";
        }
        return switch (run.status()) {
            case RUNNING ->
                goesOn
                        ? null
                        : "Its process is not heard of any more. The next run of the flow cleans up after it first.";
            case DONE, DISCARDED -> null;
            case FAILED, INTERRUPTED ->
                isKept()
                        ? "Nothing need be read again: its files are kept. Deliver them once the destination takes them, or"
                                + " discard them and run the flow anew."
                        : "Nothing was delivered, and the next run reads the same rows. Mend what the message names, then run"
                                + " the flow again.";
            case QUARANTINED ->
                "Something that must hold does not, and nothing was delivered. The flow begins no other run until somebody"
                        + " decides: release publishes the files as they are; discard removes them, and the next run reads the"
                        + " rows again.";
        };
    }
}
