package io.waybill.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.flow.DataSet;
import io.waybill.flow.Flow;
import io.waybill.flow.toml.DataSetsReader;
import io.waybill.flow.toml.FlowReader;
import io.waybill.route.step.Planning;
import java.nio.file.Files;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a transform does not go with. */
class TransformRulesTest {

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.over(
            TestDatabases::h2,
            "CREATE TABLE people (id integer PRIMARY KEY, email varchar, phone varchar NOT NULL, seen date)",
            "INSERT INTO people VALUES (1, 'ada@example.com', '+43 660 1234567', DATE '2026-01-02')");

    @Test
    void aTransformOfAColumnThatIsNotSelectedIsRefused() throws Exception {
        String required = "[properties.export]\nsource_dataset_id = \"people\"\nfile_path = \"{{root}}/people.csv\"\n"
                + "select = \"required\"\ntransform = [{ column = \"%s\", method = \"mask\" }]\n";

        harness.load("left.toml", required.formatted("Email"));
        assertThat(harness.failure("left"))
                .hasMessage(
                        "transform: \"email\" is none of those that select = \"required\" takes: of the key, NOT NULL or declared"
                                + " required; leave out select, or the transform, or declare the column required");

        harness.load("taken.toml", required.formatted("phone"));
        harness.run("taken");
        assertThat(harness.file("people.csv")).hasContent("id,phone\n1,***************\n");
    }

    @Test
    void aWatermarkThatLeavesInAnotherFormIsNotSetByHand() throws Exception {
        DataSet people = new DataSetsReader(UnaryOperator.identity())
                .read("datasets.toml", "[[dataset]]\nid = \"people\"\ntable = \"people\"\nwatermark = \"seen\"\n")
                .orThrow()
                .get("people");
        Flow flow = new FlowReader(UnaryOperator.identity())
                .read(
                        "f.toml",
                        "[properties.export]\nsource_dataset_id = \"people\"\nfile_path = \"x.csv\"\nsince_last_export = true\n"
                                + "transform = [{ column = \"seen\", method = \"generalize\", to = \"month\" }]\n")
                .orThrow();

        assertThatThrownBy(() -> Planning.of(harness.context(), flow, people)
                        .tracked("2026-01-02", ZonedDateTime.now(ZoneOffset.UTC)))
                .hasMessage(
                        "watermark: column seen is to be beginning of the month, and the ledger would keep a value of it; go by another column");
    }

    @Test
    void aKeyThatCanBeGuessedIsRefused() {
        assertThatThrownBy(() -> PrivacyKey.of("customers", "0".repeat(64)))
                .hasMessage(
                        "the key has fewer than 8 different bytes, and can be guessed; make one with: openssl rand -hex 32");
    }

    @Test
    void aTransformOfAColumnThatIsLeftOutIsRefused() throws Exception {
        Files.writeString(
                harness.file("datasets.toml"),
                "[[dataset]]\nid = \"people\"\ntable = \"people\"\ncolumns = [{ name = \"email\", pii = true }]\n");
        String mask = "transform = [{ column = \"%s\", method = \"mask\" }]\n";
        String source = "[properties.export]\nsource_dataset_id = \"people\"\nfile_path = \"{{root}}/people.csv\"\n";

        assertThat(new FlowReader(UnaryOperator.identity())
                        .read("x.toml", source + "exclude_columns = [\"email\"]\n" + mask.formatted("email"))
                        .problems())
                .anyMatch(
                        problem -> problem.toString()
                                .contains(
                                        "\"email\" is among exclude_columns, too, and would not leave; take it out of one of them"));

        harness.load("cased.toml", source + "exclude_columns = [\"EMAIL\"]\n" + mask.formatted("email"));
        assertThat(harness.failure("cased")).hasMessageContaining("is among exclude_columns, too");

        harness.load("unmarked.toml", source + "select = \"no_pii\"\n" + mask.formatted("EMAIL"));
        assertThat(harness.failure("unmarked"))
                .hasMessageContaining("is marked pii, and select = \"no_pii\" leaves it out; leave out select");

        assertThatThrownBy(
                        () -> harness.load("declared.toml", source + "select = \"no_pii\"\n" + mask.formatted("email")))
                .hasStackTraceContaining("\"email\" is marked pii, and select = \"no_pii\" leaves it out");
    }
}
