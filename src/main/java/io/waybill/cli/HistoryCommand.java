package io.waybill.cli;

import static io.waybill.cli.Table.column;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.flow.Form;
import io.waybill.flow.NearestName;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.RunEntry;
import io.waybill.ledger.RunEntry.Status;
import io.waybill.run.FeedRun;
import io.waybill.run.RunJson;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code waybill history}. */
@Command(
        name = "history",
        description = "Lists the runs of all flows, or of one, the latest first.",
        footer = {"", "Examples:", "  waybill history", "  waybill history orders_full --status failed --limit 5"})
final class HistoryCommand extends WaybillCommand {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ssX", Locale.ROOT);

    /** A run's id tells when it began, and {@code waybill show} all that is left out. */
    private static final Table TABLE = new Table(
            column("run"),
            column("flow").cutTo(10),
            column("started").leftOut(3),
            column("took").leftOut(2),
            column("status"),
            column("rows").leftOut(4),
            column("size").leftOut(1),
            column("what").cutTo(24));

    @Parameters(paramLabel = "ID", arity = "0..1", description = "A flow's id; all flows without it.")
    private String flow;

    @Option(
            names = "--status",
            paramLabel = "STATUS",
            description = "Only running, done, failed, interrupted, quarantined or discarded.")
    private String status;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description =
                    "Only runs that began then or later: 2026-01-15, 2026-01-15T18:00, or so long ago: 12h, 2 days.")
    private String since;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "20",
            description = "At most so many; ${DEFAULT-VALUE}.")
    private int limit;

    @Option(names = "--json", description = "Print the runs as one JSON object.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        if (limit < 1) {
            throw new WrongUsageException("--limit: " + limit + " is too small; at least 1 is allowed");
        }
        try (Workspace workspace = Workspace.open()) {
            Ledger ledger = workspace.ledger();
            List<RunEntry> runs = ledger.runs(flow, status(), SinceOption.parse(since), limit);
            Map<String, String> silent = ledger.silent();
            if (runs.isEmpty() && flow != null && Files.isDirectory(Workspace.ROUTES)) {
                workspace.flow(flow); // there may be none of that name
            }
            if (json) {
                ObjectNode object = ResultJson.JSON.createObjectNode();
                ArrayNode array = object.putArray("runs");
                Duration retention = workspace.component().retention();
                runs.forEach(run -> array.add(RunJson.of(run, silent, retention)));
                print(object);
            } else if (runs.isEmpty()) {
                out().line("no runs");
            } else {
                TABLE.print(out(), runs, run -> row(run, silent));
            }
            return ExitCode.DONE;
        }
    }

    private Status status() {
        if (status == null) {
            return null;
        }
        try {
            return Status.valueOf(status.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new WrongUsageException("--status: "
                    + NearestName.refusal(
                            status,
                            "is not a status",
                            Form.Choice.of(Status.class).allowed()));
        }
    }

    private static List<String> row(RunEntry run, Map<String, String> silent) {
        return List.of(
                run.runId(),
                run.flow(),
                time(run.startedAt()),
                took(run),
                status(run, silent),
                Terminal.count(run.rows()),
                Terminal.size(run.bytes()),
                what(run));
    }

    /** Also whether the run that is not recorded as ended goes on. */
    static String status(RunEntry run, Map<String, String> silent) {
        String why = silent.get(run.runId());
        return Form.lower(run.status()) + (why == null ? "" : " (" + why + ")");
    }

    private static String what(RunEntry run) {
        if (run.error() != null) {
            return run.error().lines().findFirst().orElse("");
        }
        if (run.status() == Status.RUNNING) {
            return Form.lower(run.stage()) + ", " + run.owner().words();
        }
        return run.files().isEmpty()
                ? FeedRun.words(run).orElse(RunCommand.files(run.files()))
                : RunCommand.files(run.files());
    }

    /** In UTC, and says so: who reads it may be elsewhere. */
    static String time(Instant instant) {
        return instant.atZone(ZoneOffset.UTC).format(TIME);
    }

    static String took(RunEntry run) {
        return run.endedAt() == null
                ? "-"
                : Terminal.seconds(
                        Duration.between(run.startedAt(), run.endedAt()).toMillis());
    }
}
