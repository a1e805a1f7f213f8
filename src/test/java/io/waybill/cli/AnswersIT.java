package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.waybill.cli.Launcher.Ended;
import io.waybill.servers.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the command line answers people, at a terminal and elsewhere. */
class AnswersIT {

    private static final String ESCAPE = "\u001b";

    @RegisterExtension
    private static final Commands COMMANDS = Commands.inOneFolder();

    private static Path work;

    private static Ended waybill(String... arguments) throws Exception {
        return COMMANDS.run(arguments);
    }

    @BeforeAll
    static void makeFlows() throws Exception {
        work = COMMANDS.folder();
        Files.writeString(work.resolve("application.properties"), "waybill.datasource.db.url = jdbc:h2:file:./db\n");
        Files.createDirectory(work.resolve("routes"));
        Files.writeString(
                work.resolve("routes/datasets.toml"),
                "[[dataset]]\nid = \"people\"\ntable = \"people\"\ncolumns = [{ name = \"EMAIL\", pii = true },"
                        + " { name = \"BORN\", pii = true }]\n");
        flow("everybody_in_one_large_file", "exports/{year}/{month}/everybody_of_{ds}_in_one_large_file.csv", "");
        flow("without_born", "exports/w.csv", "exclude_columns = [\"BORN\"]\n");
        flow("no_pii", "exports/n.csv", "select = \"no_pii\"\n");
        flow("elsewhere", "s3://lake/people.csv", "");
        Files.writeString(
                work.resolve("routes/many.toml"),
                "[properties.export]\nsource_dataset_id = \"*\"\nfile_path = \"exports/{table}.csv\"\n");
        flow("parts", "exports/parts/{part}/p.csv", "max_rows_per_file = 1\n");
        try (Connection connection = DriverManager.getConnection("jdbc:h2:file:" + work.resolve("db"));
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE people (id integer NOT NULL, email varchar, born date)");
            statement.execute("INSERT INTO people VALUES (1, 'a@example.com', NULL), (2, NULL, NULL)");
        }
        assertThat(waybill("run", "everybody_in_one_large_file").exitCode()).isZero();
        assertThat(waybill("run", "parts").exitCode()).isZero();
    }

    private static void flow(String id, String path, String more) throws IOException {
        Files.writeString(
                work.resolve("routes/" + id + ".toml"),
                "[properties.export]\nsource_dataset_id = \"people\"\nfile_path = \"" + path + "\"\n" + more);
    }

    @Test
    void aPlanTellsWhatProcessesOfOtherMachinesCanDoForARunThatIsKilled() throws Exception {
        assertThat(waybill("plan", "parts").out()).doesNotContain("taken over");
        try (Connection ledger = DriverManager.getConnection("jdbc:sqlite:" + work.resolve("data/ledger.db"));
                Statement statement = ledger.createStatement()) {
            statement.execute("INSERT INTO waybill_node (node_id, owner, version, migration, triggers, started_ms,"
                    + " seen_ms) VALUES ('far', 'far.example 4711 2026-01-15T10:00:00Z', '1', 1, 1, 0, "
                    + System.currentTimeMillis() * 2 + ")");
            try {
                assertThat(waybill("plan", "parts").out())
                        .contains("\ntaken over   by far.example, where it shares the folder of its files with this"
                                + " machine; without, where somebody may have some of its files, such a run waits for a"
                                + " process that has its files, and its flow waits with it\n");
                assertThat(waybill("plan", "elsewhere").out())
                        .contains("\ntaken over   by far.example, where it shares waybill.staging and"
                                + " waybill.dead-letter with this machine; without, what a killed run has published is"
                                + " taken back and goes out anew, and where some of it has been taken meanwhile, such a"
                                + " run waits for a process that has its files, and its flow waits with it\n");
                assertThat(waybill("plan", "many").out()).contains("\ntaken over   by far.example, where it shares");
            } finally {
                statement.execute("DELETE FROM waybill_node WHERE node_id = 'far'");
            }
        }
    }

