package io.waybill.privacy;

import static io.waybill.privacy.People.hash;
import static io.waybill.privacy.People.transform;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.flow.Flow;
import io.waybill.flow.Transform.Alphabet;
import io.waybill.flow.Transform.Small;
import io.waybill.flow.toml.FlowReader;
import io.waybill.route.RouteYaml;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.HexFormat;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What leaves of columns that have a transform. */
class PrivacyTest {

    @RegisterExtension
    private final FlowHarness harness = People.table();

    private People people;

    @BeforeEach
    void setKeys() {
        people = new People(harness);
        people.setKeys();
    }

    @Test
    void aHashIsTheHmacOfTheValuesOneText() throws Exception {
        String hashed =
                "columns = [\"name\", \"email\", \"born\", \"seen\", \"at\", \"salary\", \"points\", \"code\"]\nmethod = \"hash\"\nkey = \"customers\"";

        assertThat(people.export(
                        "\"name\", \"email\", \"born\", \"seen\", \"at\", \"salary\", \"points\", \"code\"",
                        transform(hashed)))
                .containsExactly(
                        "name,email,born,seen,at,salary,points,code",
                        Stream.of(
                                        "Zoë 😀",
                                        "Ada@Example.COM",
                                        "1984-05-17",
                                        "2025-12-31T23:30:00Z",
                                        "2025-08-20T13:14:15.5",
                                        "1234.56",
                                        "-7",
                                        "ab")
                                .map(text -> {
                                    try {
                                        return hash(text);
                                    } catch (Exception e) {
                                        throw new AssertionError(e);
                                    }
                                })
                                .collect(Collectors.joining(",")),
                        ",,,,,,,");
    }

