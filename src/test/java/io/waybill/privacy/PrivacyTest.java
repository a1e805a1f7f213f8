package io.waybill.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.flow.Flow;
import io.waybill.flow.Transform.Alphabet;
import io.waybill.flow.Transform.Small;
import io.waybill.flow.toml.FlowReader;
import io.waybill.ledger.RunResult;
import io.waybill.route.RouteYaml;
import io.waybill.route.WaybillConstants;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What leaves of columns that have a transform, or are marked pii. */
class PrivacyTest {

    private static final String KEY = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.over(
            "CREATE TABLE people (id integer primary key, name varchar, email varchar, phone varchar, born date, seen timestamp with time zone,"
                    + " at timestamp, salary decimal(8,2), points integer, code char(6))",
            "INSERT INTO people VALUES (1, 'Zoë 😀', 'Ada@Example.COM', '+43 660 1234567', '1984-05-17', '2025-12-31 23:30:00+00', '2025-08-20 13:14:15.5',"
                    + " 1234.56, -7, 'ab')",
            "INSERT INTO people VALUES (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)");

    @BeforeEach
    void setKeys() {
        harness.property("waybill.privacy-keys.customers", KEY);
        harness.property("waybill.privacy-keys.older", KEY.replace('0', 'f'));
    }

    private List<String> export(String columns, String keys) throws Exception {
        run(columns, keys);
        return Files.readAllLines(harness.file("people.csv"));
    }

    private RunResult run(String columns, String keys) throws Exception {
        return harness.export("source_dataset_id = \"people\"\nfile_path = \"{{root}}/people.csv\"\ncolumns = ["
                + columns + "]\n" + (keys.contains("order_by") ? "" : "order_by = [\"id\"]\n") + keys);
    }

    private static String transform(String keys) {
        return "[[properties.export.transform]]\n" + keys + "\n";
    }

    private static String hash(String text) throws Exception {
        return HexFormat.of()
                .formatHex(hmac(
                        hmac(HexFormat.of().parseHex(KEY), "waybill/hash".getBytes(StandardCharsets.UTF_8)),
                        text.getBytes(StandardCharsets.UTF_8)));
    }