    /** What a command shows at a terminal of that width. */
    private static String atTerminal(int columns, String command) throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/script")), "script, which makes terminals, is not installed");
        Path shown = Files.createTempFile("shown", ".txt");
        try {
            ProcessBuilder builder = new ProcessBuilder(
                            "script",
                            "-qec",
                            "stty cols " + columns + "; " + Launcher.SCRIPT + " " + command,
                            "/dev/null")
                    .directory(work.toFile())
                    .redirectInput(Path.of("/dev/null").toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(shown.toFile());
            Launcher.startQuickly(builder);
            Process script = builder.start();
            script.getOutputStream().close();
            Launcher.await(script);
            return Files.readString(shown).replace("\r\n", "\n");
        } finally {
            Files.delete(shown);
        }
    }

    private static String plain(String shown) {
        return shown.replaceAll(ESCAPE + "\\[[0-9;]*m", "");
    }

    @ParameterizedTest
    @ValueSource(ints = {60, 80, 120})
    void listAndHistoryFitTheTerminal(int columns) throws Exception {
        String history = plain(atTerminal(columns, "history"));
        for (String shown : List.of(plain(atTerminal(columns, "list")), history)) {

            assertThat(shown.lines().toList())
                    .hasSizeGreaterThanOrEqualTo(3)
                    .allSatisfy(line ->
                            assertThat(line.codePointCount(0, line.length())).isLessThanOrEqualTo(columns));
        }
        assertThat(history).containsPattern("\\d{8}T\\d{6}-[0-9a-f]{6}  parts ");
    }

