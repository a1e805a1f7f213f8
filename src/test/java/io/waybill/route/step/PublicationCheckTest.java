package io.waybill.route.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.TestFiles;
import io.waybill.ledger.RunEntry;
import io.waybill.ledger.RunEntry.Status;
import io.waybill.ledger.RunResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import org.apache.camel.Processor;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.builder.AdviceWithBuilder;
import org.apache.camel.model.ProcessorDefinition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What was published is what was staged, whatever its owner has made of the route; and what was there before is not gone for nothing. */
class PublicationCheckTest {

    private static final String FLOW = """
            [properties.export]
            source_dataset_id = "t"
            file_path = "{{root}}/out/t_{part}.csv"
            max_rows_per_file = 2
            redelivery = { maximum_redeliveries = 0 }
            """;

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.over("CREATE TABLE t AS SELECT x AS id FROM system_range(1, 4)");

    @BeforeEach
    void start() throws Exception {
        harness.load("t.toml", FLOW);
    }

    private Path out(String name) {
        return harness.file("out").resolve(name);
    }

    private void after(String step, Processor edit) throws Exception {
        AdviceWith.adviceWith(
                harness.context(),
                "t.delivery",
                advised -> advised.weaveById("t." + step).after().process(edit));
    }

    private Status status(RunResult result) {
        return harness.ledger().run(result.runId()).map(RunEntry::status).orElseThrow();
    }

    @Test
    void aFileOfTheSameLengthAndOtherContentFailsTheRun() throws Exception {
        after("publish", exchange -> Files.writeString(out("t_2.csv"), "id\n9\n9\n"));

        RunResult failed = harness.fail("t");

        assertThat(failed.error())
                .isEqualTo(out("t_2.csv")
                        + " is not the file that was staged: its SHA-256 is another one after publication");
        assertThat(status(failed)).isEqualTo(Status.FAILED);
        assertThat(out("t_2.csv")).hasContent("id\n9\n9"); // somebody else's, which stays
        assertThat(out("t.csv.waybill.json")).doesNotExist();
    }

    @Test
    void aRouteWithoutTheStepThatPublishesIsRefused() throws Exception {
        AdviceWith.adviceWith(
                harness.context(),
                "t.delivery",
                advised -> advised.weaveById("t.publish").remove());

        assertThatThrownBy(() -> harness.run("t"))
                .hasMessage(
                        "not delivered: route t.delivery has no step t.publish, and none behind waybill:part/t that sends"
                                + " to a folder");

        assertThat(TestFiles.below(harness.file("out"))).isEmpty();
    }

    private void publishingBy(Function<AdviceWithBuilder<?>, ProcessorDefinition<?>> edit) throws Exception {
        AdviceWith.adviceWith(
                harness.context(),
                "t.delivery",
                advised -> edit.apply(advised.weaveById("t.publish")).id("t.publish"));
    }

    @Test
    void aStepThatPublishesToNoFolderIsRefused() throws Exception {
        publishingBy(step -> step.replace().to("log:nothing"));

        assertThatThrownBy(() -> harness.run("t"))
                .hasMessage(
                        "not delivered: route t.delivery: step t.publish sends to log: and not to a folder, as filePath of"
                                + " waybill:begin/t says; change both");
    }

    @Test
    void aStepThatIsNoEndpointSaysNoFolder() throws Exception {
        publishingBy(step -> step.replace().process(exchange -> {}));

        assertThatThrownBy(() -> harness.run("t"))
                .hasMessage(
                        "not delivered: route t.delivery: step t.publish says no folder, being no endpoint, and filePath of"
                                + " waybill:begin/t says none either; write it there");
        assertThat(harness.file("out")).doesNotExist();
    }

    @Test
    void theFolderThatAStepPublishesToIsTheDestination() throws Exception {
        publishingBy(step -> step.replace().to("file:" + harness.file("elsewhere") + "?fileExist=TryRename"));

        RunResult done = harness.run("t");

        assertThat(status(done)).isEqualTo(Status.DONE);
        assertThat(TestFiles.below(harness.file("elsewhere")))
                .containsExactly("t.csv.waybill.json", "t_1.csv", "t_2.csv");
        assertThat(done.waybill())
                .isEqualTo(harness.file("elsewhere/t.csv.waybill.json").toString());
    }

    @Test
    void aReaderThatTakesEachFileAtOnceIsNoFailure() throws Exception {
        after("publish", exchange -> {
            Files.deleteIfExists(out("t_1.csv"));
            Files.deleteIfExists(out("t_2.csv"));
        });

        RunResult done = harness.run("t");

        assertThat(status(done)).isEqualTo(Status.DONE);
        assertThat(TestFiles.below(harness.file("out"))).containsExactly("t.csv.waybill.json");
    }

    @Test
    void whereTheWaybillCannotBePublishedTheOlderFilesAreThereAgain() throws Exception {
        TestDatabases.execute(harness.database(), "INSERT INTO t SELECT x FROM system_range(5, 6)");
        RunResult older = harness.run("t");
        TestDatabases.execute(harness.database(), "DELETE FROM t WHERE id < 3 OR id > 5");
        after("publish-manifest", exchange -> {
            throw new IllegalStateException("stopped");
        });

        RunResult failed = harness.fail("t");

        assertThat(TestFiles.below(harness.file("out")))
                .containsExactly("t.csv.waybill.json", "t_1.csv", "t_2.csv", "t_3.csv");
        assertThat(out("t_1.csv")).hasContent("id\n1\n2");
        assertThat(out("t_2.csv")).hasContent("id\n3\n4");
        assertThat(out("t_3.csv")).hasContent("id\n5\n6");
        assertThat(out("t.csv.waybill.json")).content().contains(older.runId());
        assertThat(Path.of(failed.deadLetter()).resolve("1-t_1.csv")).hasContent("id\n3\n4");
        assertThat(TestFiles.below(Path.of(failed.deadLetter()))).noneMatch(name -> name.startsWith("older"));
    }

    @Test
    void theWaybillSaysWhatIsCompared() throws Exception {
        RunResult done = harness.run("t");

        assertThat(new ObjectMapper()
                        .readTree(Path.of(done.waybill()).toFile())
                        .path("checked_by")
                        .asText())
                .isEqualTo("sha256");
    }
}
