package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.waybill.cli.Launcher.Ended;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the commands say of an export of changes. */
class ChangesCommandsIT {

    @RegisterExtension
    private static final Commands COMMANDS = Commands.inNewFolder();

    private final Path work = COMMANDS.folder();

    private static Ended waybill(String... arguments) throws Exception {
        return COMMANDS.run(arguments);
    }

    @BeforeEach
    void makeFlow() throws Exception {
        Files.writeString(work.resolve("application.properties"), "waybill.datasource.db.url = jdbc:h2:file:./db\n");
        Files.createDirectory(work.resolve("routes"));
        Files.writeString(work.resolve("routes/customers.toml"), """
                [properties.export]
                source_dataset_id = "customers"
                file_path = "exports/customers_{batch_id}.csv"
                since_last_export = "changes"
                skip_empty = true
                checksums = true
                order_by = ["id"]
                """);
        execute(
                "CREATE TABLE customers (id integer PRIMARY KEY, name varchar(20))",
                "INSERT INTO customers VALUES (1, 'Ada'), (2, 'Bob'), (3, 'Cy')");
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
    void itIsListedPlannedRunShownVerifiedAndDropped() throws Exception {
        assertThat(waybill("list").out())
                .containsPattern(
                        "customers +customers +changes_only +exports/customers_\\{batch_id\\}\\.csv +by hand\n");
        assertThat(waybill("validate", "--connect").out()).contains("1 flow is well formed");
        Ended planned = waybill("plan", "customers");
        assertThat(planned.err()).isEmpty();
        assertThat(planned.out())
                .contains(
                        "data set     customers: table PUBLIC.customers_change_feed of data source db (H2), change feed\n",
                        "window       xt_batch_id up to 1\n",
                        "guarantee    exact: each batch is one snapshot of the source, and written whole or not at all\n",
                        "changes of table PUBLIC.CUSTOMERS, by the key ID; check: compares NAME\n",
                        "deletions: seen: all keys are compared; a batch that deletes more than 50% stops\n",
                        "state in customers_state, batches in customers_batches; the first run makes the tables, and exports all"
                                + " rows as new ones\n",
                        "exports/customers_1.csv\n")
                .containsPattern("xt_record_type +text +");

        Ended first = waybill("run", "customers");
        assertThat(first.err()).isEmpty();
        assertThat(first.out())
                .matches("(?s)customers: 3 rows, \\d+ B in \\S+ s, batch 1: 3 new, 0 changed, 0 deleted, 0 unchanged\n"
                        + "  exports/customers_1.csv  3 rows.*");
        execute(
                "UPDATE customers SET name = 'Ada Lovelace' WHERE id = 1",
                "DELETE FROM customers WHERE id = 2",
                "INSERT INTO customers VALUES (4, 'Dora')");
        JsonNode second = new ObjectMapper()
                .readTree(waybill("run", "customers", "--json").out());
        assertThat(second.at("/changes/deleted_rows").asLong()).isEqualTo(1);
        assertThat(work.resolve("exports/customers_2.csv"))
                .hasContent("xt_record_type,ID,NAME\nchanged,1,Ada Lovelace\ndeleted,2,Bob\nnew,4,Dora\n");

        assertThat(waybill("history", "customers").out()).contains("done").contains("customers_2.csv");
        String runId = second.at("/run_id").asText();
        assertThat(waybill("show", runId).out()).contains("data set   customers, mode changes_only, batch 2");
        assertThat(waybill("verify", runId, "--source").exitCode()).isZero();
        assertThat(waybill("watermark", "show", "customers").out())
                .containsPattern("customers +customers +xt_batch_id +2 +\\S+ \\S+ +run " + runId);
        assertThat(waybill("run", "customers").out())
                .matches("customers: 0 rows, 0 B in \\S+ s, batch 3: 0 new, 0 changed, 0 deleted, 3 unchanged\n"
                        + "  nothing to deliver \\(skip_empty\\)\n");

        assertThat(waybill("feed", "drop", "customers", "--yes").out())
                .isEqualTo("flow customers: removed customers_change_feed, customers_state, customers_batches\n");
        assertThat(waybill("run", "customers").out()).contains("batch 4: 3 new, 0 changed, 0 deleted, 0 unchanged\n");
    }

    @Test
    void deletionsAreAcceptedOnceAndTheWatermarkMovesByHand() throws Exception {
        waybill("run", "customers");
        execute("DELETE FROM customers WHERE id > 1");

        assertThat(waybill("run", "customers").err())
                .endsWith(
                        "error: customers: max_deletes: 2 of 3 rows are gone from data set customers, and 50% may be; waybill run"
                                + " customers --accept-deletes takes them for deleted\n");
        assertThat(waybill("run", "customers", "--accept-deletes").out())
                .contains("batch 2: 0 new, 0 changed, 2 deleted, 1 unchanged\n");
        assertThat(waybill("watermark", "set", "customers", "1").out())
                .isEqualTo("flow customers: xt_batch_id 2 -> 1\n");
        assertThat(waybill("run", "customers", "--compare-all").out()).startsWith("customers: 2 rows, ");
        assertThat(waybill("watermark", "set", "customers", "7").err())
                .isEqualTo("error: watermark: there is no batch 7 of flow \"customers\"; the last one is 3\n");
        assertThat(waybill("watermark", "reset", "customers").exitCode()).isZero();
        assertThat(waybill("run", "customers").out()).startsWith("customers: 5 rows, ");
    }

    @Test
    void whatIsForOtherRowsIsRefused() throws Exception {
        String other =
                "--mode and --batch-id are for exports of other rows, and flow \"customers\" exports what has changed"
                        + " since its last run";
        String[][] refused = {
            {"run customers --mode full", other},
            {"run customers --batch-id 7", other},
            {
                "backfill customers --from 2026-01-01 --to 2026-01-02 --every day",
                "backfill: what has changed in past times is not known; flow \"customers\" exports what has changed since its last"
                        + " run: since_last_export = \"changes\""
            },
        };
        for (String[] command : refused) {
            Ended ended = waybill(command[0].split(" "));
            assertThat(ended.exitCode()).as(command[0]).isNotZero();
            assertThat(ended.err()).isEqualTo("error: " + command[1] + "\n");
        }
        Files.writeString(
                work.resolve("routes/datasets.toml"),
                "[[dataset]]\nid = \"customers\"\ntable = \"customers\"\nkind = \"batch_tracked\"\n");
        assertThat(waybill("validate").err())
                .contains(
                        "since_last_export: \"changes\" is refused: data set \"customers\" has batches (xt_batch_id); allowed:"
                                + " true, which exports each of them once");
    }
}
