package io.waybill.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.facts.FileFacts;
import io.waybill.flow.ExportMode;
import io.waybill.flow.ExportedTable;
import io.waybill.flow.Flow;
import io.waybill.ledger.RunEntry;
import io.waybill.ledger.RunResult;
import io.waybill.route.WaybillConstants;
import io.waybill.route.step.LogicalTime;
import io.waybill.run.RunJson;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code waybill run}. */
@Command(
        name = "run",
        description = "Runs a flow now, and shows what it wrote.",
        footer = {
            "",
            "Examples:",
            "  waybill run orders_full",
            "  waybill run orders_full --mode batch --batch-id 3",
            "  waybill run orders_full --date 2026-01-15 --json | jq .rows"
        })
final class RunCommand extends WaybillCommand {

    private static final String RERUN_ALONE =
            "--rerun does not go with --mode, --batch-id or --date: it takes those of the run";

    @Parameters(paramLabel = "ID", description = "The flow's id; waybill list shows them.")
    private String id;

    @Option(
            names = "--mode",
            paramLabel = "MODE",
            completionCandidates = Modes.class,
            description = "Another export mode: full, batch, incremental, changes_only.")
    private String mode;

    @Option(
            names = "--batch-id",
            paramLabel = "BATCH",
            description = "The batch to export, for mode batch; or the number of a feed's batch.")
    private String batchId;

    @Option(
            names = "--date",
            paramLabel = "DATE",
            description = "The run's logical date (2026-01-15) or time (2026-01-15T02:00), instead of now.")
    private String date;

    @Option(
            names = "--rerun",
            paramLabel = "RUN",
            description = "Export the rows of an earlier run again, under its logical date; the watermark stays.")
    private String rerun;

    @Option(
            names = "--table",
            paramLabel = "TABLE",
            description = "Of a flow of many tables, export this one alone, with its schema.")
    private String table;

    @Option(
            names = "--accept-schema-change",
            description = "Export columns that are not those of the last run, where schema_change = \"fail\" refuses.")
    private boolean acceptSchema;

    @Option(
            names = "--accept-deletes",
            description =
                    "Take rows for deleted, of a feed or an export of changes, though they are more than max_deletes allows.")
    private boolean acceptDeletes;

    @Option(
            names = "--compare-all",
            description =
                    "Compare the columns of all rows, of a feed or an export of changes; a log that was lost is begun anew.")
    private boolean compareAll;

    @Option(names = "--json", description = "Print the result as one JSON object.")
    private boolean json;

    @Mixin
    private ServerOption server;

    private boolean isFeed;

