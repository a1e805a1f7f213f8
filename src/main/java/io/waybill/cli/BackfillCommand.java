package io.waybill.cli;

import io.waybill.flow.Delivery;
import io.waybill.flow.Flow;
import io.waybill.flow.IfExists;
import io.waybill.flow.Span;
import io.waybill.flow.Window;
import io.waybill.ledger.RunEntry;
import io.waybill.ledger.RunEntry.Status;
import io.waybill.ledger.RunResult;
import io.waybill.route.WaybillConstants;
import io.waybill.run.Plan;
import io.waybill.run.Planner;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.Period;
import java.time.temporal.TemporalAmount;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code waybill backfill}. */
@Command(
        name = "backfill",
        description = {
            "Runs a flow for the rows of past times, piece by piece: each a run of its own, under the date that it begins at.",
            "Pieces that are done are left out, so that the same command goes on where it was stopped. The watermark stays."
        },
        footer = {"", "Example:  waybill backfill orders_daily --from 2026-01-01 --to 2026-02-01 --every day"})
final class BackfillCommand extends WaybillCommand {

    private static final int MOST_PIECES = 100_000;

    @Parameters(paramLabel = "ID", description = "The flow's id.")
    private String id;

    @Option(
            names = "--from",
            required = true,
            paramLabel = "TIME",
            description = "2026-01-01, or 2026-01-01T06:00; in the flow's time zone.")
    private String from;

    @Option(
            names = "--to",
            required = true,
            paramLabel = "TIME",
            description = "Where the last piece ends; what lies there is not exported.")
    private String to;

    @Option(
            names = "--every",
            required = true,
            paramLabel = "SPAN",
            description = "How long a piece is: day, 6 hours, 1 month.")
    private String every;

    @Option(
            names = "--column",
            paramLabel = "COLUMN",
            description = "The column of dates or times; else that of chunk_by, or the data set's watermark.")
    private String column;

    @Option(names = "--again", description = "Run the pieces that are done as well.")
    private boolean again;

    /** One piece. */
    private record Piece(LocalDateTime from, LocalDateTime to) {}

    @Override
    public Integer call() throws Exception {
        List<Piece> pieces = pieces();
        Flow flow;
        String routes;
        Window first;
        List<RunEntry> done;
        try (Workspace workspace = Workspace.open()) {
            flow = workspace.flow(id);
            routes = workspace.routesOf(flow);
            Planner planner = workspace.planner(flow);
            Plan plan = plan(planner, flow, pieces.get(0));
            if (pieces.size() > 1) {
                checkNames(flow.export().deliveries(), plan, plan(planner, flow, pieces.get(1)));
            }
            first = plan.window();
            workspace
                    .ledger()
                    .audit()
                    .write("backfill", id, from + " to " + to + " every " + every + (again ? ", again" : ""));
            done = again ? List.of() : workspace.ledger().runs(id, Status.DONE, Integer.MAX_VALUE);
        }
        return run(flow, routes, pieces, first, done);
    }

    private int run(Flow flow, String routes, List<Piece> pieces, Window first, List<RunEntry> done) {
        Terminal out = out();
        try (FlowRunner runner = FlowRunner.start(routes, false)) {
            for (int i = 0; i < pieces.size(); i++) {
                Window window = alike(first, pieces.get(i));
                Optional<RunEntry> earlier = done.stream()
                        .filter(run ->
                                run.planned() != null && run.planned().window().equals(window))
                        .findFirst();
                if (earlier.isPresent()) {
                    out.line(window.words() + ": done by run " + earlier.get().runId());
                    continue;
                }
                FlowRunner.Outcome outcome = runner.run(id, headers(flow, pieces.get(i)));
                if (outcome.failure() != null) {
                    error(window.words() + ": " + outcome.message());
                    error("stopped after " + i + " of " + pieces.size()
                            + " pieces; the same command goes on from here");
                    return outcome.isQuarantined() ? ExitCode.QUARANTINED : ExitCode.FAILED;
                }
                RunResult result = outcome.result();
                out.line(window.words() + ": " + Terminal.amount(result.rows(), result.bytes()) + ", "
                        + RunCommand.files(result.files()));
            }
            return ExitCode.DONE;
        }
    }

