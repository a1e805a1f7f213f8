package io.waybill.cli;

import static io.waybill.cli.Table.column;
import static io.waybill.cli.Table.number;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import io.waybill.flow.Flow;
import io.waybill.flow.InvalidFlowException;
import io.waybill.flow.toml.FlowFolder;
import io.waybill.ledger.RunResult;
import io.waybill.rows.DataSources;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import picocli.CommandLine.Command;

/** {@code waybill demo}. */
@Command(
        name = "demo",
        description = "Makes a small database in data/, and runs the demo's flows over it: every mode and format.",
        footer = {
            "",
            "The flows are those of routes/ whose namespace is demo. In a folder that has none, all of it is made in a folder",
            "of its own, waybill-demo, apart from your flows."
        })
final class DemoCommand extends WaybillCommand {

    /** The demo's data source; the flows of that namespace belong to it. */
    private static final String DEMO = "demo";

    private static final Table TABLE = new Table(
            column("flow"),
            column("data set"),
            column("mode"),
            column("format"),
            number("rows"),
            number("size"),
            column("files"));

    /** The orders that {@code demo.sql} makes, over all batches. */
    private static final int ORDERS = 100_000;

    private static final int PREVIEW_LINES = 6;

    @Override
    public Integer call() throws Exception {
        Terminal out = out();
        boolean isNew = DemoFolder.make();
        if (isNew) {
            out.line("The demo's flows are in " + Path.of("").toAbsolutePath() + ".");
        }
        List<Flow> flows = flows();
        String files = flows.stream().map(flow -> "file:" + flow.place().file()).collect(Collectors.joining(","));
        try (FlowRunner runner = FlowRunner.start(files, Terminal.isWatched())) {
            createDatabase(runner.context());
            out.line("A database of " + Terminal.count(ORDERS) + " orders in five batches is in data/demo.mv.db.");
            out.line("");
            return runAll(runner, flows, out, launcher());
        }
    }

    private static List<Flow> flows() throws Exception {
        try (Workspace workspace = Workspace.open()) {
            FlowFolder folder = workspace.flows();
            if (!folder.problems().isEmpty()) {
                throw new InvalidFlowException(folder.problems());
            }
            List<Flow> flows = folder.flows().values().stream()
                    .filter(flow -> flow.namespace().equals(DEMO) && flow.export() != null)
                    .toList();
            if (flows.isEmpty()) {
                throw new WrongUsageException("routes/ holds no flow of namespace \"" + DEMO
                        + "\", which the demo runs; call it in another folder, which it fills itself");
            }
            return flows;
        }
    }

    private static void createDatabase(CamelContext context) {
        try (Connection connection = DataSources.find(context, DEMO).getConnection()) {
            fill(connection);
        } catch (IOException | SQLException e) {
            throw new WaybillException(
                    Stage.READ,
                    "the demo's database cannot be made (is another demo or serve running?): " + e.getMessage(),
                    e);
        }
    }

    /** Makes the demo's tables. */
    static void fill(Connection connection) throws IOException, SQLException {
        try (InputStream sql = DemoCommand.class.getResourceAsStream("demo.sql");
                Statement statement = connection.createStatement()) {
            statement.execute(new String(sql.readAllBytes(), StandardCharsets.UTF_8)); // H2 takes all of them at once
        }
    }

    private int runAll(FlowRunner runner, List<Flow> flows, Terminal out, String launcher) throws IOException {
        List<List<String>> rows = new ArrayList<>();
        List<RunResult> done = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        for (Flow flow : flows) {
            FlowRunner.Outcome outcome = runner.run(flow.id(), Map.of());
            if (outcome.failure() != null) {
                error(flow.id() + ": " + Main.message(Main.known(outcome.failure())));
                return ExitCode.FAILED;
            }
            RunResult result = outcome.result();
            done.add(result);
            outcome.leftOut().ifPresent(words -> notes.add(flow.id() + ": " + words));
            rows.add(List.of(
                    flow.id(),
                    flow.export().sourceDataset(),
                    result.mode(),
                    flow.export().format().extension(),
                    Terminal.count(result.rows()),
                    Terminal.size(result.bytes()),
                    RunCommand.files(result.files())));
        }
        TABLE.print(out, rows);
        notes.forEach(out::line);
        preview(out, done);
        next(out, done.get(0), launcher);
        return ExitCode.DONE;
    }

    private static void preview(Terminal out, List<RunResult> done) throws IOException {
        Path file = done.stream()
                .flatMap(result -> result.files().stream())
                .map(written -> Path.of(written.name()))
                .filter(path -> path.toString().endsWith(".csv"))
                .findFirst()
                .orElse(null);
        if (file == null) {
            return;
        }
        out.line("");
        out.line(out.bold(file + " begins:"));
        try (Stream<String> lines = Files.lines(file)) {
            lines.limit(PREVIEW_LINES)
                    .forEach(line -> out.line("  " + (line.length() > 110 ? line.substring(0, 109) + "…" : line)));
        }
    }

    /** How the launcher is called in the folder that the demo is in. */
    private static String launcher() {
        return Files.isRegularFile(Path.of("waybill")) ? "./waybill" : "waybill";
    }

    private static void next(Terminal out, RunResult first, String launcher) {
        out.line("");
        out.line(out.bold("Try next:"));
        String calledIn = System.getProperty(Workspace.CALLED_IN);
        if (calledIn != null && !Workspace.isLaunchersOwn()) {
            Path here = Path.of("").toAbsolutePath();
            if (!Path.of(calledIn).toAbsolutePath().normalize().equals(here)) {
                out.line(
                        "  cd " + Path.of(calledIn).toAbsolutePath().normalize().relativize(here));
            }
        }
        out.line("  " + launcher + " plan " + first.flow() + "      what a run would do");
        out.line("  " + launcher + " run " + first.flow() + "       run one flow again");
        out.line("  " + launcher + " verify " + first.waybill());
        out.line("  " + launcher + " init                   a first flow for your own database");
    }
}
