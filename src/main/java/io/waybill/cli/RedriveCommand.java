package io.waybill.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.WaybillException;
import io.waybill.delivery.Destinations;
import io.waybill.ledger.RunEntry;
import io.waybill.run.Discard;
import io.waybill.run.Redrive;
import io.waybill.run.RunJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code waybill redrive}. */
@Command(
        name = "redrive",
        description = "Delivers the files of failed runs, which were kept as dead letters; nothing is read again.",
        footer = {
            "",
            "Examples:",
            "  waybill redrive 3f9a01        delivers one run: its id, or the end of it",
            "  waybill redrive --all         delivers all, the oldest first",
            "  waybill redrive --discard 3f9a01   removes its files instead"
        })
final class RedriveCommand extends WaybillCommand {

    @Parameters(paramLabel = "RUN", arity = "0..1", description = "The run's id, or its beginning or end.")
    private String id;

    @Option(names = "--all", description = "All runs whose files were kept, the oldest first.")
    private boolean all;

    @Option(names = "--discard", description = "Remove the files instead of delivering them.")
    private boolean discard;

    @Mixin
    private ServerOption server;

    @Override
    public Integer call() throws Exception {
        if (all == (id != null)) {
            throw new WrongUsageException("say which: RUN, or --all");
        }
        if (server.isSet()) {
            return redriveThere(server.client());
        }
        try (Workspace workspace = Workspace.open()) {
            List<RunEntry> runs = all ? workspace.ledger().undelivered() : List.of(workspace.run(id));
            if (all) {
                printWaiting(workspace.ledger().quarantine().all());
            }
            if (runs.isEmpty()) {
                out().line("no run has a dead letter");
            }
            int exitCode = ExitCode.DONE;
            for (RunEntry run : runs) {
                boolean done = discard ? discard(workspace, run) : deliver(workspace, run);
                exitCode = done ? exitCode : ExitCode.FAILED;
            }
            return exitCode;
        }
    }

    /** Which runs are not among all, since somebody has to decide about each. */
    private void printWaiting(Map<String, String> quarantined) {
        quarantined.forEach((flow, run) -> out().line(out().bold(flow) + ": run " + run
                + " is quarantined, and stays where it is: it waits for waybill release or waybill discard"));
    }

    private int redriveThere(ServerClient there) throws Exception {
        List<JsonNode> runs = new ArrayList<>();
        if (all) {
            there.get("/v2/runs?undelivered=true").path("runs").forEach(runs::add);
            Map<String, String> quarantined = new TreeMap<>();
            there.get("/v2/runs?status=quarantined")
                    .path("runs")
                    .forEach(run -> quarantined.put(
                            run.path("flow").asText(), run.path("run_id").asText()));
            printWaiting(quarantined);
        } else {
            runs.add(there.get("/v2/runs/" + there.runId(id)));
        }
        if (runs.isEmpty()) {
            out().line("no run has a dead letter");
        }
        int exitCode = ExitCode.DONE;
        for (JsonNode run : runs) {
            boolean done = redriveThere(
                    there, run.path("flow").asText(), run.path("run_id").asText());
            exitCode = done ? exitCode : ExitCode.FAILED;
        }
        return exitCode;
    }

    private boolean redriveThere(ServerClient there, String flow, String run) throws Exception {
        ServerClient.Answered answered =
                there.ask("POST", "/v2/runs/" + run + "/redrive" + (discard ? "?discard=true" : ""), null, null);
        if (answered.status() == 409 && all && answered.json().has("superseded")) {
            stays(flow, run, answered.json().get("superseded").asText());
            return true;
        }
        if (answered.status() == 409) {
            error((discard ? "" : flow + ": ") + answered.detail());
            return false;
        }
        there.done(answered);
        if (discard) {
            removed(flow, run);
            return true;
        }
        ObjectNode result = new RemoteRuns(there, spec().commandLine().getErr(), false).follow(flow, answered);
        ResultShown shown = new ResultShown(result);
        if (!shown.isDone()) {
            error(flow + ": " + shown.message());
            return false;
        }
        shown.printDelivered(out(), "delivered");
        return true;
    }

    private void stays(String flow, String run, String why) {
        out().line(out().bold(flow) + ": run " + run + " stays where it is: " + why);
    }

    private void removed(String flow, String run) {
        out().line(out().bold(flow) + ": run " + run + ": its files are removed");
    }

    private boolean discard(Workspace workspace, RunEntry run) {
        try {
            if (run.status() == RunEntry.Status.RUNNING
                    && workspace.component().recovery().giveUp(run)) {
                out().line(out().bold(run.flow()) + ": run " + run.runId()
                        + " is given up: its rows go out with the next run");
                return true;
            }
            new Discard(workspace.ledger()).undelivered(run);
        } catch (WaybillException e) {
            error(e.getMessage());
            return false;
        }
        removed(run.flow(), run.runId());
        return true;
    }

    private boolean deliver(Workspace workspace, RunEntry run) {
        Optional<String> superseded = run.deadLetter() == null
                ? Optional.empty()
                : new Redrive(workspace.ledger(), new Destinations(workspace.context())::replacesByKey).superseded(run);
        if (all && superseded.isPresent()) {
            stays(run.flow(), run.runId(), superseded.get());
            return true;
        }
        try (FlowRunner runner = FlowRunner.start(
                workspace.routesOf(run, "waybill redrive --discard " + run.runId() + " removes them"), false)) {
            FlowRunner.Outcome outcome = runner.redrive(run);
            if (outcome.failure() != null) {
                error(run.flow() + ": " + outcome.message());
                return false;
            }
            new ResultShown(RunJson.of(outcome.result())).printDelivered(out(), "delivered");
            return true;
        }
    }
}
