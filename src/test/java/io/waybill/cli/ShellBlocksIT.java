package io.waybill.cli;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.tomakehurst.wiremock.WireMockServer;
import io.waybill.Page;
import io.waybill.Page.Block;
import io.waybill.servers.Ports;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The commands that all other pages show, typed as they stand, in a folder that has the flows and the runs which they are about. That
 * none of them fails is what is looked at; what they answer is looked at elsewhere.
 */
class ShellBlocksIT {

    /** What cannot be typed here, by the page and how the block begins, and why. */
    private static final Map<String, String> NOT_TYPED = Map.of(
            "README.md: git clone", "fetches the project, and builds it; CommandLineIT runs the demo",
            "README.md: mvn ", "is the build that this is a part of",
            "docs/contributing.md: mvn ", "likewise",
            "docs/operations.md: WAYBILL_OPENTELEMETRY_ENABLED",
                    "runs until it is stopped; TelemetryIT has a collector",
            "docs/server.md: curl -s -X PUT",
                    "says which text it is about, which nobody knows before; FlowsApiIT does");

    /** What is to be there before a block, by how it begins. */
    private static final Map<String, String> BEFORE = Map.of(
            "waybill token create nightly", "TOKEN=$(waybill token create all --grant 'admin@*')\n",
            "curl -s -X POST -H 'Idempotency-Key", "echo \"header = \\\"Authorization: Bearer $TOKEN\\\"\" >>.curlrc\n",
            "export WAYBILL_SERVER=", "all=$TOKEN\n");

    @RegisterExtension
    private static final Commands COMMANDS = Commands.inOneFolder();

    private static final Map<String, String> RUNS = new HashMap<>();

    private static final int PORT = Ports.free();

    private static Path work;
    private static WireMockServer receiver;

