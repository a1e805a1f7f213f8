package io.waybill.route.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.facts.ColumnFacts;
import io.waybill.ledger.Audit;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.RunEntry;
import io.waybill.ledger.RunEntry.Status;
import io.waybill.ledger.RunResult;
import io.waybill.route.WaybillConstants;
import io.waybill.run.ColumnChanges;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.model.Model;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who is told of what; columns that change; runs that are forgotten. */
class NotificationTest {

    private static final String EXPORT = """
            [properties.export]
            source_dataset_id = "t"
            file_path = "{{root}}/out/t.csv"
            redelivery = { maximum_redeliveries = 0 }
            """;

    @RegisterExtension
    private final FlowHarness harness =
            FlowHarness.over("CREATE TABLE t (id integer, note varchar)", "INSERT INTO t VALUES (1, 'a')");

    private final AtomicReference<Instant> now = new AtomicReference<>(FlowHarness.NOW);

    @BeforeEach
    void start() {
        InstantSource source = now::get;
        harness.component().setClock(source.withZone(ZoneOffset.UTC));
    }

    private Ledger ledger() {
        return harness.ledger();
    }

    private void load(String keys) throws Exception {
        Model model = harness.context().getCamelContextExtension().getContextPlugin(Model.class);
        for (String route : List.of("t", "t.redrive", "t.delivery", "t.notify")) {
            if (model.getRouteDefinition(route) != null) {
                harness.context().getRouteController().stopRoute(route);
                harness.context().removeRoute(route);
            }
        }
        if (model.getRouteConfigurationDefinition("t.failure") != null) {
            model.removeRouteConfiguration(model.getRouteConfigurationDefinition("t.failure"));
        }
        harness.load("t.toml", EXPORT + keys + "\n");
    }

    private static String told(String name, String events) {
        return "[[properties.export.notifications]]\nuri = \"file:{{root}}/" + name
                + "?fileName=${header.WaybillEvents}-${header.WaybillRunId}.json\"\non = " + events + "\n";
    }

    private List<JsonNode> notices(String name) throws Exception {
        List<JsonNode> notices = new ArrayList<>();
        if (Files.isDirectory(harness.file(name))) {
            try (Stream<Path> files = Files.list(harness.file(name))) {
                for (Path file : files.sorted().toList()) {
                    notices.add(new ObjectMapper().readTree(file.toFile()));
                }
            }
        }
        return notices;
    }

    @Test
    void whoAskedIsToldOfSuccessAndTheResultIsStillTheRuns() throws Exception {
        load(told("everything", "[\"success\", \"failure\", \"schema_change\"]") + told("failures", "[\"failure\"]"));

        RunResult result = harness.run("t");

        assertThat(result.rows()).isEqualTo(1);
        assertThat(notices("failures")).isEmpty();
        assertThat(notices("everything")).singleElement().satisfies(notice -> {
            assertThat(notice.get("events")).extracting(JsonNode::asText).containsExactly("success");
            assertThat(notice.get("flow").asText()).isEqualTo("t");
            assertThat(notice.get("run_id").asText()).isEqualTo(result.runId());
            assertThat(notice.get("status").asText()).isEqualTo("done");
            assertThat(notice.get("rows").asInt()).isEqualTo(1);
            assertThat(notice.get("files").get(0).asText()).endsWith("out/t.csv");
            assertThat(notice.get("error").isNull()).isTrue();
        });
    }

    @Test
    void whoAskedIsToldOfAFailureOnceAndWhereTheFilesAreKept() throws Exception {
        load(told("failures", "\"failure\"") + told("successes", "[\"success\"]"));
        AdviceWith.adviceWith(
                harness.context(),
                "t.delivery",
                route -> route.weaveById("t.publish").before().process(exchange -> {
                    throw new java.net.ConnectException("Connection refused");
                }));

        RunResult failed = harness.fail("t");

        assertThat(notices("successes")).isEmpty();
        assertThat(notices("failures")).singleElement().satisfies(notice -> {
            assertThat(notice.get("status").asText()).isEqualTo("failed");
            assertThat(notice.get("error").asText()).isEqualTo("delivery of t.csv failed: Connection refused");
            assertThat(notice.get("dead_letter").asText()).endsWith("dead-letter/" + failed.runId());
        });
    }

    @Test
    void aRunThatDoesNotEvenBeginIsToldOf() throws Exception {
        load(told("failures", "\"failure\""));
        harness.context().getPropertiesComponent().addOverrideProperty("waybill.ledger.user", "me");

        assertThatThrownBy(() -> harness.run("t")).hasMessageContaining("waybill.ledger.user is not a setting");

        assertThat(notices("failures")).singleElement().satisfies(notice -> {
            assertThat(notice.get("error").asText()).contains("waybill.ledger.user is not a setting");
            assertThat(notice.get("run_id").isNull()).isTrue();
        });
    }

