package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.waybill.cli.Launcher.Ended;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What commands say of feeds. */
class FeedCommandsIT {

    @RegisterExtension
    private static final Commands COMMANDS = Commands.inNewFolder();

    private final Path work = COMMANDS.folder();

    private static Ended waybill(String... arguments) throws Exception {
        return COMMANDS.run(arguments);
    }

    /** A process that is told something. */
    private Ended answering(String answer, String... arguments) throws Exception {
        Path out = work.resolve("out.txt");
        Path err = work.resolve("err.txt");
        Process process = Launcher.in(work).start(out, err, arguments);
        process.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().close();
        return Ended.of(Launcher.await(process), Files.readString(out), Files.readString(err));
    }

    @BeforeEach
    void makeFlows() throws Exception {
        Files.writeString(work.resolve("application.properties"), "waybill.datasource.db.url = jdbc:h2:file:./db\n");
        Files.createDirectory(work.resolve("routes"));
        Files.writeString(
                work.resolve("routes/orders.toml"),
                "id = \"orders\"\n[properties.change_feed]\nsource_dataset_id = \"orders\"\nthen = [\"files\"]\n");
        Files.writeString(
                work.resolve("routes/files.toml"),
                "[properties.export]\nsource_dataset_id = \"orders_change_feed\"\nfile_path ="
                        + " \"exports/{batch_id}.csv\"\nsince_last_export = true\n");
        execute(
                "CREATE TABLE orders (id integer PRIMARY KEY, status varchar(9))",
                "INSERT INTO orders VALUES (1, 'open'), (2, 'paid')");
    }

    private void execute(String... statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:h2:file:" + work.resolve("db"));
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    @Test
    void aFeedIsListedPlannedRunShownAndDropped() throws Exception {
        assertThat(waybill("list").out()).containsPattern("orders +orders +change_feed +orders_change_feed +by hand\n");

        Ended planned = waybill("plan", "orders");
        assertThat(planned.err()).isEmpty();
        assertThat(planned.out()).contains("""
                        flow         orders
                        data set     orders: table PUBLIC.ORDERS of data source db (H2)
                        feed         PUBLIC.orders_change_feed, change_feed
                        state        orders_state, batches in orders_batches
                        key          ID
                        columns      ID, STATUS
                        strategy     check: compares STATUS
                        deletions    seen: all keys are compared; a batch that deletes more than 50% stops
                        guarantee    exact: each batch is one snapshot of the source, and written whole or not at all
                        then         files
                        last batch   none yet: the next one makes the tables, and all rows are new to it

                        SQL
                        """).containsPattern("STATUS +text +compared");

        Ended run = waybill("run", "orders");
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).matches("orders: batch 1 in \\S+ s: 2 new, 0 changed, 0 deleted, 0 unchanged\n");
        assertThat(work.resolve("exports/1.csv"))
                .content()
                .startsWith("ID,STATUS,xt_record_type,xt_batch_id,xt_valid_from\n1,open,new,1,");
        assertThat(waybill("validate", "--connect").out()).contains("2 flows are well formed");
        assertThat(waybill("plan", "orders").out())
                .containsPattern("last batch   1, by run \\S+: 2 new, 0 changed, 0 deleted, 0 unchanged");
        assertThat(waybill("history", "orders").out()).contains("done", "batch 1 of PUBLIC");
        String runId = new ObjectMapper()
                .readTree(waybill("history", "orders", "--json").out())
                .at("/runs/0/run_id")
                .asText();
        assertThat(waybill("show", runId).out())
                .contains("data set   orders, mode change_feed, batch 1", "PUBLIC.orders_change_feed", "rows       2");

        Ended again = waybill("run", "orders", "--json");
        JsonNode json = new ObjectMapper().readTree(again.out());
        assertThat(json.at("/batch_id").asLong()).isEqualTo(2);
        assertThat(json.at("/changes/unchanged_rows").asLong()).isEqualTo(2);

        Ended asked = answering("", "feed", "drop", "orders");
        assertThat(asked.exitCode()).isEqualTo(2);
        assertThat(asked.out())
                .isEqualTo("This removes the tables orders_change_feed, orders_state, orders_batches with all"
                        + " that is in them. Remove them? (yes)\n");
        assertThat(asked.err()).isEqualTo("error: nothing is removed; answer \"yes\", or say --yes\n");
        assertThat(answering("yes\n", "feed", "drop", "orders").out())
                .endsWith("\nflow orders: removed orders_change_feed, orders_state, orders_batches\n");
        assertThat(waybill("feed", "drop", "orders").out()).isEqualTo("flow orders has no tables\n");
        assertThat(waybill("run", "orders").exitCode())
                .as("it begins anew; its export has seen batch 1 of it")
                .isZero();
        assertThat(work.resolve("exports/3.csv"))
                .as("its batches are numbered on, so that the export sees them")
                .exists();
    }

