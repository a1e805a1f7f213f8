package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.waybill.TestDatabases;
import io.waybill.cli.Launcher.Ended;
import io.waybill.facts.FileContent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What an auditor asks at the command line: who did what, and whether the record is as it was written. */
class AuditCommandsIT {

    @RegisterExtension
    private static final Commands COMMANDS = Commands.inNewFolder();

    private final Path work = COMMANDS.folder();

    private Ended waybill(String... arguments) throws Exception {
        return COMMANDS.run(arguments);
    }

    private JsonNode entries(String... options) throws Exception {
        String[] arguments = new String[options.length + 2];
        arguments[0] = "audit";
        arguments[1] = "--json";
        System.arraycopy(options, 0, arguments, 2, options.length);
        Ended result = waybill(arguments);
        assertThat(result.err()).isEmpty();
        return new ObjectMapper().readTree(result.out()).get("entries");
    }

    private static Iterable<String> actions(JsonNode entries) {
        return StreamSupport.stream(entries.spliterator(), false)
                .map(entry -> entry.get("action").asText())
                .toList();
    }

    @BeforeEach
    void makeFlow() throws Exception {
        TestDatabases.execute(
                h2(),
                "CREATE TABLE orders (id integer NOT NULL, born date)",
                "INSERT INTO orders VALUES (1, DATE '2026-01-01'), (2, DATE '2026-01-02')");
        Files.writeString(work.resolve("application.properties"), "waybill.datasource.db.url = jdbc:h2:file:./db\n");
        Files.createDirectory(work.resolve("routes"));
        Files.writeString(
                work.resolve("routes/datasets.toml"),
                "[[dataset]]\nid = \"orders\"\ntable = \"orders\"\nwatermark = \"ID\"\n");
        Files.writeString(work.resolve("routes/orders.toml"), flow(""));
    }

    private org.h2.jdbcx.JdbcDataSource h2() {
        org.h2.jdbcx.JdbcDataSource database = new org.h2.jdbcx.JdbcDataSource();
        database.setURL("jdbc:h2:file:" + work.resolve("db"));
        return database;
    }

    private static String flow(String more) {
        return """
                [properties.export]
                source_dataset_id = "orders"
                file_path = "out/orders_{run_id}.csv"
                """ + more;
    }

    private String sha256(String file) throws Exception {
        return HexFormat.of().formatHex(FileContent.newSha256().digest(Files.readAllBytes(work.resolve(file))));
    }

    private void ledger(String... sql) {
        TestDatabases.execute(TestDatabases.sqlite(work.resolve("data/ledger.db")), sql);
    }

    @Test
    void aRunThatSomebodyAsksForIsOnRecordWithTheTextOfItsFlow() throws Exception {
        assertThat(waybill("audit").out()).isEqualTo("no entries\n");

        waybill("run", "orders");
        waybill("run", "orders", "--mode", "full");

        JsonNode entries = entries();
        assertThat(actions(entries)).containsExactly("run", "flow changed", "run");
        assertThat(entries.get(0).get("detail").asText()).isEqualTo("mode full");
        assertThat(entries.get(0).get("flow").asText()).isEqualTo("orders");
        assertThat(entries.get(0).get("actor").asText()).isEqualTo(System.getProperty("user.name"));
        assertThat(entries.get(0).get("at").asText()).endsWith("Z");
        assertThat(entries.get(1).get("subject").asText()).isEqualTo("orders");
        assertThat(entries.get(1).get("detail").asText())
                .isEqualTo("orders.toml " + sha256("routes/orders.toml") + ", datasets.toml "
                        + sha256("routes/datasets.toml"));
        String run = entries.get(0).get("subject").asText();
        assertThat(waybill("show", run).out()).contains("asked for").contains(", with mode full\n");
        assertThat(waybill("audit", "--limit", "1").out())
                .matches("(?s)number +at +by +action +subject +detail *\n *3 +\\d{4}-.*Z +"
                        + System.getProperty("user.name") + " +run +" + run + " +mode full\n");
    }

    @Test
    void aFlowThatWasChangedSinceItsLastRunIsOnRecord() throws Exception {
        waybill("run", "orders");
        Files.writeString(work.resolve("routes/orders.toml"), flow("checksums = true\n"));
        waybill("run", "orders");
        Files.writeString(work.resolve("routes/datasets.toml"), "[[dataset]]\nid = \"orders\"\ntable = \"orders\"\n");
        waybill("run", "orders");
        waybill("run", "orders");

        JsonNode changed = entries("--action", "flow changed");
        assertThat(changed).hasSize(3);
        assertThat(changed.get(0).get("detail").asText())
                .isEqualTo("orders.toml " + sha256("routes/orders.toml") + ", datasets.toml "
                        + sha256("routes/datasets.toml"));
    }

