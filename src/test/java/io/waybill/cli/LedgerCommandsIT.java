package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a person does with the ledger at the command line: look at what happened, deliver again, move a watermark. */
class LedgerCommandsIT {

    private static final Path LAUNCHER = Path.of("waybill").toAbsolutePath();

    @TempDir
    private Path work;

    private record Result(int exitCode, String out, String err) {}

    private Result waybill(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(LAUNCHER.toString()));
        command.addAll(List.of(arguments));
        Path out = Files.createTempFile(work, "out", ".txt");
        Path err = Files.createTempFile(work, "err", ".txt");
        Process process = new ProcessBuilder(command)
                .directory(work.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    private JsonNode json(String... arguments) throws Exception {
        Result result = waybill(arguments);
        assertThat(result.err()).isEmpty();
        return new ObjectMapper().readTree(result.out());
    }

    private void execute(String... statements) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:h2:file:" + work.resolve("db"));
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    @BeforeEach
    void makeFlow() throws Exception {
        execute(
                "CREATE TABLE orders (id integer NOT NULL, note varchar)",
                "INSERT INTO orders VALUES (1, 'a'), (2, 'b')");
        Files.writeString(work.resolve("application.properties"), "waybill.datasource.db.url = jdbc:h2:file:./db\n");
        Files.createDirectory(work.resolve("routes"));
        Files.writeString(
                work.resolve("routes/datasets.toml"),
                "[[dataset]]\nid = \"orders\"\ntable = \"orders\"\nwatermark = \"ID\"\n");
        Files.writeString(work.resolve("routes/orders_new.toml"), """
                [properties.export]
                source_dataset_id = "orders"
                file_path = "out/{flow_id}/orders_{run_id}.csv"
                since_last_export = true
                redelivery = { maximum_redeliveries = 1, redelivery_delay = "0s" }
                """);
    }

    @Test
    void aFailedRunIsShownDeliveredAndShownAgain() throws Exception {
        Files.createDirectory(work.resolve("out"));
        Files.writeString(work.resolve("out/orders_new"), "in the way of the folder");

        Result failed = waybill("run", "orders_new");

        assertThat(failed.exitCode()).isEqualTo(1);
        JsonNode run = json("history", "--json").get("runs").get(0);
        String id = run.get("run_id").asText();
        assertThat(failed.err())
                .matches("(?s)error: orders_new: delivery of orders_new/orders_" + id
                        + ".csv failed, 2 times: Not a directory\nerror: its files are kept in .*/data/dead-letter/"
                        + id
                        + "; waybill redrive " + id + " delivers them\n");
        assertThat(run.get("status").asText()).isEqualTo("failed");
        assertThat(run.get("window").asText()).isEqualTo("ID up to 2");
        Result shown = waybill("show", id.substring(id.length() - 6));
        assertThat(shown.out())
                .contains(
                        "status     failed",
                        "error      delivery of orders_new/orders_",
                        "window     ID up to 2",
                        "kept in    ",
                        "(waybill redrive " + id + ")",
                        "orders_new/orders_" + id + ".csv  2     ");
        assertThat(waybill("watermark", "show").out()).isEqualTo("no watermarks\n");

        Files.delete(work.resolve("out/orders_new"));
        Result redriven = waybill("redrive", "--all");

        assertThat(redriven.err()).isEmpty();
        assertThat(redriven.out())
                .startsWith("orders_new: run " + id + " is delivered: 2 rows, ")
                .contains("out/orders_new/orders_" + id + ".csv\n");
        assertThat(work.resolve("out/orders_new/orders_" + id + ".csv")).hasContent("ID,NOTE\n1,a\n2,b");
        assertThat(waybill("show", id).out())
                .contains("status     done", "redrive    ", ", after: delivery of orders_new/orders_")
                .doesNotContain("kept in");
        assertThat(waybill("history").out()).containsPattern(id + "  orders_new  .*  done  .*2  .*orders_new/orders_");
        assertThat(waybill("redrive", "--all").out()).isEqualTo("no run has a dead letter\n");
        assertThat(waybill("redrive", id).err())
                .isEqualTo("error: orders_new: run " + id + " has no dead letter: it is done\n");
        assertThat(waybill("redrive").err()).startsWith("error: say which: RUN, or --all");
        assertThat(waybill("watermark", "show").out()).contains("orders_new  orders    ID      2");
    }

    @Test
    void aDeadLetterIsDiscardedWhenSomebodySaysSo() throws Exception {
        Files.createDirectory(work.resolve("out"));
        Files.writeString(work.resolve("out/orders_new"), "in the way of the folder");
        waybill("run", "orders_new");
        String id = json("history", "--json").get("runs").get(0).get("run_id").asText();

        assertThat(waybill("redrive", "--discard", id).out())
                .isEqualTo("orders_new: run " + id + ": its files are removed\n");

        assertThat(work.resolve("data/dead-letter/" + id)).doesNotExist();
        assertThat(waybill("show", id).out())
                .contains("status     failed", "discard    ")
                .doesNotContain("kept in");
        assertThat(waybill("redrive", "--discard", id).err()).isEqualTo("error: run " + id + " has no dead letter\n");
    }

    @Test
    void aWatermarkIsShownSetAndReset() throws Exception {
        assertThat(json("run", "orders_new", "--json").get("rows").asInt()).isEqualTo(2);
        assertThat(json("watermark", "show", "--json")
                        .get("watermarks")
                        .get(0)
                        .get("value")
                        .asText())
                .isEqualTo("2");
        assertThat(waybill("plan", "orders_new").out())
                .contains(
                        "window       ID after 2 and up to 2",
                        "guarantee    best effort: rows that are committed after");

        assertThat(waybill("watermark", "set", "orders_new", "1").out()).isEqualTo("flow orders_new: ID 2 -> 1\n");
        assertThat(json("run", "orders_new", "--json").get("rows").asInt()).isEqualTo(1);
        assertThat(waybill("watermark", "reset", "orders_new").out())
                .isEqualTo("flow orders_new: the watermark is gone; the next run exports all rows\n");
        assertThat(json("run", "orders_new", "--json").get("rows").asInt()).isEqualTo(2);

        assertThat(waybill("watermark", "set", "orders_new", "many").err())
                .isEqualTo("error: \"many\" does not go with column ID, which is integer\n");
        assertThat(waybill("watermark", "set", "order_new", "1").err()).contains("there is no flow \"order_new\"");
        assertThat(waybill("watermark", "show", "nobody").out()).isEqualTo("flow nobody has no watermark\n");
    }
}
