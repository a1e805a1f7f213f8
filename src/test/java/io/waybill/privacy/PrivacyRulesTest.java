package io.waybill.privacy;

import static io.waybill.privacy.People.transform;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.route.WaybillConstants;
import java.nio.file.Files;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a transform does not go with, and what a run would tell of its columns otherwise. */
class PrivacyRulesTest {

    @RegisterExtension
    private final FlowHarness harness = People.table();

    private People people;

    @BeforeEach
    void setKeys() {
        people = new People(harness);
        people.setKeys();
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
        assertThatThrownBy(() -> people.export("\"id\", \"name\", \"email\"", transform(keys.replace("; ", "\n"))))
                .hasMessageContaining(refusal);
    }

    @Test
    void aKeyThatIsNoneIsRefusedWithoutBeingShown() {
        harness.property("waybill.privacy-keys.customers", "c2hvcnQgc2VjcmV0");

        assertThatThrownBy(() -> people.export(
                        "\"email\"", transform("column = \"email\"\nmethod = \"hash\"\nkey = \"customers\"")))
                .hasMessageContaining(
                        "waybill.privacy-keys.customers: the key has 12 bytes; 32 bytes or more are expected, in hex or base64, as of: openssl rand -hex 32")
                .hasMessageNotContaining("c2hvcnQ");
    }

    @Test
    void theOrderAndTheFilesOfRowsDoNotTellOfValues() {
        String masked = transform("columns = [\"email\", \"at\"]\nmethod = \"hash\"\nkey = \"customers\"");

        assertThatThrownBy(() -> people.export("\"id\", \"email\"", "order_by = [\"Email\"]\n" + masked))
                .hasMessage(
                        "order_by: column email is to be hashed with key customers, and the order of the rows would tell of its values");
        assertThatThrownBy(() -> people.export(
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
        people.markPii("born");
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
        people.markPii("born");
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
    void aValueThatCannotBeReadIsNotShownWhereItsColumnIsPrivate() throws Exception {
        TestDatabases.execute(harness.database(), "UPDATE people SET phone = 'secret' WHERE id = 1");
        Files.writeString(
                harness.file("datasets.toml"),
                "[[dataset]]\nid = \"people\"\ntable = \"people\"\ncolumns = [{ name = \"phone\", type = \"bigint\" }]\n");

        assertThatThrownBy(() -> people.export("\"phone\"", "")).hasStackTraceContaining("secret");
        assertThatThrownBy(() -> people.export("\"phone\"", transform("column = \"phone\"\nmethod = \"mask\"")))
                .hasMessage(
                        "row 1, column \"phone\": the value is no bigint; it is not shown, nor what is wrong with it: values of this column are private")
                .satisfies(failure -> assertThat(org.assertj.core.util.Throwables.getStackTrace(failure))
                        .doesNotContain("secret"));
    }
}