    @Test
    void whatIsDoneByHandIsOnRecord() throws Exception {
        Files.writeString(work.resolve("routes/orders.toml"), flow("since_last_export = true\n"));
        waybill("pause", "orders");
        waybill("resume", "orders");
        waybill("watermark", "set", "orders", "1");
        waybill("watermark", "reset", "orders");
        Files.writeString(work.resolve("routes/orders.toml"), flow(""));
        Ended backfill = waybill(
                "backfill",
                "orders",
                "--column",
                "BORN",
                "--from",
                "2026-01-01",
                "--to",
                "2026-01-03",
                "--every",
                "day");
        assertThat(backfill.err()).isEmpty();

        JsonNode entries = entries("--flow", "orders", "--since", "1h");
        assertThat(actions(entries))
                .containsExactly(
                        "run",
                        "flow changed",
                        "run",
                        "backfill",
                        "watermark reset",
                        "watermark set",
                        "resume",
                        "pause");
        assertThat(entries.get(3).get("detail").asText()).isEqualTo("2026-01-01 to 2026-01-03 every day");
        assertThat(entries.get(0).get("detail").asText())
                .startsWith("column BORN, from 2026-01-02T00:00, to 2026-01-03T00:00, under 2026-01-02T00:00:00Z");
        assertThat(entries("--actor", "nobody")).isEmpty();
        assertThat(actions(entries("--subject", "orders", "--action", "pause"))).containsExactly("pause");
    }

    @Test
    void theRecordIsVerified() throws Exception {
        assertThat(waybill("audit", "verify").out()).isEqualTo("no entries\n");
        assertThat(waybill("audit", "head")).isEqualTo(Ended.of(1, "", "error: nothing is chained yet\n"));
        waybill("pause", "orders");
        waybill("resume", "orders");
        String head = waybill("audit", "head").out().strip();
        waybill("pause", "orders");

        assertThat(waybill("audit", "verify")).isEqualTo(Ended.of(0, "entries 1 to 3 as written\n", ""));
        assertThat(waybill("audit", "verify", "--head", head))
                .isEqualTo(Ended.of(0, "entries 1 to 3 as written; the hash is that of entry 2\n", ""));
        assertThat(waybill("audit", "head", "--json").out()).matches("\\{\\s*\"number\" ?: ?3,[^}]*}\n");

        ledger("UPDATE waybill_audit SET actor = 'nobody' WHERE number = 2");
        assertThat(waybill("audit", "verify"))
                .isEqualTo(Ended.of(
                        3,
                        "entry 1 before it as written\n",
                        "error: entry 2 was changed: its fields do not give its hash\n"));
        JsonNode found =
                new ObjectMapper().readTree(waybill("audit", "verify", "--json").out());
        assertThat(found.get("bad").asLong()).isEqualTo(2);
        assertThat(found.get("problem").asText()).startsWith("entry 2 was changed");
    }

    @Test
    void theEndThatWasCutOffIsSeenByAHeadThatWasKept() throws Exception {
        waybill("pause", "orders");
        String first = waybill("audit", "head").out().strip();
        waybill("resume", "orders");
        String second = waybill("audit", "head").out().strip();

        ledger("DELETE FROM waybill_audit WHERE number = 2");
        assertThat(waybill("audit", "verify").err()).isEqualTo("error: entry 2, the latest one, is gone\n");
        ledger("UPDATE waybill_audit_head SET number = 1, sha256 = '" + first + "'");

        assertThat(waybill("audit", "verify").exitCode()).isZero();
        assertThat(waybill("audit", "verify", "--head", second))
                .isEqualTo(
                        Ended.of(
                                3,
                                "entry 1 as written\n",
                                "error: no entry has the hash " + second
                                        + ": what was there when it was noted was cut off, or all that is there was written anew\n"));
    }

    @Test
    void wrongOptionsAreRefused() throws Exception {
        assertThat(waybill("audit", "--limit", "0"))
                .isEqualTo(Ended.of(2, "", "error: --limit: 0 is too small; at least 1 is allowed\n"));
        assertThat(waybill("audit", "--since", "soon").err())
                .startsWith("error: --since: \"soon\" is not a time; write for example 2026-01-15");
        assertThat(waybill("audit", "verify", "--head", "3f9a"))
                .isEqualTo(Ended.of(
                        2, "", "error: --head: \"3f9a\" is not a SHA-256, which has 64 digits of 0-9 and a-f\n"));
    }
}
