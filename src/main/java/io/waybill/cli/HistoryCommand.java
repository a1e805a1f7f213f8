package io.waybill.cli;

import static io.waybill.cli.Table.column;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.flow.Form;
import io.waybill.flow.NearestName;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.RunEntry;
import io.waybill.ledger.RunEntry.Status;
import io.waybill.run.RunJson;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
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
final class HistoryCommand extends ServedCommand {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ssX", Locale.ROOT);

    /** So much of what a run failed for. */
    private static final int MOST_CHARACTERS = 160;

    private static final int MOST_A_PAGE = 100;

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
    int call(Workspace workspace) throws Exception {
        requireLimit();
        Ledger ledger = workspace.ledger();
        List<RunEntry> runs = ledger.runs(flow, status(), SinceOption.parse(since), limit);
        Map<String, String> silent = ledger.silent();
        if (runs.isEmpty() && flow != null && Files.isDirectory(Workspace.ROUTES)) {
            workspace.flow(flow); // there may be none of that name
        }
        Duration retention = workspace.component().retention();
        return show(runs.stream().map(run -> RunJson.of(run, silent, retention)).toList());
    }

    @Override
    int call(ServerClient there) {
        requireLimit();
        Status of = status();
        String asked = "/v2/runs?files=true" + (flow == null ? "" : "&flow=" + ServerClient.segment(flow))
                + (of == null ? "" : "&status=" + Form.lower(of))
                + (since == null ? "" : "&since=" + ServerClient.segment(since));
        List<ObjectNode> runs = new ArrayList<>();
        String cursor = "";
        do {
            ObjectNode page = there.get(asked + "&limit=" + Math.min(MOST_A_PAGE, limit - runs.size()) + cursor);
            page.path("runs").forEach(run -> runs.add((ObjectNode) run));
            cursor = page.path("next_cursor").isTextual()
                    ? "&cursor=" + page.path("next_cursor").asText()
                    : null;
        } while (cursor != null && runs.size() < limit);
        if (runs.isEmpty() && flow != null) {
            there.get("/v2/flows/" + ServerClient.segment(flow)); // there may be none of that name
        }
        return show(runs);
    }

    private void requireLimit() {
        if (limit < 1) {
            throw new WrongUsageException("--limit: " + limit + " is too small; at least 1 is allowed");
        }
    }

    private int show(List<ObjectNode> runs) {
        if (json) {
            ObjectNode object = ResultJson.JSON.createObjectNode();
            object.putArray("runs").addAll(runs);
            print(object);
        } else if (runs.isEmpty()) {
            out().line("no runs");
        } else {
            TABLE.print(out(), runs, HistoryCommand::row);
        }
        return ExitCode.DONE;
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

    private static List<String> row(JsonNode run) {
        return List.of(
                run.path("run_id").asText(),
                run.path("flow").asText(),
                time(run.path("started_at")),
                took(run),
                status(run),
                Terminal.count(run.path("rows").asLong()),
                Terminal.size(run.path("bytes").asLong()),
                what(run));
    }

    /** Also whether the run that is not recorded as ended goes on. */
    static String status(JsonNode run) {
        return run.path("status").asText()
                + (run.has("silent") ? " (" + run.get("silent").asText() + ")" : "");
    }

    private static String what(JsonNode run) {
        if (run.path("error").isTextual()) {
            return cut(run.get("error").asText().lines().findFirst().orElse(""));
        }
        if (run.path("status").asText().equals("running")) {
            return run.path("stage").asText() + (run.has("pid") ? ", " + owner(run) : "");
        }
        if (run.has("table_count")) {
            int count = run.get("table_count").asInt();
            return count + (count == 1 ? " table" : " tables");
        }
        JsonNode files = run.path("files");
        return files.isEmpty() && run.has("batch") ? run.get("batch").asText() : RunShown.files(files);
    }

    /** Whose run it is, for those who are told. */
    static String owner(JsonNode run) {
        return "process " + run.path("pid").asText() + " on " + run.path("host").asText();
    }

    static String time(JsonNode instant) {
        return time(Instant.parse(instant.asText()));
    }

    /** Whole, it is in {@code waybill show}. */
    private static String cut(String error) {
        return error.codePointCount(0, error.length()) <= MOST_CHARACTERS
                ? error
                : error.substring(0, error.offsetByCodePoints(0, MOST_CHARACTERS)) + "…";
    }

    /** In UTC, and says so: who reads it may be elsewhere. */
    static String time(Instant instant) {
        return instant.atZone(ZoneOffset.UTC).format(TIME);
    }

    static String took(JsonNode run) {
        return !run.path("ended_at").isTextual()
                ? "-"
                : Terminal.seconds(Duration.between(
                                Instant.parse(run.path("started_at").asText()),
                                Instant.parse(run.path("ended_at").asText()))
                        .toMillis());
    }
}