    private static byte[] hmac(byte[] key, byte[] text) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(text);
    }

    @Test
    void aHashIsTheHmacOfTheValuesOneText() throws Exception {
        String hashed =
                "columns = [\"name\", \"email\", \"born\", \"seen\", \"at\", \"salary\", \"points\", \"code\"]\nmethod = \"hash\"\nkey = \"customers\"";

        assertThat(export(
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
                        export(
                                "\"email\"",
                                transform(
                                        "column = \"email\"\nmethod = \"hash\"\nkey = \"customers\"\nencoding = \"base64url\"")))
                .contains(base64);
        assertThat(export(
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
        assertThat(export(
                        "\"id\", \"" + column + "\"",
                        transform("column = \"" + column + "\"\n" + keys.replace("; ", "\n"))))
                .containsExactly("id," + column, "1," + (expected == null ? "" : expected), "2,");
    }

    @Test
    void instantsGoByTheCalendarOfTheTriggersZone() throws Exception {
        assertThat(export(
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
        assertThat(waybill().get("sql").asText()).doesNotContainIgnoringCase("email");
    }

    private JsonNode waybill() throws Exception {
        try (Stream<Path> files = Files.list(harness.folder())) {
            Path waybill = files.filter(file -> file.toString().endsWith(".waybill.json"))
                    .findFirst()
                    .orElseThrow();
            return new ObjectMapper().readTree(waybill.toFile());
        }
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
                export("\"phone\"", transform("column = \"phone\"\nmethod = \"tokenize\"\nkey = \"customers\""));

        String[] tokens = Files.readAllLines(harness.file("calls.csv")).get(1).split(",");
        assertThat(tokens[0])
                .matches("\\+\\d\\d \\d{3} \\d{7}")
                .isEqualTo(phones.get(1))
                .isNotEqualTo("+43 660 1234567");
        assertThat(tokens[1]).matches("\\d{13}").isEqualTo(tokens[2]).isNotEqualTo("1234567890123");
        assertThat(tokens[3]).matches("[A-Z]{2}\\d\\d( \\d{4}){4}").isNotEqualTo("AT61 1904 3002 3457 3201");
        assertThat(tokens[4]).matches("[A-Z]ö[a-z]{2} [A-Z]'[A-Z][a-z]{4}").isNotEqualTo("Jörg O'Neill");
        Tokens back = new Tokens(PrivacyKey.of("customers", KEY), Alphabet.BOTH, Small.REFUSE);
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

        assertThatThrownBy(() -> export("\"id\", \"phone\"", transform(keys)))
                .hasMessage(
                        "row 2, column \"phone\": the value is one of 10000 texts of its form; a token is for 1000000 or more, such as six digits;"
                                + " small = \"hmac\" puts another in its place that cannot be led back, and \"hash\" is for all");
        assertThat(export("\"id\", \"phone\"", transform(keys + "\nsmall = \"hmac\"")))
                .element(2)
                .asString()
                .matches("2,\\d{4}")
                .isNotEqualTo("2,4711");
    }

    @Test
    void aValueOfOtherLettersAloneIsNotTakenForAToken() throws Exception {
        TestDatabases.execute(harness.database(), "UPDATE people SET name = 'Ελένη' WHERE id = 1");

        assertThatThrownBy(() -> export(
                        "\"name\"",
                        transform("column = \"name\"\nmethod = \"tokenize\"\nkey = \"customers\"\nsmall = \"hmac\"")))
                .hasMessage(
                        "row 1, column \"name\": the value has more letters beyond ASCII, which stay as they are, than others, and its words"
                                + " would go out; \"hash\" is for all, and alphabet = \"digits\" leaves all letters as they are");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "column = \"emial\"; method = \"mask\" | transform: data set \"people\" has no column \"emial\"; did you mean \"email\"?; it has id, name,",
                "column = \"born\"; method = \"mask\" | transform: column born is date, and \"mask\" is for texts, uuids and whole numbers",
                "column = \"salary\"; method = \"tokenize\"; key = \"customers\" | transform: column salary is decimal(8,2), and \"tokenize\" is for texts and whole numbers",
                "column = \"id\"; method = \"domain\" | transform: column id is integer, and \"domain\" is for texts",
                "column = \"born\"; method = \"generalize\"; to = \"hour\" | transform: column born is date, which has no hours; allowed: year, quarter, month, week, day",
                "column = \"born\"; method = \"generalize\"; bucket = 5 | transform: column born is date, and \"generalize\" is for numbers where it has \"bucket\"",
                "column = \"points\"; method = \"generalize\"; bucket = 0.5 | transform: column points is integer, which has no room for the digits behind the point of bucket = 0.5",
                "columns = [\"name\", \"NAME\"]; method = \"mask\" | transform: column name is there twice",
                "column = \"email\"; method = \"hash\"; key = \"custmers\" | column email: key: \"custmers\" is the id of no key; set waybill.privacy-keys.custmers; there are: customers, older; did you mean \"customers\"?",
            })
    void whatATransformIsNotForIsRefusedBeforeARowIsRead(String keys, String refusal) {
        assertThatThrownBy(() -> export("\"id\", \"name\", \"email\"", transform(keys.replace("; ", "\n"))))
                .hasMessageContaining(refusal);
    }

    @Test
    void aKeyThatIsNoneIsRefusedWithoutBeingShown() {
        harness.property("waybill.privacy-keys.customers", "c2hvcnQgc2VjcmV0");

        assertThatThrownBy(() ->
                        export("\"email\"", transform("column = \"email\"\nmethod = \"hash\"\nkey = \"customers\"")))
                .hasMessageContaining(
                        "waybill.privacy-keys.customers: the key has 12 bytes; 32 bytes or more are expected, in hex or base64, as of: openssl rand -hex 32")
                .hasMessageNotContaining("c2hvcnQ");
    }

    @Test
    void theOrderAndTheFilesOfRowsDoNotTellOfValues() {
        String masked = transform("columns = [\"email\", \"at\"]\nmethod = \"hash\"\nkey = \"customers\"");

        assertThatThrownBy(() -> export("\"id\", \"email\"", "order_by = [\"Email\"]\n" + masked))
                .hasMessage(
                        "order_by: column email is to be hashed with key customers, and the order of the rows would tell of its values");
        assertThatThrownBy(() -> export(
                        "\"id\", \"email\"",
                        "order_by = [\"Email\"]\n" + transform("column = \"email\"\nmethod = \"exclude\"")))
                .hasMessage(
                        "order_by: column email is to be left out, and the order of the rows would tell of its values");
        assertThatThrownBy(() ->
                        harness.export("source_dataset_id = \"people\"\nfile_path = \"{{root}}/x/\"\nformat = \"csv\"\n"
                                + "chunk_by = { column = \"at\", every = \"day\" }\n" + masked))
                .hasMessage(
                        "chunk_by: column at is to be hashed with key customers, and where files begin would tell of its values");
    }

    @Test
    void boundsThatStandInTheWaybillAreNotOfAColumnThatLeavesInAnotherForm() throws Exception {
        Files.writeString(
                harness.file("datasets.toml"),
                "[[dataset]]\nid = \"people\"\ntable = \"people\"\nwatermark = \"id\"\n");

        assertThatThrownBy(() -> harness.export(
                        "source_dataset_id = \"people\"\nfile_path = \"{{root}}/x.csv\"\nsince_last_export = true\n"
                                + transform("column = \"id\"\nmethod = \"hash\"\nkey = \"customers\"")))
                .hasMessage(
                        "since_last_export: column id is to be hashed with key customers, and the bounds of each run are values of it, and stand in"
                                + " the waybill; go by another column");
    }

    @Test
    void aWatermarkThatATransformLeavesOutIsRefusedAndOneThatTheFlowLeavesOutIsNot() throws Exception {
        Files.writeString(
                harness.file("datasets.toml"),
                "[[dataset]]\nid = \"people\"\ntable = \"people\"\nwatermark = \"id\"\n");
        String keys = "source_dataset_id = \"people\"\nfile_path = \"{{root}}/x.csv\"\nsince_last_export = true\n";

        assertThatThrownBy(() -> harness.export(keys + transform("column = \"id\"\nmethod = \"exclude\"")))
                .hasMessage(
                        "since_last_export: column id is to be left out, and the bounds of each run are values of it, and stand in"
                                + " the waybill; go by another column");
        assertThat(harness.export(keys + "exclude_columns = [\"id\"]\n").rows()).isEqualTo(2);
    }

    @Test
    void rowsDoNotGoByAMarkedColumnThatIsLeftOut() throws Exception {
        markPii("born");
        String keys = "source_dataset_id = \"people\"\nfile_path = \"{{root}}/x.csv\"\norder_by = [\"born\"]\n";

        assertThatThrownBy(() -> harness.export(keys))
                .hasMessage(
                        "order_by: column born is to be left out, and the order of the rows would tell of its values");
        assertThat(harness.export(keys + "pii_policy = \"allow\"\n").rows()).isEqualTo(2);
    }

    @Test
    void aBackfillDoesNotGoByAColumnWhoseValuesDoNotLeave() throws Exception {
        harness.load(
                "b.toml",
                "[properties.export]\nsource_dataset_id = \"people\"\nfile_path = \"{{root}}/b_{ds}.csv\"\n"
                        + transform("column = \"born\"\nmethod = \"generalize\"\nto = \"year\"")
                        + transform("column = \"at\"\nmethod = \"exclude\""));

        assertThat(harness.failure("b", slice("born")))
                .hasMessage(
                        "backfill: column born is to be beginning of the year, and waybills and names of files would"
                                + " tell of its values; name another column (--column)");
        assertThat(harness.failure("b", slice("at")))
                .hasMessage("backfill: column at is to be left out, and waybills and names of files would tell of its"
                        + " values; name another column (--column)");
        assertThat(harness.run("b", slice("seen")).rows()).isZero();
    }

    @Test
    void aBackfillDoesNotGoByAMarkedColumn() throws Exception {
        markPii("born");
        harness.load(
                "b.toml", "[properties.export]\nsource_dataset_id = \"people\"\nfile_path = \"{{root}}/b_{ds}.csv\"\n");

        assertThat(harness.failure("b", slice("born")))
                .hasMessage("backfill: column born is marked pii, and its values would be in waybills and the names of"
                        + " files; name another column");
        assertThat(harness.ledger().runs("b", null, 10)).allMatch(run -> run.planned() == null);
    }

    private static Map<String, Object> slice(String column) {
        return Map.of(
                WaybillConstants.FROM, "1984-05-17T00:00",
                WaybillConstants.TO, "1984-05-18T00:00",
                WaybillConstants.COLUMN, column);
    }

    @Test
    void theWaybillTellsOfTreatmentsAndNotOfWhatRawValuesComeTo() throws Exception {
        run(
                "\"id\", \"email\", \"phone\"",
                "checksums = true\n" + transform("column = \"email\"\nmethod = \"hash\"\nkey = \"customers\"")
                        + transform("column = \"phone\"\nmethod = \"mask\""));

        JsonNode columns = waybill().get("columns");
        assertThat(columns.get(0).has("checksum")).isTrue();
        assertThat(columns.get(0).has("privacy")).isFalse();
        assertThat(columns.get(1).toString())
                .isEqualTo(
                        "{\"name\":\"email\",\"type\":\"text\",\"file_type\":\"text\",\"privacy\":\"hash\",\"key\":\"customers\"}");
        assertThat(columns.get(2).toString())
                .isEqualTo("{\"name\":\"phone\",\"type\":\"text\",\"file_type\":\"text\",\"privacy\":\"mask\"}");
        assertThat(Files.readString(harness.file("people.csv.waybill.json"))).doesNotContain(KEY, "Ada@", "1234567");
    }

    private void markPii(String... columns) throws Exception {
        Files.writeString(
                harness.file("datasets.toml"),
                "[[dataset]]\nid = \"people\"\ntable = \"people\"\ncolumns = ["
                        + Stream.of(columns)
                                .map(column -> "{ name = \"" + column + "\", pii = true }")
                                .collect(Collectors.joining(", "))
                        + "]\n");
    }

    @Test
    void aPolicyTreatsColumnsMarkedPiiAndLeavesOutWhatItIsNotFor() throws Exception {
        markPii("email", "born", "phone");
        String few = "exclude_columns = [\"name\", \"seen\", \"at\", \"salary\", \"points\", \"code\"]\n";

        assertThat(policy(few + "pii_policy = \"hash\"\npii_key = \"customers\"\n"))
                .startsWith(
                        "id,email,phone,born",
                        "1," + hash("Ada@Example.COM") + "," + hash("+43 660 1234567") + "," + hash("1984-05-17"));
        assertThat(policy(few + "pii_policy = \"mask\"\n"))
                .startsWith("id,email,phone", "1,***************,***************");
        assertThat(policy(few + "pii_policy = \"tokenize\"\npii_key = \"customers\"\n"))
                .element(1)
                .asString()
                .matches("1,[A-Z][a-z]{2}@[A-Z][a-z]{6}\\.[A-Z]{3},\\+\\d\\d \\d{3} \\d{7}");
        assertThat(policy(few)).startsWith("id", "1");
        assertThat(policy(few + transform("column = \"phone\"\nmethod = \"mask\"\nkeep_last = 2")))
                .startsWith("id,phone", "1,*************67");
        assertThatThrownBy(() -> policy("columns = [\"born\"]\npii_policy = \"mask\"\n"))
                .hasMessage(
                        "columns: \"born\" is marked pii, and pii_policy = \"mask\" is not for date; a transform says what becomes of it;"
                                + " set pii_policy = \"allow\" to export it, or leave it out");
    }

    private List<String> policy(String keys) throws Exception {
        harness.export(
                "source_dataset_id = \"people\"\nfile_path = \"{{root}}/people.csv\"\norder_by = [\"id\"]\n" + keys);
        return Files.readAllLines(harness.file("people.csv"));
    }

    @Test
    void aDeclaredTypeThatATransformIsNotForIsRefusedWhenTheFlowIsRead() throws Exception {
        Files.writeString(
                harness.file("datasets.toml"),
                "[[dataset]]\nid = \"people\"\ntable = \"people\"\ncolumns = [{ name = \"born\", type = \"date\" }]\n");
        Files.writeString(
                harness.file("f.toml"),
                "[properties.export]\nsource_dataset_id = \"people\"\nfile_path = \"x.csv\"\n"
                        + transform("column = \"born\"\nmethod = \"truncate\"\nlength = 4"));

        assertThat(harness.flows().problems())
                .singleElement()
                .asString()
                .endsWith("f.toml: transform: column \"born\" is date, and \"truncate\" is for texts");
    }

    @Test
    void aReportTreatsItsGroupsAndRefusesMetricsThatWouldShowValues() throws Exception {
        TestDatabases.execute(
                harness.database(), "INSERT INTO people (id, email, salary) VALUES (3, 'Ada@Example.COM', 10)");
        String hashed = transform("column = \"email\"\nmethod = \"hash\"\nkey = \"customers\"");

        assertThat(report(
                        "group_by = [\"email\"]\nmetrics = [{ function = \"count\" }, { function = \"count_distinct\", column = \"email\", name = \"mails\" }]",
                        hashed))
                .containsExactlyInAnyOrder("email,count,mails", hash("Ada@Example.COM") + ",2,1", ",1,0");
        assertThatThrownBy(() -> report("metrics = [{ function = \"max\", column = \"email\" }]", hashed))
                .hasMessage(
                        "report.metrics: \"max_email\" would show values of column email, which is to be hashed with key customers;"
                                + " give it a transform, too, count it, or leave it out");
        assertThat(report(
                        "metrics = [{ function = \"max\", column = \"email\" }]",
                        hashed + transform("column = \"max_email\"\nmethod = \"domain\"")))
                .containsExactly("max_email", "example.com");
    }

    private List<String> report(String report, String keys) throws Exception {
        harness.export("source_dataset_id = \"people\"\nfile_path = \"{{root}}/report.csv\"\n" + keys
                + "[properties.export.report]\n" + report);
        return Files.readAllLines(harness.file("report.csv"));
    }

    @Test
    void aValueThatCannotBeReadIsNotShownWhereItsColumnIsPrivate() throws Exception {
        TestDatabases.execute(harness.database(), "UPDATE people SET phone = 'secret' WHERE id = 1");
        Files.writeString(
                harness.file("datasets.toml"),
                "[[dataset]]\nid = \"people\"\ntable = \"people\"\ncolumns = [{ name = \"phone\", type = \"bigint\" }]\n");

        assertThatThrownBy(() -> export("\"phone\"", "")).hasStackTraceContaining("secret");
        assertThatThrownBy(() -> export("\"phone\"", transform("column = \"phone\"\nmethod = \"mask\"")))
                .hasMessage(
                        "row 1, column \"phone\": the value is no bigint; it is not shown, nor what is wrong with it: values of this column are private")
                .satisfies(failure -> assertThat(org.assertj.core.util.Throwables.getStackTrace(failure))
                        .doesNotContain("secret"));
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
        assertThat(route).doesNotContain(KEY);
    }
}