    @Test
    void onlyTheStreamThatIsATerminalHasColours() throws Exception {
        assertThat(atTerminal(100, "list")).contains(ESCAPE + "[1mflow");
        assertThat(atTerminal(100, "runn")).contains(ESCAPE + "[1;31merror:");
        atTerminal(100, "list >redirected.txt");
        assertThat(work.resolve("redirected.txt"))
                .content()
                .contains("everybody_of_{ds}_in_one_large_file.csv")
                .doesNotContain(ESCAPE);
        atTerminal(100, "runn 2>redirected.txt");
        assertThat(work.resolve("redirected.txt")).content().doesNotContain(ESCAPE);
        atTerminal(100, "--help >redirected.txt");
        assertThat(work.resolve("redirected.txt")).content().contains("Usage:").doesNotContain(ESCAPE);
        assertThat(atTerminal(100, "list; NO_COLOR=1 " + Launcher.SCRIPT + " runn"))
                .contains("error: there is no command")
                .doesNotContain("[1;31m");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    runn                          | there is no command "runn"; did you mean "run"? Commands: access, audit, backfill, check,
                    help runn                     | there is no command "runn"; did you mean "run"? Commands: access, audit, backfill, check,
                    watermark rest                | there is no command "rest"; did you mean "reset"? Commands: reset, set, show; see waybill watermark --help
                    watermark set parts 3 --yes   | there is no option "--yes"; see waybill watermark set --help
                    feed drop                     | Missing required parameter: 'ID'; see waybill feed drop --help
                    run --jsn parts               | there is no option "--jsn"; did you mean "--json"? See waybill run --help
                    run parts other               | "other" is one argument too many; see waybill run --help
                    run parts --mode batsh        | did you mean "batch"?
                    history part                  | there is no flow "part"; did you mean "parts"?
                    history --status runing       | did you mean "running"?
                    verify exports/parts/1/p.csv  | exports/parts/1/p.csv is one of the files that a waybill lists: waybill verify exports/parts/
                    verify exports/parts/9/p.csv  | there is no file exports/parts/9/p.csv
                    verify p.csv                  | there is no file p.csv
                    verify exports                | exports is a folder, and holds no waybill
                    --home /nowhere list          | --home: there is no folder /nowhere
                    list --home                   | Missing required parameter for option '--home' (DIR)
                    """)
    void whatIsMeantIsNamed(String command, String answer) throws Exception {
        // the folder to work in is the launcher's business
        Ended ended =
                command.contains("--home") ? Launcher.in(work).run(command.split(" ")) : waybill(command.split(" "));

        assertThat(ended.err()).startsWith("error: ").contains(answer).hasLineCount(1);
        assertThat(ended.exitCode()).isEqualTo(2);
        assertThat(ended.out()).isEmpty();
    }

    @Test
    void theFolderIsNamedAndMayBeChosen() throws Exception {
        Path elsewhere = Files.createDirectory(work.resolve("elsewhere"));

        Ended own = Launcher.in(elsewhere).run("list");
        assertThat(own.out()).contains("orders_full");
        assertThat(own.err())
                .isEqualTo("working in " + Launcher.SCRIPT.getParent() + ", since " + elsewhere.toRealPath()
                        + " has neither routes/ nor application.properties; --home DIR takes another folder\n");
        for (String[] command :
                new String[][] {{"list", "--home", ".."}, {"--home=" + work, "list"}, {"list", "--home=.."}}) {
            Ended chosen = Launcher.in(elsewhere).run(command);
            assertThat(chosen.err()).isEmpty();
            assertThat(chosen.out()).contains("without_born").doesNotContain("orders_full");
        }
        assertThat(Launcher.in(elsewhere)
                        .run("--home", "..", "verify", "../exports/parts/1/p.csv")
                        .err())
                .contains("is one of the files that a waybill lists");
        assertThat(Launcher.in(elsewhere).run("list", "--home", ".").err())
                .isEqualTo("error: there is no folder routes/ in " + elsewhere.toRealPath()
                        + "; flows are *.toml files in it\n");
    }

    @Test
    void columnsThatAreLeftOutAreTold() throws Exception {
        String both = "EMAIL, BORN are left out: marked pii; pii_policy = \"allow\" exports such columns";
        assertThat(waybill("plan", "everybody_in_one_large_file").out()).contains("\n" + both + "\n");
        assertThat(waybill("run", "everybody_in_one_large_file").out()).endsWith("\n  " + both + "\n");
        assertThat(new ObjectMapper()
                        .readTree(waybill("run", "everybody_in_one_large_file", "--json")
                                .out())
                        .get("left_out")
                        .asText())
                .isEqualTo(both);
        assertThat(waybill("plan", "without_born").out()).contains("\nEMAIL is left out: marked pii");
        assertThat(waybill("plan", "no_pii").out()).doesNotContain("left out");
    }

    @Test
    void planPrintsTheRouteWhenAsked() throws Exception {
        assertThat(waybill("plan", "parts").out())
                .contains("SQL", "delivered    once; if a file cannot be published, ", "; checked by its SHA-256")
                .doesNotContain("uri:");
        assertThat(waybill("plan", "parts", "--route").out()).contains("SQL", "uri: waybill", "name: begin/parts");
    }

    @Test
    void aDatabaseThatIsDownIsToldBeforeItIsWaitedFor() throws Exception {
        Path down = Files.createDirectories(work.resolve("down/routes")).getParent();
        int port = Ports.free();
        Files.writeString(
                down.resolve("application.properties"),
                "waybill.datasource.shop.url = jdbc:postgresql://127.0.0.1:" + port + "/shop\n"
                        + "waybill.datasource.shop.username = export\n"
                        + "waybill.datasource.shop.connection-timeout-ms = 6000\n");
        Files.writeString(
                down.resolve("routes/t.toml"),
                "[properties.export]\nsource_dataset_id = \"t\"\nfile_path = \"t.csv\"\n");

        for (String command : List.of("run", "plan")) {
            Ended ended = Launcher.in(down).run(command, "t");

            assertThat(ended.err().lines().toList())
                    .hasSize(2)
                    .satisfiesExactly(
                            line -> assertThat(line)
                                    .startsWith(
                                            "warning: data source shop: Connection to 127.0.0.1:" + port + " refused")
                                    .containsPattern("; trying for another [1-6] s$"),
                            line -> assertThat(line).startsWith("error: ").contains("Connection to 127.0.0.1:" + port));
            assertThat(ended.progress()).allSatisfy(line -> assertThat(line).doesNotContain("0 rows"));
        }
    }

    @Test
    void nothingButDebugShowsStackTraces() throws Exception {
        Path broken = Files.createDirectories(work.resolve("broken/routes")).getParent();
        Files.copy(work.resolve("application.properties"), broken.resolve("application.properties"));
        Files.writeString(broken.resolve("routes/r.camel.yaml"), "- route:\n    from:\n      uri: nosuch:thing\n");
        Files.writeString(
                broken.resolve("routes/t.toml"),
                "[properties.export]\nsource_dataset_id = \"people\"\nfile_path = \"t.csv\"\n");

        Ended served = Launcher.in(broken).run("serve");

        assertThat(served.exitCode()).isNotZero();
        assertThat(served.err()).startsWith("error: ").contains("nosuch").doesNotContain("\tat ");
        assertThat(Launcher.in(broken).with(Map.of()).run("serve", "--debug").err())
                .contains("\tat ");
    }
}
