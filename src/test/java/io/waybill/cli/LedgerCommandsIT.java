package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.waybill.cli.Launcher.Ended;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a person does with the ledger at the command line: look at what happened, deliver again, move a watermark. */
class LedgerCommandsIT {

    @RegisterExtension
    private static final Commands COMMANDS = Commands.inNewFolder();

    private final Path work = COMMANDS.folder();

    private Ended waybill(String... arguments) throws Exception {
        return COMMANDS.run(arguments);
    }

    private JsonNode json(String... arguments) throws Exception {
        Ended result = waybill(arguments);
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
                checksums = true
                redelivery = { maximum_redeliveries = 1, redelivery_delay = "0s" }
                """);
    }

    @Test
    void aFailedRunIsShownDeliveredAndShownAgain() throws Exception {
        Files.createDirectory(work.resolve("out"));
        Files.writeString(work.resolve("out/orders_new"), "in the way of the folder");

        Ended failed = waybill("run", "orders_new");

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
        Ended shown = waybill("show", id.substring(id.length() - 6));
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
        Ended redriven = waybill("redrive", "--all");

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

    private void makeDaily(String path, String more) throws Exception {
        execute(
                "CREATE TABLE events (id integer NOT NULL, at timestamp NOT NULL)",
                "INSERT INTO events SELECT x, DATEADD('HOUR', x, TIMESTAMP '2026-01-30 00:00:00') FROM system_range(0, 95)");
        Files.writeString(
                work.resolve("routes/events.toml"),
                "[properties.export]\nsource_dataset_id = \"events\"\nfile_path = \"" + path + "\"\n" + more);
    }

    @Test
    void aBackfillRunsPieceByPieceAndGoesOnWhereItWasStopped() throws Exception {
        makeDaily("out/events_{ds}.csv", "redelivery = { maximum_redeliveries = 0 }\n");
        Files.createDirectories(work.resolve("out/events_2026-02-01.csv/full")); // a folder in the way of the third
        String[] backfill = {
            "backfill", "events", "--from", "2026-01-30", "--to", "2026-02-02", "--every", "day", "--column", "at"
        };

        Ended stopped = waybill(backfill);

        assertThat(stopped.exitCode()).isEqualTo(1);
        assertThat(stopped.out())
                .isEqualTo(
                        "AT from 2026-01-30T00:00 to before 2026-01-31T00:00: 24 rows, 548 B, out/events_2026-01-30.csv\n"
                                + "AT from 2026-01-31T00:00 to before 2026-02-01T00:00: 24 rows, 558 B, out/events_2026-01-31.csv\n");
        assertThat(stopped.err())
                .startsWith("error: AT from 2026-02-01T00:00 to before 2026-02-02T00:00: file_path: ")
                .endsWith("error: stopped after 2 of 3 pieces; the same command goes on from here\n");

        Files.delete(work.resolve("out/events_2026-02-01.csv/full"));
        Files.delete(work.resolve("out/events_2026-02-01.csv"));
        Ended rest = waybill(backfill);

        assertThat(rest.err()).isEmpty();
        assertThat(rest.out().lines())
                .hasSize(3)
                .satisfiesExactly(
                        line -> assertThat(line).contains("to before 2026-01-31T00:00: done by run "),
                        line -> assertThat(line).contains("to before 2026-02-01T00:00: done by run "),
                        line -> assertThat(line).endsWith("24 rows, 558 B, out/events_2026-02-01.csv"));
        assertThat(waybill("watermark", "show").out()).isEqualTo("no watermarks\n");
    }

    @Test
    void aRunIsDoneAgainUnderItsOwnDate() throws Exception {
        makeDaily("out/events_{ds}.csv", "");
        waybill(
                "backfill",
                "events",
                "--from",
                "2026-01-30",
                "--to",
                "2026-01-31",
                "--every",
                "12 hours",
                "--column",
                "at",
                "--again");
        waybill("backfill", "events", "--from", "2026-01-30", "--to", "2026-01-31", "--every", "day", "--column", "at");
        String id = json("history", "--json").get("runs").get(0).get("run_id").asText();
        Files.delete(work.resolve("out/events_2026-01-30.csv"));

        JsonNode again = json("run", "events", "--rerun", id, "--json");

        assertThat(again.get("rows").asInt()).isEqualTo(24);
        assertThat(again.get("files").get(0).get("path").asText()).endsWith("out/events_2026-01-30.csv");
        assertThat(waybill("run", "events", "--rerun", id, "--date", "2026-01-01")
                        .err())
                .startsWith("error: --rerun does not go with --mode, --batch-id or --date");
        assertThat(waybill("run", "orders_new", "--rerun", id).err())
                .startsWith("error: --rerun: run " + id + " is of flow events");
    }

    @Test
    void aBackfillSaysWhatIsWrongBeforeItBegins() throws Exception {
        makeDaily("out/events.csv", "");
        String[] start = {"backfill", "events", "--from", "2026-01-30", "--column", "at"};

        assertThat(waybill(and(start, "--to", "2026-02-02", "--every", "day")).err())
                .isEqualTo("error: file_path: all pieces would be events.csv, each in place of the one before it; put a"
                        + " variable of time in it, such as {ds} or {ts_nodash}\n");
        assertThat(waybill(and(start, "--to", "2026-01-30", "--every", "day")).err())
                .isEqualTo("error: --to: 2026-01-30 is not after --from 2026-01-30\n");
        assertThat(waybill(and(start, "--to", "soon", "--every", "day")).err())
                .isEqualTo("error: --to: \"soon\" is not a time; write for example 2026-01-15 or 2026-01-15T02:00\n");
        assertThat(waybill(and(start, "--to", "2026-02-02", "--every", "often")).err())
                .isEqualTo(
                        "error: --every: \"often\" is not a span of time; write for example day, 6 hours or 1 month\n");
        String[] without = {"backfill", "events", "--from", "2026-01-30", "--to", "2026-01-31", "--every", "day"};
        assertThat(waybill(without).err())
                .isEqualTo(
                        "error: backfill: data set \"events\" has no watermark, and the flow no chunk_by; name a column"
                                + " (--column)\n");
        assertThat(waybill(and(without, "--column", "id")).err())
                .isEqualTo("error: backfill: column ID is integer, and a backfill goes by dates or times; name another"
                        + " column (--column)\n");
        assertThat(work.resolve("out")).doesNotExist();
    }

    private static String[] and(String[] start, String... more) {
        List<String> all = new ArrayList<>(List.of(start));
        all.addAll(List.of(more));
        return all.toArray(new String[0]);
    }

    @Test
    void aRunIsVerifiedByItsId() throws Exception {
        String id = json("run", "orders_new", "--json").get("run_id").asText();
        assertThat(json("history", "--since", "1h", "--json").get("runs")).hasSize(1);
        assertThat(json("history", "--since", "2999-01-01", "--json").get("runs"))
                .isEmpty();
        assertThat(waybill("history", "--since", "tonight").err())
                .isEqualTo(
                        "error: --since: \"tonight\" is not a time; write for example 2026-01-15, 2026-01-15T18:00 or 12h\n");

        assertThat(waybill("verify", id).out()).startsWith("ok  orders_" + id + ".csv  2 rows, ");
        assertThat(waybill("verify", id, "--source").out()).endsWith("ok  source  2 rows, ID up to 2\n");
        execute("UPDATE orders SET note = 'longer' WHERE id = 2");
        Ended compared = waybill("verify", id, "--source");
        assertThat(compared.exitCode()).isEqualTo(3);
        assertThat(compared.err()).isEqualTo("error: column NOTE: 2 bytes, not 7 as in the source\n");
        Path file = work.resolve("out/orders_new/orders_" + id + ".csv");
        Files.writeString(file, Files.readString(file).replace('a', 'z'));
        Ended verified = waybill("verify", id.substring(id.length() - 6));
        assertThat(verified.exitCode()).isEqualTo(3);
        assertThat(verified.err()).startsWith("error: orders_" + id + ".csv has SHA-256 ");
        Files.delete(file.resolveSibling("orders_" + id + ".csv.waybill.json"));
        assertThat(waybill("verify", id).err())
                .startsWith("error: the waybill of run " + id + " is not at ")
                .endsWith("any more: a later run has replaced it, or somebody has taken it away\n");
        assertThat(waybill("verify", "nothing").err())
                .isEqualTo("error: there is no run \"nothing\"; waybill history shows the runs\n");
    }

    @Test
    void aDateWillDoWhereAnInstantIsMeant() throws Exception {
        execute(
                "CREATE TABLE visits (id integer NOT NULL, at timestamp with time zone NOT NULL)",
                "INSERT INTO visits VALUES (1, TIMESTAMP WITH TIME ZONE '2026-01-14 12:00:00Z'),"
                        + " (2, TIMESTAMP WITH TIME ZONE '2026-01-15 12:00:00Z')");
        Files.writeString(
                work.resolve("routes/datasets.toml"),
                "[[dataset]]\nid = \"visits\"\ntable = \"visits\"\nwatermark = \"AT\"\n");
        Files.writeString(
                work.resolve("routes/visits.toml"),
                "[properties.export]\nsource_dataset_id = \"visits\"\nfile_path = \"out/v_{run_id}.csv\"\n"
                        + "since_last_export = true\n");

        assertThat(waybill("watermark", "set", "visits", "2026-01-15").out())
                .isEqualTo("flow visits: AT none -> 2026-01-15T00:00:00Z\n");

        assertThat(json("run", "visits", "--json").get("rows").asInt()).isEqualTo(1);
    }

    @Test
    void aFlowIsPausedAndResumed() throws Exception {
        Files.writeString(
                work.resolve("routes/orders_new.toml"),
                "\n[[triggers]]\nid = \"nightly\"\ntype = \"daily\"\nat = \"02:30\"\ntimezone = \"Europe/Vienna\"\n",
                java.nio.file.StandardOpenOption.APPEND);
        assertThat(waybill("list").out()).contains("02:30 Europe/Vienna");
        assertThat(json("list", "--json")
                        .path("flows")
                        .get(0)
                        .path("triggers")
                        .get(0)
                        .path("next")
                        .asText())
                .matches("\\d{4}-\\d\\d-\\d\\dT0[23]:30\\+0[12]:00\\[Europe/Vienna]");
        assertThat(work.resolve("data")).doesNotExist(); // to look at flows makes no ledger
        assertThat(waybill("resume", "orders_new").out()).isEqualTo("flow orders_new is not paused\n");

        assertThat(waybill("pause", "orders_new").out())
                .isEqualTo("flow orders_new: its triggers start nothing until waybill resume orders_new; waybill run"
                        + " orders_new still runs it\n");

        assertThat(waybill("pause", "orders_new").out()).isEqualTo("flow orders_new is paused already\n");
        assertThat(waybill("list").out()).contains("paused").doesNotContain("02:30");
        JsonNode flow = json("list", "--json").path("flows").get(0);
        assertThat(flow.path("paused").asBoolean()).isTrue();
        assertThat(flow.path("next_run").isNull()).isTrue();
        assertThat(flow.path("triggers").get(0).path("id").asText()).isEqualTo("nightly");
        assertThat(flow.path("triggers").get(0).path("next").isNull()).isTrue();
        assertThat(waybill("run", "orders_new").exitCode()).isZero();
        String run =
                json("history", "--json").path("runs").get(0).path("run_id").asText();
        assertThat(waybill("show", run).out())
                .containsPattern("paused +the flow is, since .*, by .* \\(waybill resume");
        assertThat(json("show", run, "--json").path("flow_paused").asBoolean()).isTrue();

        assertThat(waybill("resume", "orders_new").out()).isEqualTo("flow orders_new: its triggers start it again\n");
        assertThat(waybill("list").out()).contains("02:30 Europe/Vienna");
        Files.writeString(
                work.resolve("routes/once.toml"),
                "[properties.export]\nsource_dataset_id = \"orders\"\nfile_path = \"once.csv\"\n[[triggers]]\ntype = \"once\"\n"
                        + "at = \"2020-01-01T00:00\"\n");
        assertThat(waybill("list").out()).contains("by hand; its times are over");
        assertThat(waybill("pause", "orders_nwe").err()).contains("there is no flow \"orders_nwe\"");
    }

    @Test
    void whatCronLeavesOutIsSaidBeforehand() throws Exception {
        Files.writeString(
                work.resolve("routes/orders_new.toml"),
                "\n[[triggers]]\nid = \"cron\"\ntype = \"schedule\"\nschedule = \"30 2 * * *\"\ntimezone = \"Europe/Vienna\"\n",
                java.nio.file.StandardOpenOption.APPEND);
        String leavesOut =
                "leaves out \\d{4}-03-\\d\\dT02:30, which clocks of Europe/Vienna jump over; daily, weekly and"
                        + " monthly do not";

        assertThat(waybill("validate").out())
                .containsPattern("note: routes/orders_new.toml:\\d+: triggers.schedule: " + leavesOut);
        assertThat(waybill("plan", "orders_new").out())
                .containsPattern(
                        "trigger +cron, schedule: next \\d{4}-\\d\\d-\\d\\d 0[23]:30 Europe/Vienna.*; " + leavesOut);
        assertThat(json("plan", "orders_new", "--json").path("triggers").get(0).asText())
                .matches("cron, schedule: next .*; " + leavesOut);
    }

    @Test
    void aTriggerWithoutTimesOrThatIsOffHasNoNextOneAndNothingToMakeUpFor() throws Exception {
        Files.writeString(
                work.resolve("routes/orders_new.toml"),
                "\n[[triggers]]\nid = \"hand\"\ntype = \"manual\"\ncatch_up = true\n"
                        + "[[triggers]]\nid = \"off\"\ntype = \"daily\"\nat = \"02:30\"\nenabled = false\n",
                java.nio.file.StandardOpenOption.APPEND);

        JsonNode triggers = json("list", "--json").path("flows").get(0).path("triggers");
        assertThat(triggers).hasSize(2).allMatch(trigger -> trigger.path("next").isNull());
        assertThat(waybill("validate").out())
                .containsPattern(
                        "note: routes/orders_new.toml:\\d+: triggers.catch_up: has no times that catch_up could"
                                + " make up for");
        assertThat(waybill("plan", "orders_new").out())
                .containsPattern("trigger +hand, manual; has no times that catch_up could make up for");
    }
}