    @BeforeAll
    static void makeFlowsAndRuns() throws Exception {
        work = COMMANDS.folder();
        receiver = new WireMockServer(wireMockConfig().bindAddress("127.0.0.1").dynamicPort());
        receiver.start();
        receiver.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(403)));
        Files.createDirectory(work.resolve("routes"));
        Files.createSymbolicLink(work.resolve("waybill"), Launcher.SCRIPT);
        Files.writeString(work.resolve(".curlrc"), "fail\n");
        Files.writeString(work.resolve("tokens.txt"), "4711081547\n");
        Files.writeString(work.resolve("application.properties"), """
                waybill.datasource.shop.url = jdbc:h2:file:./data/shop;DATABASE_TO_LOWER=TRUE;CASE_INSENSITIVE_IDENTIFIERS=TRUE
                waybill.privacy-keys.customers-2026 = 00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff
                waybill.connection.api.type = http
                """);
        makeTables();
        flow("datasets", """
                [[dataset]]
                id = "orders"
                table = "orders"
                watermark = "ordered_at"
                """);
        flow("orders", export("exports/orders.csv"));
        flow("orders_daily", export("exports/orders_{ds}.csv") + """
                [[triggers]]
                type = "daily"
                at = "02:00"
                """);
        flow("orders_full", export("exports/orders_full.csv"));
        flow("orders_new", export("exports/new/{run_id}.csv") + "since_last_export = true\n");
        flow("invoices", """
                [properties.export]
                source_dataset_id = "invoices"
                file_path = "exports/invoices_{ds}.parquet"
                """);
        flow("people", """
                [properties.export]
                source_dataset_id = "people"
                file_path = "exports/people.csv"
                """);
        flow("customers", """
                [properties.export]
                source_dataset_id = "people"
                file_path = "exports/customers.csv"
                privacy = { phone = { transform = "tokenize", key = "customers-2026" } }
                """);
        for (String flow : List.of("waits_1", "waits_2", "waits_3")) {
            flow(flow, export("exports/" + flow + ".csv") + "\n[[properties.export.expect]]\nmin_rows = 100\n");
        }
        for (String flow : List.of("lost_1", "lost_2")) {
            flow(flow, export("http://127.0.0.1:" + receiver.port() + "/" + flow) + """
                    connection = "api"
                    format = "csv"
                    redelivery = { maximum_redeliveries = 0 }
                    """);
        }
        RUNS.put("docs/contracts.md: 3f9a01", runOf("waits_1", 4));
        RUNS.put("docs/contracts.md: 8c21d7", runOf("waits_2", 4));
        RUNS.put("docs/server.md: runs/ID/release", "runs/" + runOf("waits_3", 4) + "/release");
        RUNS.put("docs/ledger.md: 3f9a01", runOf("lost_1", 1));
        RUNS.put("docs/ledger.md: 8c21d7", runOf("lost_2", 1));
        RUNS.put("docs/ledger.md: b7e052", runOf("orders_daily", 0));
        runOf("orders_new", 0);
        receiver.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(202)));
    }

    @AfterAll
    static void stop() {
        receiver.stop();
    }

    private static void makeTables() throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:h2:file:" + work.resolve("data/shop")
                        + ";DATABASE_TO_LOWER=TRUE;CASE_INSENSITIVE_IDENTIFIERS=TRUE");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE orders AS SELECT x AS id,"
                    + " DATEADD(DAY, x, TIMESTAMP WITH TIME ZONE '2026-01-01 08:00:00+00') AS ordered_at"
                    + " FROM system_range(0, 9)");
            statement.execute("CREATE TABLE invoices AS SELECT x AS id, x * 1.5 AS amount FROM system_range(1, 9)");
            statement.execute("CREATE TABLE people AS SELECT x AS id, 'p' || x || '@example.com' AS email,"
                    + " '+43 660 12345' || (10 + x) AS phone FROM system_range(1, 20)");
        }
    }

    private static void flow(String id, String toml) throws IOException {
        Files.writeString(work.resolve("routes").resolve(id + ".toml"), toml);
    }

    private static String export(String path) {
        return "[properties.export]\nsource_dataset_id = \"orders\"\nfile_path = \"" + path + "\"\n";
    }

    /** Runs a flow, and answers the run's id. */
    private static String runOf(String flow, int exitCode) throws Exception {
        Launcher.Ended run = COMMANDS.run("run", flow);
        assertThat(run.exitCode()).as(run.out() + run.err()).isEqualTo(exitCode);
        JsonNode runs = new ObjectMapper()
                .readTree(COMMANDS.run("history", flow, "--json").out());
        return runs.at("/runs/0/run_id").asText();
    }

    static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>(List.of(Path.of("README.md")));
        for (Page page : Page.all()) {
            if (!RecipesIT.pages().contains(page.file())) {
                pages.add(page.file());
            }
        }
        return pages;
    }

    @ParameterizedTest
    @MethodSource("pages")
    void commandsThatPagesShowDoNotFail(Path file) throws Exception {
        Page page = Page.of(file);
        List<Block> typed = page.blocks().stream()
                .filter(block -> block.language().equals("sh") && isTyped(page, block))
                .toList();
        if (typed.isEmpty()) {
            return;
        }
        try (PageReader reader = new PageReader(page, work, Map.of(), Map.of(), null, instead(page))) {
            int number = 0;
            for (Block block : typed) {
                String before = BEFORE.entrySet().stream()
                        .filter(each -> block.text().startsWith(each.getKey()))
                        .map(Map.Entry::getValue)
                        .findFirst()
                        .orElse("");
                reader.type(new Block("sh", before + block.text(), block.line(), block.from()), number++);
            }
        }
    }

    private static boolean isTyped(Page page, Block block) {
        return NOT_TYPED.keySet().stream().noneMatch(begin -> (page.file() + ": " + block.text()).startsWith(begin))
                && Stream.of("jq", "sqlite3")
                        .filter(tool -> block.text().contains(tool + " "))
                        .allMatch(ShellBlocksIT::isInstalled);
    }

    private static boolean isInstalled(String tool) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, tool)));
    }

    private static Map<String, String> instead(Page page) {
        Map<String, String> instead = new HashMap<>(Map.of(
                "8080",
                Integer.toString(PORT),
                "https://waybill.example.com",
                "http://127.0.0.1:" + PORT,
                "WAYBILL_TOKEN=waybill_…",
                "WAYBILL_TOKEN=$all",
                "2026-11-20",
                LocalDate.now(ZoneOffset.UTC).toString()));
        RUNS.forEach((shown, run) -> {
            if (shown.startsWith(page.file() + ": ")) {
                instead.put(shown.substring(page.file().toString().length() + 2), run);
            }
        });
        return instead;
    }

    /** A list that is longer than it need be hides what is not looked at. */
    @org.junit.jupiter.api.Test
    void whatIsNotTypedIsThere() throws IOException {
        for (String begin : NOT_TYPED.keySet()) {
            Page page = Page.of(Path.of(begin.substring(0, begin.indexOf(": "))));
            assertThat(page.blocks())
                    .as(begin)
                    .anyMatch(block -> (page.file() + ": " + block.text()).startsWith(begin));
        }
    }
}
