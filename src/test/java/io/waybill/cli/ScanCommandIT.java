package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.waybill.TestDatabases;
import io.waybill.cli.Launcher.Ended;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code waybill plan --scan}, as it is read and copied. */
class ScanCommandIT {

    @RegisterExtension
    private static final Commands COMMANDS = Commands.inNewFolder();

    private final Path work = COMMANDS.folder();

    @BeforeEach
    void makeFlow() throws Exception {
        org.h2.jdbcx.JdbcDataSource database = new org.h2.jdbcx.JdbcDataSource();
        database.setURL("jdbc:h2:file:" + work.resolve("db"));
        TestDatabases.execute(
                database,
                "CREATE TABLE people (id integer, contact varchar, phone varchar, amount integer)",
                "INSERT INTO people SELECT x, 'user' || x || '@shop.example', '(01) 58858-' || (100 + x), x FROM"
                        + " system_range(1, 1500)");
        Files.writeString(work.resolve("application.properties"), "waybill.datasource.db.url = jdbc:h2:file:./db\n");
        Files.createDirectory(work.resolve("routes"));
        Files.writeString(work.resolve("routes/datasets.toml"), "[[dataset]]\nid = \"people\"\ntable = \"people\"\n");
        Files.writeString(
                work.resolve("routes/people.toml"),
                "[properties.export]\nsource_dataset_id = \"people\"\nfile_path = \"out/people.csv\"\n");
    }

    @Test
    void whatIsProposedIsCopiedAndNotProposedAgain() throws Exception {
        Ended plan = COMMANDS.run("plan", "people", "--scan");

        assertThat(plan.err()).isEmpty();
        assertThat(plan.out()).endsWith("""
                looks like data of persons, by the first 1,000 rows
                  column   why
                  CONTACT  100 % of 1,000 values look like e-mail addresses
                  PHONE    its name is that of a telephone number

                Nothing is marked by that. What is right of it goes into columns of [[dataset]] id = "people" in datasets.toml; what is not, with pii = false:
                  { name = "CONTACT", pii = true },
                  { name = "PHONE", pii = true },
                """).doesNotContain("@shop.example", "58858");

        Files.writeString(
                work.resolve("routes/datasets.toml"),
                "[[dataset]]\nid = \"people\"\ntable = \"people\"\ncolumns = [\n"
                        + "  { name = \"CONTACT\", pii = true },\n  { name = \"PHONE\", pii = false },\n]\n");
        assertThat(COMMANDS.run("plan", "people", "--scan").out())
                .endsWith("  nothing that is not marked or looked at already; that proves nothing\n")
                .contains("CONTACT is left out: marked pii");
    }

    @Test
    void programsReadItToo() throws Exception {
        Ended plan = COMMANDS.run("plan", "people", "--scan", "--region", "AT", "--json");

        assertThat(new ObjectMapper()
                        .readTree(plan.out())
                        .get("scan")
                        .get(1)
                        .get("why")
                        .asText())
                .isEqualTo("100 % of 1,000 values look like telephone numbers");
        assertThat(plan.out()).doesNotContain("58858");
    }

    @Test
    void aFeedsSourceIsLookedAtLikewise() throws Exception {
        Files.writeString(
                work.resolve("routes/feed.toml"),
                "[properties.change_feed]\nsource_dataset_id = \"people\"\n[input]\nprimary_key = [\"ID\"]\n");

        assertThat(COMMANDS.run("plan", "feed", "--scan").out()).contains("  { name = \"CONTACT\", pii = true },\n");
    }

    @Test
    void wrongRegionsAreRefused() throws Exception {
        assertThat(COMMANDS.run("plan", "people", "--scan", "--region", "Austria"))
                .isEqualTo(Ended.of(
                        2,
                        "",
                        "error: --region: \"Austria\" is not a region; write two capital letters, DE for example\n"));
        assertThat(COMMANDS.run("plan", "people", "--region", "AT").err())
                .isEqualTo("error: --region: is for --scan, which is missing\n");
    }

    /** A start is not to take longer for what it does not use. */
    @Test
    void nothingOfAScanIsLoadedUnlessOneIsAskedFor() throws Exception {
        String loaded = Launcher.in(work)
                .with(Map.of("JAVA_OPTS", "-Xlog:class+load"))
                .run("run", "people")
                .out();

        assertThat(loaded)
                .contains("io.waybill.run.Planner")
                .doesNotContain("i18n.phonenumbers", "io.waybill.privacy.scan");
    }
}
