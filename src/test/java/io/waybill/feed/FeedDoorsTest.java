package io.waybill.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.FlowHarness;
import io.waybill.flow.toml.FlowReader;
import java.util.function.UnaryOperator;
import org.apache.camel.CamelContext;
import org.apache.camel.Producer;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.CamelContextHelper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a feed's file is refused for, the options of {@code waybill:feed} are refused for, by the same rule. */
class FeedDoorsTest {

    private static final String OPTIONS = "waybill:feed/f?sourceDatasetId=t&datasource=db&namespace=public&";

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.over();

    private static String problems(String type, String keys) {
        return new FlowReader(UnaryOperator.identity())
                .read(
                        "f.toml",
                        "[properties." + type + "]\nsource_dataset_id = \"t\"\n" + keys.replace("; ", "\n") + "\n")
                .problems()
                .toString();
    }

    private void start(CamelContext context, String uri) throws Exception {
        try (Producer producer =
                CamelContextHelper.getMandatoryEndpoint(context, uri).createProducer()) {
            producer.start();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "strategy = \"timestamp\" | strategy=timestamp | updated_at: is missing; strategy \"timestamp\" compares by it",
                "strategy = \"tmestamp\" | strategy=tmestamp | strategy: \"tmestamp\" is not known; allowed: check, timestamp, log; did you mean \"timestamp\"?",
                "updated_at = \"u\" | updatedAt=u | updated_at: is for strategy \"timestamp\" alone",
                "deletions = false | deletions=false | deletions: is for strategy \"timestamp\" alone",
                "full_compare_every = 5 | fullCompareEvery=5 | full_compare_every: is for strategies \"timestamp\" and \"log\"; \"check\" always compares all rows",
                "kept_log_bytes = 2000000 | keptLogBytes=2000000 | kept_log_bytes: is for strategy \"log\" alone",
                "strategy = \"log\"; write_unchanged = true | strategy=log&writeUnchanged=true | write_unchanged: does not go with strategy \"log\", which does not read such rows",
                "full_compare_every = 1 | fullCompareEvery=1 | full_compare_every: 1 is too small; a whole number of at least 2 is allowed",
                "strategy = \"timestamp\"; updated_at = \"u\"; compare_columns = [\"a\"] | strategy=timestamp&updatedAt=u&compareColumns=a | compare_columns: does not go with strategy \"timestamp\", which goes by updated_at, unless full_compare_every is set",
                "strategy = \"timestamp\"; updated_at = \"u\"; deletions = false; write_unchanged = true | strategy=timestamp&updatedAt=u&deletions=false&writeUnchanged=true | write_unchanged: does not go with deletions = false, which does not read such rows",
                "compare_columns = [\"a\", \"a\"] | compareColumns=a,a | compare_columns: \"a\" is there twice",
                "max_deletes = \"half\" | maxDeletes=half | max_deletes: \"half\" is no share and no number; write for example \"50%\", or 1000",
                "max_deletes = \"101%\" | maxDeletes=101%25 | max_deletes: \"101%\" is no share and no number",
                "batch_id = 0 | batchId=0 | batch_id: \"0\" is not the number of a batch; a whole number of at least 1 is allowed",
                "batch_id = \"x\" | batchId=x | batch_id: \"x\" is not the number of a batch",
            })
    void bothRefuse(String keys, String options, String message) {
        assertThat(problems("change_feed", keys)).contains(message);
        String[] parts = message.split(": ", 2);
        assertThatThrownBy(() -> start(harness.context(), OPTIONS + options))
                .hasStackTraceContaining("waybill:feed/f: ")
                .hasStackTraceContaining(camelCase(parts[0]) + ": ");
    }

    private static String camelCase(String key) {
        StringBuilder name = new StringBuilder();
        for (String word : key.split("_")) {
            name.append(name.isEmpty() ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1));
        }
        return name.toString();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "change_feed | old_values = true | old_values: is not a key that is known here",
                "delta_publishing | write_unchanged = true | write_unchanged: is not a key that is known here",
                "change_feed | then = [\"f\"] | then: \"f\" is this flow, which would begin again without an end",
                "change_feed | then = [\"a\", \"a\"] | then: \"a\" is there twice",
                "change_feed | then = [\"a/b\"] | then: \"a/b\" is not an id",
                "change_feed | notifications = [{ uri = \"log:told\", on = [\"sucess\"] }] | on: \"sucess\" is not known; allowed: success, failure, schema_change; did you mean \"success\"?",
                "delta_publishing | notifications = [{ on = [\"success\"] }] | uri: is missing",
            })
    void aFileHasTheKeysOfItsKind(String type, String keys, String message) {
        assertThat(problems(type, keys)).contains(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "oldValues=true | oldValues: is not for a flow of type \"change_feed\"",
                "flowType=delta_publishing&writeUnchanged=true | writeUnchanged: is not for a flow of type \"delta_publishing\"",
                "flowType=export_flow | flowType: \"export_flow\" is no feed; allowed: change_feed, delta_publishing",
                "columns=a&primaryKey=b | primaryKey: \"b\" is not one of the columns, a",
                "columns=a: whole | columns: \"whole\" is not a column type",
                "limit=5 | limit: is an option of waybill:begin, not of waybill:feed",
            })
    void aStepHasTheOptionsOfItsKind(String options, String message) {
        assertThatThrownBy(() -> start(harness.context(), OPTIONS + options)).hasStackTraceContaining(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"stream", "on_new_data"})
    void whatLooksForNewRowsIsForExports(String type) {
        assertThat(problems("change_feed", "[[triggers]]; type = \"" + type + "\""))
                .contains("triggers.type: \"" + type
                        + "\" is for exports; a feed looks for what is new at certain times");
    }

    @Test
    void whatIsRightStarts() throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            context.start();
            assertThatCode(
                            () -> start(
                                    context,
                                    OPTIONS
                                            + "flowType=delta_publishing&oldValues=true&primaryKey=a&columns=a: integer,b&maxDeletes=10"))
                    .doesNotThrowAnyException();
        }
    }
}
