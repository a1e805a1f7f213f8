package io.waybill.route.step;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.FlowHarness;
import io.waybill.facts.FileContent;
import io.waybill.ledger.Audit;
import io.waybill.route.RouteYaml;
import io.waybill.route.WaybillConstants;
import java.nio.file.Files;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What of a run is on record beside the run itself: that somebody has asked for it, and the text that its flow had. */
class RunOnRecordTest {

    private static final String EXPORT = """
            [properties.export]
            source_dataset_id = "t"
            file_path = "{{root}}/out/t.csv"
            """;

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.over("CREATE TABLE t (id integer)", "INSERT INTO t VALUES (1)");

    private List<Audit.Entry> entries() {
        return harness.ledger().audit().latest(10);
    }

    private String sha256(String file) throws Exception {
        return HexFormat.of().formatHex(FileContent.newSha256().digest(Files.readAllBytes(harness.file(file))));
    }

    @Test
    void whatIsAskedForIsOnRecordWithItsRun() throws Exception {
        harness.load("t.toml", EXPORT);

        String first = harness.run("t").runId();
        harness.run("t", Map.of(WaybillConstants.RERUN, first, WaybillConstants.ACCEPT_SCHEMA, true));

        assertThat(entries()).extracting(Audit.Entry::action).containsExactly("run", "flow changed", "run");
        assertThat(entries().get(0).detail()).isEqualTo("rerun of " + first + ", accept schema change true");
        assertThat(entries().get(2).subject()).isEqualTo(first);
        assertThat(entries().get(2).flow()).isEqualTo("t");
        assertThat(entries().get(2).detail()).isNull();
        assertThat(harness.ledger().audit().verify(null).problem()).isNull();
    }

    @Test
    void whatAClockStartsIsInTheRunsAlone() throws Exception {
        harness.load("t.toml", EXPORT);
        harness.load("clock.yaml", """
                - route:
                    id: clock
                    from:
                      uri: timer:once
                      parameters: { repeatCount: 1, delay: 0 }
                      steps:
                        - to: waybill:t
                """);

        org.awaitility.Awaitility.await()
                .until(() -> harness.ledger()
                                .runs("t", io.waybill.ledger.RunEntry.Status.DONE, 1)
                                .size()
                        == 1);

        assertThat(entries()).extracting(Audit.Entry::action).containsExactly("flow changed");
    }

    @Test
    void aPrintedRouteIsKnownByItsOwnFile() throws Exception {
        harness.load("t.toml", EXPORT);
        String printed =
                new RouteYaml(harness.context()).print(harness.flows().flows().get("t"), null);
        Files.delete(harness.file("t.toml"));
        try (FlowHarness other = new FlowHarness(harness.folder(), harness.database())) {
            other.load("printed.yaml", printed);

            other.run("t");

            assertThat(other.ledger().audit().of("t"))
                    .extracting(Audit.Entry::detail)
                    .containsExactly("printed.yaml " + sha256("printed.yaml"));
        }
    }

    @Test
    void theTextIsThatOfWhenTheRouteWasLoaded() throws Exception {
        harness.load("t.toml", EXPORT);
        String loaded = sha256("t.toml");
        Files.writeString(harness.file("t.toml"), EXPORT + "checksums = true\n");

        harness.run("t");

        assertThat(harness.ledger().audit().of("t"))
                .extracting(Audit.Entry::detail)
                .containsExactly("t.toml " + loaded);
    }
}