    @Test
    void aNoticeThatCannotBeSentChangesNothing() throws Exception {
        load("[[properties.export.notifications]]\nuri = \"direct:nobody?block=false\"\n"
                + told("successes", "[\"success\"]"));

        assertThat(harness.run("t").rows()).isEqualTo(1);

        assertThat(notices("successes")).hasSize(1);
        assertThat(ledger().runs("t", Status.DONE, 10)).hasSize(1);
    }

    private void changeColumns() {
        TestDatabases.execute(
                harness.database(),
                "ALTER TABLE t ADD COLUMN added date",
                "ALTER TABLE t DROP COLUMN note",
                "ALTER TABLE t ALTER COLUMN id SET DATA TYPE bigint");
    }

    private static final String CHANGES = "changed id from integer to bigint; added added date; removed note";

    @Test
    void changedColumnsAreAllowedAndOnRecord() throws Exception {
        load(told("told", "[\"schema_change\"]"));
        harness.run("t");
        changeColumns();

        String runId = harness.run("t").runId();
        harness.run("t");

        assertThat(ledger().audit().of("t"))
                .filteredOn(entry -> entry.action().equals("schema change"))
                .extracting(Audit.Entry::detail)
                .containsExactly("run " + runId + ": " + CHANGES);
        assertThat(notices("told")).isEmpty();
    }

    @Test
    void whoAskedIsToldOfChangedColumns() throws Exception {
        load("schema_change = \"notify\"\n" + told("told", "[\"schema_change\"]"));
        harness.run("t");
        changeColumns();

        harness.run("t");
        harness.run("t");

        assertThat(notices("told")).singleElement().satisfies(notice -> {
            assertThat(notice.get("events")).extracting(JsonNode::asText).containsExactly("success", "schema_change");
            assertThat(notice.get("schema_change").asText()).isEqualTo(CHANGES);
        });
    }

    @Test
    void changedColumnsAreRefusedUntilSomebodyAcceptsThem() throws Exception {
        load("schema_change = \"fail\"");
        harness.run("t");
        changeColumns();

        assertThatThrownBy(() -> harness.run("t"))
                .hasMessage("schema_change: the columns are not those of the last run: " + CHANGES
                        + "; waybill run --accept-schema-change t exports them");
        assertThatThrownBy(() -> harness.run("t")).hasMessageStartingWith("schema_change: ");
        assertThat(harness.file("out/t.csv")).hasContent("id,note\n1,a");
        harness.run("t", Map.of(WaybillConstants.ACCEPT_SCHEMA, true));
        assertThat(harness.run("t").rows()).isEqualTo(1);
    }

    @Test
    void anotherOrderIsAChangeToo() {
        List<ColumnFacts> before = List.of(new ColumnFacts("a", "text"), new ColumnFacts("b", "text"));

        assertThat(ColumnChanges.between(before, List.of(before.get(1), before.get(0))))
                .isEqualTo("another order: b, a");
        assertThat(ColumnChanges.between(before, before)).isEmpty();
    }

    @Test
    void oldRunsAreForgottenAndThoseWithUndeliveredFilesAreNot() throws Exception {
        load("");
        AdviceWith.adviceWith(
                harness.context(),
                "t.delivery",
                route -> route.weaveById("t.publish").before().process(exchange -> {
                    throw new java.net.ConnectException("Connection refused");
                }));
        String kept = harness.fail("t").runId();
        load("");
        harness.run("t");
        now.set(FlowHarness.NOW.plusSeconds(29 * 86_400L));
        harness.run("t");
        assertThat(ledger().runs("t", null, 10)).hasSize(3);

        now.set(FlowHarness.NOW.plusSeconds(31 * 86_400L));
        String last = harness.run("t").runId();

        assertThat(ledger().runs("t", null, 10))
                .extracting(RunEntry::runId)
                .contains(last, kept)
                .hasSize(3);
        assertThat(ledger().forget(now.get().plusSeconds(1), 100)).isEqualTo(2);
        assertThat(ledger().runs("t", null, 10)).extracting(RunEntry::runId).containsExactly(kept);
    }

    @Test
    void aRetentionThatIsNoNumberIsNamed() throws Exception {
        harness.context().getPropertiesComponent().addOverrideProperty("waybill.retention-days", "a month");
        load("");

        assertThatThrownBy(() -> harness.run("t"))
                .hasMessage(
                        "application.properties: waybill.retention-days: \"a month\" is not a number of days; 1 to 99999"
                                + " is allowed");
    }
}
