package io.waybill.route.step;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.FlowHarness;
import io.waybill.ledger.RunEntry.Status;
import io.waybill.ledger.RunResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.DefaultProducer;
import org.apache.camel.support.ProcessorEndpoint;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Steps that end by an error of Java's: a library that is missing, a heap that is full, one that the system does not load. */
class StepErrorsTest {

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.over("CREATE TABLE t AS SELECT x AS id FROM system_range(1, 2)");

    private final List<String> taken = new ArrayList<>();
    private Optional<Error> error = Optional.empty();

    /** A library of somebody's, which takes files. */
    private final class Boxes extends DefaultComponent {

        @Override
        protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) {
            return new ProcessorEndpoint(uri, this, null) {
                @Override
                public org.apache.camel.Producer createProducer() {
                    return new DefaultProducer(this) {
                        @Override
                        public void process(Exchange exchange) {
                            error.ifPresent(e -> {
                                throw e;
                            });
                            taken.add(exchange.getMessage().getBody(String.class));
                        }
                    };
                }
            };
        }
    }

    @BeforeEach
    void load() throws Exception {
        harness.context().addComponent("box", new Boxes());
        harness.load(
                "t.toml",
                "[properties.export]\nsource_dataset_id = \"t\"\nfile_path = \"box:orders\"\nformat = \"csv\"\n"
                        + "redelivery = { maximum_redeliveries = 0 }\n");
    }

    private String failsBy(Error thrown) throws Exception {
        error = Optional.of(thrown);
        RunResult failed = harness.fail("t");

        assertThat(failed.status()).isEqualTo(Status.FAILED);
        assertThat(failed.deadLetter()).as("its files are kept").isNotNull();
        assertThat(harness.component().activeRuns()).isEmpty();

        error = Optional.empty();
        assertThat(harness.run("t").status()).isEqualTo(Status.DONE);
        assertThat(taken).as("what the failed run had next is not done later").containsExactly("id\n1\n2\n");
        assertThat(harness.ledger().run(failed.runId()).orElseThrow().status()).isEqualTo(Status.FAILED);
        return failed.error();
    }

    @Test
    void aClassThatIsMissingFailsTheRun() throws Exception {
        assertThat(failsBy(new NoClassDefFoundError("org/bouncycastle/Curve")))
                .contains(
                        "step t.publish: java.lang.NoClassDefFoundError: org/bouncycastle/Curve",
                        "is a library missing");
    }

    @Test
    void aHeapThatIsFullFailsTheRun() throws Exception {
        assertThat(failsBy(new OutOfMemoryError("Java heap space"))).contains("(Java's -Xmx) has no room for it");
    }

    @Test
    void aLibraryThatTheSystemDoesNotLoadFailsTheRunWithWhatToSet() throws Exception {
        assertThat(failsBy(new ExceptionInInitializerError(
                        new UnsatisfiedLinkError("/tmp/x.so: failed to map segment from shared object"))))
                .contains("/tmp/x.so: failed to map segment", "noexec", "-Djava.io.tmpdir");
    }

    @Test
    void anyOtherErrorFailsTheRun() throws Exception {
        assertThat(failsBy(new StackOverflowError())).contains("java.lang.StackOverflowError");
    }
}