    @Test
    void planSaysWhereDeletionsAreNotSeen() throws Exception {
        execute("ALTER TABLE orders ADD COLUMN u timestamp");
        Files.writeString(
                work.resolve("routes/since.toml"),
                "[properties.delta_publishing]\nsource_dataset_id = \"orders\"\nstrategy = \"timestamp\"\nupdated_at ="
                        + " \"U\"\ndeletions = false\n");

        assertThat(waybill("plan", "since").out()).contains("""
                        feed         PUBLIC.since_delta_transaction, delta_publishing
                        """, """
                        strategy     timestamp: by U
                        deletions    deletions not seen
                        guarantee    best effort: each batch is one snapshot of the source, and written whole or not at all; a row that changes while its U stays is not seen, nor is one that is committed later than others with a later one
                        """);
        JsonNode json =
                new ObjectMapper().readTree(waybill("plan", "since", "--json").out());
        assertThat(json.at("/deletions").asText()).isEqualTo("deletions not seen");
        assertThat(json.at("/route").asText()).contains("name: feed/since");
    }

    @Test
    void deletionsAreAcceptedOnce() throws Exception {
        waybill("run", "orders");
        execute("DELETE FROM orders");

        Ended stopped = waybill("run", "orders");
        assertThat(stopped.exitCode()).isEqualTo(1);
        assertThat(stopped.err())
                .endsWith("error: orders: max_deletes: 2 of 2 rows are gone from data set orders, and 50% may"
                        + " be; waybill run orders --accept-deletes takes them for deleted\n");

        assertThat(waybill("run", "orders", "--accept-deletes").out())
                .contains("batch 2 in ", "0 new, 0 changed, 2 deleted, 0 unchanged");
        assertThat(waybill("feed", "drop", "orders", "--yes").out())
                .isEqualTo("flow orders: removed orders_change_feed, orders_state, orders_batches\n");
    }

    @Test
    void whatIsForExportsIsRefused() throws Exception {
        String[][] refused = {
            {
                "run orders --mode full",
                "--mode, --rerun and --accept-schema-change are for exports, and flow \"orders\" is a feed"
            },
            {
                "run files --accept-deletes",
                "--accept-deletes and --compare-all are for feeds and exports of changes, and flow \"files\" is an export"
            },
            {"feed drop files", "flow \"files\" is an export, and not a feed"},
            {"watermark set orders 5", "flow \"orders\" is a feed, and not an export"},
            {
                "backfill orders --from 2026-01-01 --to 2026-01-02 --every day",
                "flow \"orders\" is a feed, and not an export"
            },
        };
        for (String[] command : refused) {
            Ended ended = waybill(command[0].split(" "));
            assertThat(ended.exitCode()).as(command[0]).isEqualTo(2);
            assertThat(ended.err()).isEqualTo("error: " + command[1] + "\n");
        }
        Files.writeString(
                work.resolve("routes/orders.toml"),
                "id = \"orders\"\n[properties.change_feed]\nsource_dataset_id = \"orders\"\nthen = [\"file\"]\n");
        assertThat(waybill("run", "orders").err())
                .startsWith("error: there is no flow \"file\"; did you mean \"files\"?");
    }
}
