package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.waybill.cli.Launcher.Ended;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a person sees of values that leave in another form, and who leads tokens back. */
class PrivacyCommandsIT {

    private static final String KEY = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

    @RegisterExtension
    private static final Commands COMMANDS = Commands.inNewFolder();

    private final Path work = COMMANDS.folder();

    @BeforeEach
    void makeFlow() throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:h2:file:" + work.resolve("db"));
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "CREATE TABLE people (id integer NOT NULL, email varchar, phone varchar, born date, note varchar)");
            statement.execute(
                    "INSERT INTO people VALUES (1, 'ada@example.com', '+43 660 1234567', DATE '1990-05-06', 'x')");
        }
        Files.writeString(
                work.resolve("application.properties"),
                "waybill.datasource.db.url = jdbc:h2:file:./db\nwaybill.privacy-keys.customers-2026 = {{env:PRIVACY_KEY:"
                        + KEY + "}}\n");
        Files.createDirectory(work.resolve("routes"));
        Files.writeString(work.resolve("routes/people.toml"), """
                [properties.export]
                source_dataset_id = "people"
                file_path = "out/people.csv"
                checksums = true

                [[properties.export.transform]]
                column = "email"
                method = "hash"
                key = "customers-2026"

                [[properties.export.transform]]
                column = "phone"
                method = "tokenize"
                key = "customers-2026"
                alphabet = "digits"

                [properties.export.privacy]
                born = { transform = "generalize", to = "year" }
                note = "exclude"
                """);
    }

    private static Ended waybill(String... arguments) throws Exception {
        Ended ended = COMMANDS.run(arguments);
        assertThat(ended.out() + ended.err()).doesNotContain(KEY, KEY.toUpperCase(java.util.Locale.ROOT));
        return ended;
    }

    private void properties(String text) throws Exception {
        Files.writeString(
                work.resolve("application.properties"), "waybill.datasource.db.url = jdbc:h2:file:./db\n" + text);
    }

    @Test
    void thePlanSaysOfEachColumnWhatLeaves() throws Exception {
        Ended plan = waybill("plan", "people");

        assertThat(plan.out().replaceAll(" +", " "))
                .contains(
                        "column type in csv leaves",
                        "ID integer number as it is",
                        "EMAIL text text hashed with key customers-2026",
                        "PHONE text text tokens with key customers-2026, digits alone",
                        "BORN date date, ISO 8601 beginning of the year",
                        "note left out by transform");
        JsonNode json =
                new ObjectMapper().readTree(waybill("plan", "people", "--json").out());
        assertThat(json.get("columns").get(2).get("privacy").asText()).isEqualTo("tokenize");
        assertThat(json.get("columns").get(2).get("key").asText()).isEqualTo("customers-2026");
        assertThat(json.get("excluded").get(0).asText()).isEqualTo("note");
    }

    @Test
    void aKeyThatIsMissingOrNoneIsRefusedByNameBeforeThereIsARun() throws Exception {
        properties("waybill.privacy-keys.customers-2025 = " + KEY + "\n");

        assertThat(waybill("validate").err())
                .contains(
                        "transform.key: \"customers-2026\" is the id of no key; set waybill.privacy-keys.customers-2026;"
                                + " there are: customers-2025; did you mean \"customers-2025\"?")
                .as("once, although two columns name it")
                .endsWith("\n1 problem\n");
        assertThat(waybill("plan", "people").err())
                .contains("column EMAIL: key: \"customers-2026\" is the id of no key");

        properties("waybill.privacy-keys.customers-2026 = 00112233\n");

        assertThat(waybill("validate").err())
                .contains(
                        "application.properties:2: waybill.privacy-keys.customers-2026: the key has 4 bytes; 32 bytes or more are expected,"
                                + " in hex or base64, as of: openssl rand -hex 32")
                .doesNotContain("00112233");
    }

    @Test
    void aRunIsVerifiedButForWhatLeftInAnotherForm() throws Exception {
        String run = waybill("run", "people", "--json").out();
        String id = new ObjectMapper().readTree(run).get("run_id").asText();

        Ended verified = waybill("verify", id, "--source");

        assertThat(verified.out())
                .contains("ok  source  1 row", "not compared, since they left in another form: EMAIL, PHONE, BORN");
        assertThat(verified.exitCode()).isZero();
    }

    @Test
    void whoHoldsTheKeyLeadsTokensBackOnRecord() throws Exception {
        waybill("run", "people");
        List<String> lines = Files.readAllLines(work.resolve("out/people.csv"));
        String token = lines.get(1).split(",")[2];
        assertThat(token).matches("\\+\\d\\d \\d{3} \\d{7}").isNotEqualTo("+43 660 1234567");

        assertThat(waybill("detokenize", "--flow", "people", "--column", "phone", token)
                        .out()
                        .strip())
                .isEqualTo("+43 660 1234567");
        assertThat(waybill("detokenize", "--key", "customers-2026", "--alphabet", "digits", token, token)
                        .out()
                        .lines())
                .containsExactly("+43 660 1234567", "+43 660 1234567");

        try (Connection ledger = DriverManager.getConnection("jdbc:sqlite:" + work.resolve("data/ledger.db"));
                Statement statement = ledger.createStatement();
                ResultSet entry = statement.executeQuery(
                        "SELECT subject || '; ' || detail FROM waybill_audit WHERE action = 'detokenize' ORDER BY at_ms, subject")) {
            entry.next();
            assertThat(entry.getString(1)).isEqualTo("people; key customers-2026: 1 value");
            entry.next();
            assertThat(entry.getString(1)).isEqualTo("key customers-2026; key customers-2026: 2 values");
        }
    }

    @Test
    void whatCannotBeLedBackIsRefused() throws Exception {
        assertThat(waybill("detokenize", "123456").err())
                .contains("write --key ID, or --flow ID --column NAME: one of them says which key made the tokens");
        assertThat(waybill("detokenize", "--flow", "people", "--column", "email", "x")
                        .err())
                .contains("flow \"people\" makes no tokens of a column \"email\"");
        assertThat(waybill("detokenize", "--flow", "people", "x").err()).contains("--flow goes with --column NAME");
        assertThat(waybill("detokenize", "--key", "customers", "x").err())
                .contains("key: \"customers\" is the id of no key");
        assertThat(waybill("detokenize", "--key", "customers-2026", "--alphabet", "digit", "123456")
                        .err())
                .contains(
                        "--alphabet: \"digit\" is not known; allowed: digits, letters, both; did you mean \"digits\"?");
    }

    @Test
    void aTokenThatIsNoneHasItsReasonAndTheOthersTheirTexts() throws Exception {
        Ended answer = waybill("detokenize", "--key", "customers-2026", "123456", "12345", "123456");

        assertThat(answer.out().lines()).hasSize(3).satisfies(lines -> {
            assertThat(lines.get(0)).matches("\\d{6}").isEqualTo(lines.get(2));
            assertThat(lines.get(1)).isEmpty();
        });
        assertThat(answer.err())
                .contains(
                        "token 2 is one of 100000 texts of its form, and 1000000 have to be for it to be a token; where the column has small = \"hmac\","
                                + " another was put in the place of such a value, which nobody leads back: leave it out here");
        assertThat(answer.exitCode()).isEqualTo(ExitCode.FAILED);
    }
}