    /** The modes, for shells. */
    static final class Modes implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Arrays.stream(ExportMode.values()).map(ExportMode::label).iterator();
        }
    }

    @Override
    public Integer call() throws Exception {
        if (server.isSet()) {
            return runThere(server.client());
        }
        Map<String, Object> headers = new HashMap<>();
        try (FlowRunner runner = FlowRunner.start(Workspace.mainOf(id, flow -> putHeaders(flow, headers)), !json)) {
            return report(runner.run(id, headers));
        }
    }

    /** What is for exports, or for feeds. */
    private void checkKind(Flow flow) {
        isFeed = flow.feed() != null;
        if (!isFeed && flow.compared().isPresent() && (mode != null || batchId != null)) {
            throw new WrongUsageException("--mode and --batch-id are for exports of other rows, and flow \"" + id
                    + "\" exports what has changed since its last run");
        }
        boolean hasWrong = isFeed
                ? mode != null || rerun != null || acceptSchema
                : flow.compared().isEmpty() && (acceptDeletes || compareAll);
        if (hasWrong) {
            throw new WrongUsageException(
                    !isFeed
                            ? "--accept-deletes and --compare-all are for feeds and exports of changes, and flow \""
                                    + id + "\" is an export"
                            : "--mode, --rerun and --accept-schema-change are for exports, and flow \"" + id
                                    + "\" is a feed");
        }
    }

    private void putHeaders(Flow flow, Map<String, Object> headers) {
        checkKind(flow);
        if (acceptDeletes) {
            headers.put(WaybillConstants.ACCEPT_DELETES, true);
        }
        if (compareAll) {
            headers.put(WaybillConstants.COMPARE_ALL, true);
        }
        if (rerun != null) {
            if (mode != null || batchId != null || date != null) {
                throw new WrongUsageException(RERUN_ALONE);
            }
            headers.put(WaybillConstants.RERUN, rerun(flow));
        }
        if (table != null) {
            if (!flow.isOfManyTables()) {
                throw new WrongUsageException(
                        "--table: is for a flow of many tables, and flow \"" + id + "\" is of one");
            }
            headers.put(WaybillConstants.TABLE, table);
        }
        if (acceptSchema) {
            headers.put(WaybillConstants.ACCEPT_SCHEMA, true);
        }
        if (mode != null) {
            try {
                headers.put(WaybillConstants.MODE, ExportMode.parse(mode).label());
            } catch (IllegalArgumentException e) {
                throw new WrongUsageException("--mode: " + e.getMessage());
            }
        }
        if (batchId != null) {
            headers.put(
                    WaybillConstants.BATCH_ID, batchId.matches("0|-?[1-9]\\d{0,17}") ? Long.valueOf(batchId) : batchId);
        }
        if (date != null) {
            headers.put(WaybillConstants.LOGICAL_TIME, logicalTime(flow));
        }
    }

    private String rerun(Flow flow) {
        try (Workspace workspace = Workspace.open()) {
            RunEntry run = workspace.run(rerun);
            if (!ExportedTable.flow(run.flow()).equals(flow.id()) || run.planned() == null) {
                throw new WrongUsageException("--rerun: run " + run.runId()
                        + (run.tableCount() != null
                                ? " is that of many tables; waybill show " + run.runId() + " tells those of each"
                                : run.planned() == null ? " was never planned" : " is of flow " + run.flow()));
            }
            return run.runId();
        }
    }

    private java.time.Instant logicalTime(Flow flow) {
        try {
            return LogicalTime.parse(date, flow.timezone());
        } catch (IllegalArgumentException e) {
            throw new WrongUsageException("--date: " + e.getMessage());
        }
    }

    private int runThere(ServerClient there) throws Exception {
        if (rerun != null && (mode != null || batchId != null || date != null)) {
            throw new WrongUsageException(RERUN_ALONE);
        }
        isFeed = there.get("/v2/flows/" + ServerClient.segment(id)).has("feed");
        RemoteRuns runs = new RemoteRuns(there, spec().commandLine().getErr(), !json);
        ObjectNode asked = ResultJson.JSON.createObjectNode();
        put(asked, "mode", mode);
        put(asked, "batch_id", batchId);
        put(asked, "date", date);
        put(asked, "table", table);
        put(asked, "rerun", rerun == null ? null : there.runId(rerun));
        putFlag(asked, "accept_schema_change", acceptSchema);
        putFlag(asked, "accept_deletes", acceptDeletes);
        putFlag(asked, "compare_all", compareAll);
        String key = UUID.randomUUID().toString();
        ServerClient.Answered begun =
                runs.begin(id, () -> there.ask("POST", "/v2/flows/" + ServerClient.segment(id) + "/run", asked, key));
        if (begun.json().has("quarantined_run")) {
            error(id + ": " + begun.detail());
            return ExitCode.QUARANTINED;
        }
        ObjectNode result = runs.follow(id, there.done(begun));
        ResultShown shown = new ResultShown(result);
        if (!shown.isDone()) {
            return reportFailed(shown.message(), shown, result);
        }
        return reportDone(result);
    }

    private static void put(ObjectNode asked, String field, String value) {
        if (value != null) {
            asked.put(field, value);
        }
    }

    private static void putFlag(ObjectNode asked, String field, boolean value) {
        if (value) {
            asked.put(field, true);
        }
    }

    private int report(FlowRunner.Outcome outcome) {
        RunResult result = outcome.result();
        if (outcome.failure() == null) {
            return reportDone(
                    RunJson.of(result).put("left_out", outcome.leftOut().orElse(null)));
        }
        if (spec().commandLine().getParseResult().originalArgs().contains("--debug")) {
            outcome.failure().printStackTrace(spec().commandLine().getErr());
        }
        if (result == null) {
            error(id + ": " + outcome.message());
            return outcome.isQuarantined() ? ExitCode.QUARANTINED : ExitCode.FAILED;
        }
        ObjectNode told = RunJson.of(result);
        return reportFailed(outcome.message(), new ResultShown(told), told);
    }

    private int reportFailed(String message, ResultShown shown, ObjectNode result) {
        error(id + ": " + message);
        if (json) {
            print(result);
        } else {
            shown.printTables(Terminal.err(spec().commandLine().getErr()));
            ExpectationsShown.of(result)
                    .printBroken(Terminal.err(spec().commandLine().getErr()));
        }
        return shown.isQuarantined() ? ExitCode.QUARANTINED : ExitCode.FAILED;
    }

    private int reportDone(ObjectNode result) {
        if (json) {
            print(result);
        } else {
            new ResultShown(result).print(out(), isFeed);
        }
        return ExitCode.DONE;
    }

    /** The files of a run in one cell of a table. */
    static String files(List<FileFacts> files) {
        return files.isEmpty()
                ? "-"
                : files.get(0).name() + (files.size() > 1 ? " and " + (files.size() - 1) + " more" : "");
    }
}