    private Map<String, Object> headers(Flow flow, Piece piece) {
        Map<String, Object> headers = new HashMap<>();
        headers.put(WaybillConstants.FROM, piece.from().toString());
        headers.put(WaybillConstants.TO, piece.to().toString());
        headers.put(
                WaybillConstants.LOGICAL_TIME,
                piece.from().atZone(flow.timezone()).toInstant());
        if (column != null) {
            headers.put(WaybillConstants.COLUMN, column);
        }
        return headers;
    }

    private List<Piece> pieces() {
        LocalDateTime start = time("--from", from);
        LocalDateTime end = time("--to", to);
        TemporalAmount span;
        try {
            span = Span.parse(Character.isDigit(every.isEmpty() ? ' ' : every.charAt(0)) ? every : "1 " + every);
        } catch (IllegalArgumentException e) {
            throw new WrongUsageException(
                    "--every: \"" + every + "\" is not a span of time; write for example day, 6 hours or 1 month");
        }
        if (!start.isBefore(end)) {
            throw new WrongUsageException("--to: " + to + " is not after --from " + from);
        }
        List<Piece> pieces = new ArrayList<>();
        for (LocalDateTime at = start; at.isBefore(end); ) {
            // counted from the beginning, so that months end as the calendar has it
            LocalDateTime next = start.plus(times(span, pieces.size() + 1));
            if (!next.isAfter(at) || pieces.size() == MOST_PIECES) {
                throw new WrongUsageException("--every: \"" + every + "\" makes more than " + MOST_PIECES + " pieces");
            }
            pieces.add(new Piece(at, next.isAfter(end) ? end : next));
            at = next;
        }
        return pieces;
    }

    private static TemporalAmount times(TemporalAmount span, int number) {
        return span instanceof Duration duration ? duration.multipliedBy(number) : ((Period) span).multipliedBy(number);
    }

    private static LocalDateTime time(String option, String text) {
        try {
            return text.length() <= 10 ? LocalDate.parse(text).atStartOfDay() : LocalDateTime.parse(text);
        } catch (DateTimeException e) {
            throw new WrongUsageException(
                    option + ": \"" + text + "\" is not a time; write for example 2026-01-15 or 2026-01-15T02:00");
        }
    }

    private Plan plan(Planner planner, Flow flow, Piece piece) {
        return planner.plan(new Planner.Request(
                "plan-" + piece.from(),
                piece.from().atZone(flow.timezone()),
                null,
                null,
                new Window.Slice(column, piece.from().toString(), piece.to().toString()),
                true));
    }

    /** The window of a piece: of dates, where the first is of dates. */
    private static Window alike(Window first, Piece piece) {
        Window.Slice slice = (Window.Slice) first;
        boolean dates = !slice.from().contains("T");
        return new Window.Slice(
                slice.column(),
                dates ? piece.from().toLocalDate().toString() : piece.from().toString(),
                dates ? piece.to().toLocalDate().toString() : piece.to().toString());
    }

    /** Pieces whose files have the same names would replace each other. */
    private static void checkNames(List<Delivery> deliveries, Plan first, Plan second) {
        for (int i = 0; i < deliveries.size(); i++) {
            String name = first.deliveries().get(i).names().part(1);
            if (deliveries.get(i).kind().keepsFiles()
                    && deliveries.get(i).ifExists() == IfExists.OVERWRITE
                    && name.equals(second.deliveries().get(i).names().part(1))) {
                throw new WrongUsageException("file_path: all pieces would be " + name
                        + ", each in place of the one before it; put a variable of time in it, such as {ds} or"
                        + " {ts_nodash}");
            }
        }
    }
}