    @Test
    void aHashMayBeShorterOrInBase64() throws Exception {
        String base64 = java.util.Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(HexFormat.of().parseHex(hash("Ada@Example.COM")));

        assertThat(
                        people.export(
                                "\"email\"",
                                transform(
                                        "column = \"email\"\nmethod = \"hash\"\nkey = \"customers\"\nencoding = \"base64url\"")))
                .contains(base64);
        assertThat(people.export(
                        "\"email\"",
                        transform("column = \"email\"\nmethod = \"hash\"\nkey = \"customers\"\nlength = 33")))
                .contains(hash("Ada@Example.COM").substring(0, 33));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "email | method = \"mask\" | ***************",
                "email | method = \"mask\"; keep_first = 1; keep_last = 4 | A**********.COM",
                "name | method = \"mask\"; keep_last = 1; with = \"•\" | ••••😀",
                "name | method = \"mask\"; keep_first = 3; keep_last = 2 | *****",
                "name | method = \"mask\"; keep_first = 2; keep_last = 2 | Zo* 😀",
                "points | method = \"mask\"; keep_last = 1 | *7",
                "name | method = \"truncate\"; length = 3 | Zoë",
                "name | method = \"truncate\"; length = 5 | Zoë 😀",
                "email | method = \"domain\" | example.com",
                "name | method = \"domain\" | ",
                "born | method = \"generalize\"; to = \"month\" | 1984-05-01",
                "born | method = \"generalize\"; to = \"quarter\" | 1984-04-01",
                "born | method = \"generalize\"; to = \"week\" | 1984-05-14",
                "born | method = \"generalize\"; to = \"day\" | 1984-05-17",
                "seen | method = \"generalize\"; to = \"year\" | 2025-01-01T00:00:00Z",
                "seen | method = \"generalize\"; to = \"hour\" | 2025-12-31T23:00:00Z",
                "at | method = \"generalize\"; to = \"hour\" | 2025-08-20T13:00:00",
                "at | method = \"generalize\"; to = \"day\" | 2025-08-20T00:00:00",
                "salary | method = \"generalize\"; bucket = 100 | 1200.00",
                "salary | method = \"generalize\"; bucket = 0.5 | 1234.50",
                "points | method = \"generalize\"; bucket = 10 | -10",
            })
    void aValueLeavesAsItsTransformSays(String column, String keys, String expected) throws Exception {
        assertThat(people.export(
                        "\"id\", \"" + column + "\"",
                        transform("column = \"" + column + "\"\n" + keys.replace("; ", "\n"))))
                .containsExactly("id," + column, "1," + (expected == null ? "" : expected), "2,");
    }

    @Test
    void instantsGoByTheCalendarOfTheTriggersZone() throws Exception {
        assertThat(people.export(
                        "\"seen\"",
                        transform("column = \"seen\"\nmethod = \"generalize\"\nto = \"year\"")
                                + "[[triggers]]\ntype = \"manual\"\ntimezone = \"Europe/Vienna\"\n"))
                .contains("2025-12-31T23:00:00Z");
    }

    @Test
    void anExcludedColumnIsNotEvenRead() throws Exception {
        harness.load(
                "f.toml",
                "[properties.export]\nsource_dataset_id = \"people\"\nfile_path = \"{{root}}/people.csv\"\n"
                        + transform(
                                "columns = [\"EMAIL\", \"phone\", \"code\", \"seen\", \"at\"]\nmethod = \"exclude\""));
        harness.run("f");

        assertThat(Files.readAllLines(harness.file("people.csv")).get(0)).isEqualTo("id,name,born,salary,points");
        assertThat(people.waybill().get("sql").asText()).doesNotContainIgnoringCase("email");
    }

    @Test
    void tokensKeepTheirFormAndAreTheSameInEachColumnAndAsNumbers() throws Exception {
        TestDatabases.execute(
                harness.database(),
                "CREATE TABLE calls (caller varchar, account bigint, account_text varchar, iban varchar, who varchar)",
                "INSERT INTO calls VALUES ('+43 660 1234567', 1234567890123, '1234567890123', 'AT61 1904 3002 3457 3201', 'Jörg O''Neill')");
        String all = transform(
                "columns = [\"CALLER\", \"ACCOUNT\", \"ACCOUNT_TEXT\", \"IBAN\", \"WHO\"]\nmethod = \"tokenize\"\nkey = \"customers\"");
        harness.export("source_dataset_id = \"calls\"\nfile_path = \"{{root}}/calls.csv\"\n" + all);
        List<String> phones =
                people.export("\"phone\"", transform("column = \"phone\"\nmethod = \"tokenize\"\nkey = \"customers\""));

        String[] tokens = Files.readAllLines(harness.file("calls.csv")).get(1).split(",");
        assertThat(tokens[0])
                .matches("\\+\\d\\d \\d{3} \\d{7}")
                .isEqualTo(phones.get(1))
                .isNotEqualTo("+43 660 1234567");
        assertThat(tokens[1]).matches("\\d{13}").isEqualTo(tokens[2]).isNotEqualTo("1234567890123");
        assertThat(tokens[3]).matches("[A-Z]{2}\\d\\d( \\d{4}){4}").isNotEqualTo("AT61 1904 3002 3457 3201");
        assertThat(tokens[4]).matches("[A-Z]ö[a-z]{2} [A-Z]'[A-Z][a-z]{4}").isNotEqualTo("Jörg O'Neill");
        Tokens back = new Tokens(PrivacyKey.of("customers", People.KEY), Alphabet.BOTH, Small.REFUSE);
        assertThat(detokenized(back, tokens[0])).isEqualTo("+43 660 1234567");
        assertThat(detokenized(back, tokens[3])).isEqualTo("AT61 1904 3002 3457 3201");
        assertThat(detokenized(back, tokens[4])).isEqualTo("Jörg O'Neill");
    }

    private static String detokenized(Tokens tokens, String token) {
        byte[] bytes = token.getBytes(StandardCharsets.UTF_8);
        tokens.decrypt(bytes, 0, bytes.length);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Test
    void aTokenOfFewIsRefusedWithoutShowingTheValueUnlessItNeedNotBeLedBack() throws Exception {
        TestDatabases.execute(harness.database(), "UPDATE people SET phone = '4711' WHERE id = 2");
        String keys = "column = \"phone\"\nmethod = \"tokenize\"\nkey = \"customers\"";

        assertThatThrownBy(() -> people.export("\"id\", \"phone\"", transform(keys)))
                .hasMessage(
                        "row 2, column \"phone\": the value is one of 10000 texts of its form; a token is for 1000000 or more, such as six digits;"
                                + " small = \"hmac\" puts another in its place that cannot be led back, and \"hash\" is for all");
        assertThat(people.export("\"id\", \"phone\"", transform(keys + "\nsmall = \"hmac\"")))
                .element(2)
                .asString()
                .matches("2,\\d{4}")
                .isNotEqualTo("2,4711");
    }

    @Test
    void aValueOfOtherLettersAloneIsNotTakenForAToken() throws Exception {
        TestDatabases.execute(harness.database(), "UPDATE people SET name = 'Ελένη' WHERE id = 1");

        assertThatThrownBy(() -> people.export(
                        "\"name\"",
                        transform("column = \"name\"\nmethod = \"tokenize\"\nkey = \"customers\"\nsmall = \"hmac\"")))
                .hasMessage(
                        "row 1, column \"name\": the value has more letters beyond ASCII, which stay as they are, than others, and its words"
                                + " would go out; \"hash\" is for all, and alphabet = \"digits\" leaves all letters as they are");
    }

    @Test
    void theWaybillTellsOfTreatmentsAndNotOfWhatRawValuesComeTo() throws Exception {
        people.run(
                "\"id\", \"email\", \"phone\"",
                "checksums = true\n" + transform("column = \"email\"\nmethod = \"hash\"\nkey = \"customers\"")
                        + transform("column = \"phone\"\nmethod = \"mask\""));

        JsonNode columns = people.waybill().get("columns");
        assertThat(columns.get(0).has("checksum")).isTrue();
        assertThat(columns.get(0).has("privacy")).isFalse();
        assertThat(columns.get(1).toString())
                .isEqualTo(
                        "{\"name\":\"email\",\"type\":\"text\",\"file_type\":\"text\",\"privacy\":\"hash\",\"key\":\"customers\"}");
        assertThat(columns.get(2).toString())
                .isEqualTo("{\"name\":\"phone\",\"type\":\"text\",\"file_type\":\"text\",\"privacy\":\"mask\"}");
        assertThat(Files.readString(harness.file("people.csv.waybill.json")))
                .doesNotContain(People.KEY, "Ada@", "1234567");
    }

    @Test
    void aPrintedRouteWritesTheSame() throws Exception {
        String flow =
                "id = \"printed\"\n[properties.export]\nsource_dataset_id = \"people\"\nfile_path = \"{{root}}/people.csv\"\n"
                        + "columns = [\"id\", \"name\", \"email\", \"phone\", \"born\", \"salary\"]\n"
                        + transform("column = \"email\"\nmethod = \"hash\"\nkey = \"customers\"\nlength = 40")
                        + transform(
                                "column = \"phone\"\nmethod = \"tokenize\"\nkey = \"older\"\nalphabet = \"digits\"\nsmall = \"hmac\"")
                        + transform("column = \"name\"\nmethod = \"mask\"\nkeep_first = 1\nwith = \"#\"")
                        + transform("column = \"born\"\nmethod = \"generalize\"\nto = \"quarter\"")
                        + transform("column = \"salary\"\nmethod = \"generalize\"\nbucket = 12.5")
                        + transform("columns = [\"seen\", \"at\"]\nmethod = \"exclude\"");
        harness.load("printed.toml", flow).run("printed");
        byte[] expected = Files.readAllBytes(harness.file("people.csv"));
        Flow again = new FlowReader(UnaryOperator.identity())
                .read("again.toml", flow.replace("\"printed\"", "\"again\""))
                .value();
        String route = new RouteYaml(harness.context()).print(again, null);
        Files.delete(harness.file("people.csv"));

        harness.load("again.camel.yaml", route).run("again");

        assertThat(Files.readAllBytes(harness.file("people.csv"))).isEqualTo(expected);
        assertThat(route).doesNotContain(People.KEY);
    }
}
