package io.waybill.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.waybill.FlowHarness;
import io.waybill.TestFiles;
import io.waybill.ledger.RunEntry;
import io.waybill.ledger.RunEntry.Status;
import io.waybill.ledger.Watermark;
import io.waybill.part.Verification;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.builder.AdviceWithRouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What its owner does to a printed route works, or is refused with the step and the reason: no run is done that lacks a file or has other
 * bytes, and no watermark moves for one. Each row of the table in docs/camel.md, Edits, is one of these.
 */
class EditedRouteTest {

    private static final String FLOW = """
            [properties.export]
            source_dataset_id = "t"
            file_path = "{{root}}/out/t_{part}.csv"
            since_last_export = true
            max_rows_per_file = 2
            redelivery = { maximum_redeliveries = 0 }
            """;

    private static final List<String> PUBLISHED = List.of("t.csv.waybill.json", "t_1.csv", "t_2.csv");

    private static final String TAP = """
            - route:
                from:
                  uri: direct:tap
                  steps:
                    - to: file:{{root}}/copy
            """;

    /** What tests of their own show: here, in EditedDeliveriesIT, RoutesPrintedBeforeIT and StagedMapsTest. */
    private static final List<String> OTHERS = List.of(
            "another folder, bucket or host in the publish step",
            "another host than the settings name, of a message or a mail",
            "another text of a mail",
            "the publish step replaced by one that sends nothing (`log`)",
            "the publish step replaced by a bean",
            "a mock or an interceptor that skips the publish step (`mockEndpointsAndSkip`)",
            "a mock beside the publish step (`mockEndpoints`, `weaveById(…).before()`)",
            "a destination taken out of the `multicast`",
            "one of several destinations that lacks a file",
            "maps instead of `rows:`, of `jdbc:` or a bean",
            "a run staged before the edit, delivered after it");

    /** The steps in whose neighbourhood something may be put. */
    private static final List<String> STEPS = List.of(
            "begin", "rows", "stage", "deliver", "parts", "part", "publish", "manifest", "if-delivered", "complete");

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.over("CREATE TABLE t AS SELECT x AS id FROM system_range(1, 4)");

    @BeforeEach
    void declare() throws Exception {
        Files.writeString(
                harness.file("datasets.toml"), "[[dataset]]\nid = \"t\"\ntable = \"t\"\nwatermark = \"id\"\n");
    }

    /**
     * An edit.
     *
     * @param what as the table in the docs has it
     * @param edit what is done to the text
     * @param refusal how the run's failure begins, {@code {root}} for the folder; null where it is done
     * @param copied the files that come to the folder {@code copy} besides
     */
    record Edit(String what, UnaryOperator<PrintedRoute> edit, String refusal, List<String> copied) {

        @Override
        public String toString() {
            return what + (refusal == null ? ": works" : ": is refused");
        }
    }

    private static Edit works(String what, UnaryOperator<PrintedRoute> edit, String... copied) {
        return new Edit(what, edit, null, List.of(copied));
    }

    private static Edit refused(String what, UnaryOperator<PrintedRoute> edit, String refusal) {
        return new Edit(what, edit, refusal, List.of());
    }

    private static PrintedRoute everywhere(PrintedRoute route, String step) {
        PrintedRoute edited = route;
        for (String id : STEPS) {
            edited = edited.before("t." + id, step);
        }
        return edited.after("t.publish", step).after("t.publish-manifest", step);
    }

    static List<Edit> edits() {
        List<Edit> edits = new ArrayList<>(List.of(
                works("a `log` anywhere", route -> everywhere(route, "- log: \"${body} ${headers}\"")),
                works("a header or a property set anywhere", route -> everywhere(route, """
                        - setHeader:
                            name: audited
                            constant: "yes"
                        - setProperty:
                            name: audited
                            simple: "${header.audited}"
                        """)),
                works(
                        "a `to` that leaves the body as it is, anywhere",
                        route -> everywhere(route, "- to: log:audit?showAll=true")),
                works(
                        "a `wireTap` that reads nothing, anywhere",
                        route -> everywhere(route, "- wireTap:\n    uri: log:tap?showBody=false")),
                works("a `multicast` or a `filter` of other steps, anywhere", route -> everywhere(route, """
                        - filter:
                            simple: "${body} != null"
                            steps:
                              - multicast:
                                  steps:
                                    - to: log:one?showBody=false
                                    - to: log:other?showBody=false
                        """)),
                works(
                        "a copy before publishing",
                        route -> route.before("t.publish", "- to: file:{{root}}/copy"),
                        "t_1.csv",
                        "t_2.csv"),
                works(
                        "a copy after publishing",
                        route -> route.after("t.publish", "- to: file:{{root}}/copy"),
                        "t_1.csv",
                        "t_2.csv"),
                works(
                        "a copy of the waybill",
                        route -> route.after("t.publish-manifest", "- to: file:{{root}}/copy"),
                        "t.csv.waybill.json"),
                works(
                        "a `wireTap` before publishing",
                        route -> route.before("t.publish", "- wireTap:\n    uri: direct:tap")
                                .and(TAP),
                        "t_1.csv",
                        "t_2.csv"),
                works(
                        "a `multicast` with the publish step in it",
                        route -> route.around("t.publish", """
                                - multicast:
                                    steps:
                                      - to: file:{{root}}/copy
                                      %s
                                """),
                        "t_1.csv",
                        "t_2.csv"),
                works(
                        "a parallel `multicast` with the publish step in it",
                        route -> route.around("t.publish", """
                                - multicast:
                                    parallelProcessing: true
                                    stopOnException: true
                                    steps:
                                      %s
                                      - to: file:{{root}}/copy
                                """),
                        "t_1.csv",
                        "t_2.csv"),
                works("a `filter` that all files pass", route -> route.around("t.publish", """
                        - filter:
                            simple: "${header.CamelFileName} ends with '.csv'"
                            steps:
                              %s
                        """)),
                works("other ids, or none", PrintedRoute::withoutIds),
                works(
                        "a copy, and no ids: the folder of `filePath` tells the publish step",
                        route -> route.before("t.publish", "- to: file:{{root}}/copy")
                                .edit("filePath: \"t_{part}.csv\"", "filePath: \"{{root}}/out/t_{part}.csv\"")
                                .withoutIds(),
                        "t_1.csv",
                        "t_2.csv"),
                works("another name for the route of the delivery", route -> route.edit("t.delivery", "t.bring")),
                works(
                        "the same bytes as another body",
                        route -> route.before("t.publish", "- convertBodyTo:\n    type: byte[]")),
                works("a split without `streaming`", route -> route.edit("            streaming: true\n", "")),
                works(
                        "a split with `shareUnitOfWork`",
                        route -> route.edit("            streaming: true\n", "            shareUnitOfWork: true\n")),
                works(
                        "a split without `stopOnException`, and all goes well",
                        route -> route.edit("            stopOnException: true\n", "")),
                works(
                        "a split with an aggregation of its own",
                        route -> route.edit(
                                        "            streaming: true\n", "            aggregationStrategy: \"#own\"\n")
                                .and("""
                                - beans:
                                    - name: own
                                      type: org.apache.camel.processor.aggregate.GroupedBodyAggregationStrategy
                                """))));
        edits.addAll(refusedEdits());
        return edits;
    }

    private static List<Edit> refusedEdits() {
        return List.of(
                refused(
                        "a split with `parallelProcessing`",
                        route -> route.edit("            streaming: true\n", "            parallelProcessing: true\n"),
                        "not delivered: route t.delivery: t.parts (split) has parallelProcessing, and files go one after the"
                                + " other"),
                works("`threads` or a `delay` before the delivery or the publish step", route -> {
                    String pause = "- threads:\n    poolSize: 1\n- delay:\n    constant: 1";
                    return route.before("t.deliver", pause).before("t.publish", pause);
                }),
                refused(
                        "the publish step in a `loop`",
                        route -> route.around("t.publish", """
                                - loop:
                                    constant: "2"
                                    steps:
                                      %s
                                """),
                        "delivery of t_1.csv failed: File already exist: {root}/out/t_1.csv"),
                refused(
                        "`waybill:stage` twice",
                        route -> route.after("t.stage", "- to: waybill:stage/t"),
                        "waybill:stage/t stands twice on the way of run "),
                refused(
                        "a split of one's own, by tokens",
                        route -> route.edit("expression: \"${body}\"", "expression: \"${body.toString}\""),
                        "waybill:part takes one staged part; it stands in a split of what waybill:stage answers"),
                refused(
                        "the file split further",
                        route -> route.around("t.publish", """
                                - split:
                                    tokenize: "\\n"
                                    steps:
                                      %s
                                """),
                        "not delivered: step t.publish (to file:{{root}}/out): the body is not the file t_1.csv that was"
                                + " staged, which has 7 bytes and SHA-256 "),
                refused(
                        "another body between `rows` and `stage`",
                        route -> route.before("t.stage", "- setBody:\n    constant: nothing"),
                        "waybill:stage/t takes rows, or a list or an iterator of maps, not java.lang.String; a rows: step"
                                + " has to come before it; before it stand: "),
                refused(
                        "other rows between `rows` and `stage`",
                        route -> route.before("t.stage", "- setBody:\n    constant: SELECT 1 AS id\n- to: jdbc:db"),
                        "waybill:stage/t: the rows of the rows: step were not read to their end, and maps have come into"
                                + " their place; none of them may be lost; before it stand: "),
                refused(
                        "another body between `part` and the publish step",
                        route -> route.before("t.publish", "- setBody:\n    id: mine\n    constant: other"),
                        "not delivered: step t.publish (to file:{{root}}/out): the body is not the file t_1.csv that was"
                                + " staged, which has 7 bytes and SHA-256 "),
                refused(
                        "a variable sent instead of the body",
                        route -> route.edit(
                                "                  id: t.publish\n",
                                "                  id: t.publish\n                  variableSend: other\n"),
                        "not delivered: route t.delivery: step t.publish sends the variable other and not the body"),
                refused(
                        "another name by the header `CamelFileName`",
                        route -> route.before(
                                "t.publish", "- setHeader:\n    name: CamelFileName\n    constant: other.csv"),
                        "not delivered: step t.publish (to file:{{root}}/out): header CamelFileName is \"other.csv\", and the"
                                + " file is t_1.csv; what files are called is said by the path of waybill:begin"),
                refused(
                        "another name by the option `fileName`",
                        route -> route.edit(
                                "fileExist: Fail\n", "fileExist: Fail\n                    fileName: x.csv\n"),
                        "not delivered: route t.delivery: step t.publish: option fileName=x.csv names the file, as the path of"
                                + " waybill:begin does; change it there"),
                refused(
                        "an option by which the file is another one: `charset`, `appendChars`, `fileExist=Append`",
                        route -> route.edit(
                                "fileExist: Fail\n", "fileExist: Fail\n                    charset: utf-16\n"),
                        "not delivered: route t.delivery: step t.publish: option charset=utf-16 writes other bytes than those"
                                + " that were staged"),
                refused(
                        "another folder in `filePath` than in the publish step",
                        route -> route.edit("filePath: \"t_{part}.csv\"", "filePath: \"{{root}}/other/t_{part}.csv\""),
                        "not delivered: route t.delivery: step t.publish publishes to {root}/out, and filePath of"
                                + " waybill:begin/t leads to {root}/other; change both, or leave the folder out there:"
                                + " ./t_{part}.csv is below where the step publishes"),
                refused(
                        "two steps that may publish, and none with the id",
                        route -> route.before("t.publish", "- to: file:{{root}}/copy")
                                .withoutIds(),
                        "route t.delivery: "),
                refused(
                        "the publish step taken out",
                        route -> route.remove("t.publish"),
                        "not delivered: route t.delivery has no step t.publish, and none behind waybill:part/t that sends to a"
                                + " folder"),
                refused(
                        "the publish step replaced by another endpoint",
                        route -> route.replace("t.publish", "- to:\n    id: t.publish\n    uri: mock:out"),
                        "not delivered: route t.delivery: step t.publish sends to mock: and not to a folder, as filePath of"
                                + " waybill:begin/t says"),
                refused(
                        "a `filter` that leaves a file out",
                        route -> route.around("t.publish", """
                        - filter:
                            simple: "${header.CamelFileName} == 't_1.csv'"
                            steps:
                              %s
                        """),
                        "{root}/out/t_2.csv was not published: the file still waits in "),
                refused(
                        "`stop`, or a `filter` around the rest",
                        route -> route.before("t.manifest", "- stop: {}"),
                        "not delivered: the route of run "),
                refused(
                        "`waybill:complete` taken out",
                        route -> route.remove("t.complete"),
                        "not delivered: the route of run "),
                refused(
                        "`waybill:manifest` taken out",
                        route -> route.remove("t.manifest").remove("t.if-delivered"),
                        "not delivered: waybill:manifest/t has not checked what was published at {root}/out"),
                refused(
                        "the waybill not published",
                        route -> route.remove("t.if-delivered"),
                        "not delivered: the waybill {root}/out/t.csv.waybill.json was not published"),
                refused(
                        "the waybill published elsewhere",
                        route -> route.replace(
                                "t.publish-manifest",
                                "- to:\n    id: t.publish-manifest\n    uri: file:{{root}}/other"),
                        "not delivered: route t.delivery: step t.publish publishes to {root}/out, and step t.publish-manifest"
                                + " publishes the waybill to {root}/other; change both"),
                refused(
                        "`rows` taken out",
                        route -> route.remove("t.rows"),
                        "waybill:stage/t takes rows, or a list or an iterator of maps, not java.lang.String"),
                refused(
                        "`waybill:stage` taken out",
                        route -> route.remove("t.stage"),
                        "waybill:part takes one staged part; it stands in a split of what waybill:stage answers"));
    }

    private PrintedRoute printed() throws Exception {
        return PrintedRoute.of(harness, "t", FLOW);
    }

    private List<String> files(String folder) throws Exception {
        Path there = harness.file(folder);
        return Files.exists(there) ? TestFiles.below(there) : List.of();
    }

    private static Throwable innermost(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    private void assertThatNothingIsDone() throws Exception {
        assertThat(files("out")).isEmpty();
        assertThat(harness.ledger().watermarks().find("t")).isEmpty();
        assertThat(harness.ledger().runs("t", Status.DONE, 10)).isEmpty();
        assertThat(harness.ledger().runs("t", Status.RUNNING, 10)).isEmpty();
        assertThat(harness.component().activeRuns()).isEmpty();
    }

    private void assertThatAllIsDone() throws Exception {
        assertThat(files("out")).isEqualTo(PUBLISHED);
        assertThat(Verification.of(harness.file("out/t.csv.waybill.json")).passed())
                .isTrue();
        assertThat(harness.ledger().watermarks().find("t").map(Watermark::value))
                .contains("4");
    }

    @ParameterizedTest
    @MethodSource("edits")
    void anEditWorksOrIsRefusedWithTheReason(Edit edit) throws Exception {
        edit.edit().apply(printed()).load(harness, "t");

        Exception failure = harness.failure("t");

        if (edit.refusal() == null) {
            assertThat(failure).isNull();
            assertThatAllIsDone();
            if (!edit.copied().isEmpty()) {
                await().until(() -> files("copy").equals(edit.copied()));
            }
            for (String name : edit.copied()) {
                await().untilAsserted(() ->
                        assertThat(harness.file("copy/" + name)).hasSameBinaryContentAs(harness.file("out/" + name)));
            }
            return;
        }
        assertThat(failure).isNotNull();
        assertThat(harness.ledger().runs("t", null, 1).get(0).error())
                .startsWith(edit.refusal()
                        .replace("{root}", harness.folder().toString())
                        .replace("{" + harness.folder() + "}", "{{root}}"));
        assertThatNothingIsDone();
    }

    @Test
    void theTableInTheDocsHasEachOfThem() throws Exception {
        List<String> rows = Files.readAllLines(Path.of("docs/camel.md")).stream()
                .dropWhile(line -> !line.equals("## Edits"))
                .skip(1)
                .takeWhile(line -> !line.startsWith("## "))
                .filter(line -> line.startsWith("| ") && !line.startsWith("| ---") && !line.startsWith("| edit"))
                .map(line -> line.substring(2, line.indexOf(" | ")))
                .toList();

        assertThat(rows)
                .doesNotHaveDuplicates()
                .hasSameElementsAs(Stream.concat(
                                Stream.concat(
                                        edits().stream().map(Edit::what),
                                        handlings().stream().map(Handling::what)),
                                OTHERS.stream())
                        .toList());
    }

    @Test
    void anotherFolderInThePublishStepIsWhereTheFilesGo() throws Exception {
        printed()
                .edit("directoryName: \"{{root}}/out\"", "directoryName: \"{{root}}/elsewhere\"")
                .load(harness, "t");

        var result = harness.run("t");

        assertThat(files("elsewhere")).isEqualTo(PUBLISHED);
        assertThat(files("out")).isEmpty();
        assertThat(result.files())
                .extracting(file -> Path.of(file.name()))
                .containsExactly(harness.file("elsewhere/t_1.csv"), harness.file("elsewhere/t_2.csv"));
        assertThat(result.waybill())
                .isEqualTo(harness.file("elsewhere/t.csv.waybill.json").toString());
        assertThat(harness.ledger()
                        .run(result.runId())
                        .orElseThrow()
                        .planned()
                        .delivery()
                        .facts()
                        .place())
                .isEqualTo(harness.file("elsewhere").toString());
    }

    /** A folder with something in it stands where the second file has to come. */
    private void block() throws Exception {
        Files.createDirectories(harness.file("out/t_2.csv/full"));
    }

    private void unblock() throws Exception {
        try (Stream<Path> files = Files.walk(harness.file("out/t_2.csv"))) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    record Handling(String what, UnaryOperator<PrintedRoute> edit, String error) {

        @Override
        public String toString() {
            return what;
        }
    }

    static List<Handling> handlings() {
        String failing = "          exception:\n            - java.lang.Exception\n";
        return List.of(
                new Handling(
                        "a `doTry` around the publish step",
                        route -> route.around("t.publish", """
                        - doTry:
                            steps:
                              %s
                              - doCatch:
                                  exception:
                                    - java.lang.Exception
                                  steps:
                                    - log: "it went wrong: ${exception.message}"
                        """),
                        "{root}/out/t_2.csv was not published: the file still waits in "),
                new Handling(
                        "an `onException` with `handled`",
                        route -> route.edit(failing, failing + "          handled:\n            constant: \"true\"\n"),
                        "delivery of t_2.csv failed: "),
                new Handling(
                        "an `onException` with `continued`",
                        route ->
                                route.edit(failing, failing + "          continued:\n            constant: \"true\"\n"),
                        "delivery of t_2.csv failed: "),
                new Handling(
                        "an `onException` of one's own, without `waybill:fail`",
                        route -> route.edit(failing, failing + "          handled:\n            constant: \"true\"\n")
                                .replace("t.fail-failed", "- log: \"it went wrong: ${exception.message}\""),
                        "not delivered: the route of run "),
                new Handling(
                        "an `errorHandler` of one's own, without an `onException`",
                        route -> route.edit("    routeConfigurationId: t.failure\n", "")
                                .and("""
                                        - errorHandler:
                                            deadLetterChannel:
                                              deadLetterUri: log:dead
                                        """),
                        "not delivered: the route of run "),
                new Handling(
                        "a split without `stopOnException`",
                        route -> route.edit("            stopOnException: true\n", ""),
                        "delivery of t_2.csv failed: "),
                new Handling(
                        "a split with `shareUnitOfWork`",
                        route -> route.edit("            streaming: true\n", "            shareUnitOfWork: true\n"),
                        "delivery of t_2.csv failed: "));
    }

    @ParameterizedTest
    @MethodSource("handlings")
    void aFailureThatSomebodyHandlesLeavesNoRunThatIsDone(Handling handling) throws Exception {
        // what is there already is found before a file is published where none is to be replaced
        handling.edit()
                .apply(PrintedRoute.of(harness, "t", FLOW + "if_exists = \"overwrite\"\n"))
                .load(harness, "t");
        block();

        harness.failure("t");

        unblock();
        assertThatNothingIsDone();
        List<RunEntry> runs = harness.ledger().runs("t", null, 10);
        assertThat(runs).singleElement().satisfies(run -> {
            assertThat(run.status()).isEqualTo(Status.FAILED);
            assertThat(run.error())
                    .startsWith(
                            handling.error().replace("{root}", harness.folder().toString()));
            assertThat(run.deadLetter()).isNotNull();
        });
        harness.run("t");
        assertThatAllIsDone();
    }

    private void advise(AdviceWithRouteBuilder advice) throws Exception {
        AdviceWith.adviceWith(harness.context().getRouteDefinition("t.delivery"), harness.context(), advice);
    }

    /** With redelivery as it is by default: what is not delivered is told at once, not tried again. */
    private void loadForAdvice() throws Exception {
        PrintedRoute.of(harness, "t", FLOW.replace("redelivery = { maximum_redeliveries = 0 }\n", ""))
                .load(harness, "t");
    }

    @Test
    void aMockThatSkipsThePublishStepIsTold() throws Exception {
        loadForAdvice();
        advise(new AdviceWithRouteBuilder() {
            @Override
            public void configure() throws Exception {
                mockEndpointsAndSkip("file:*");
            }
        });

        assertThat(innermost(harness.failure("t")))
                .hasMessage(
                        "not delivered: step t.publish (to file:{{root}}/out): its endpoint is skipped, by a mock or an"
                                + " interceptor; t_1.csv was not sent anywhere");

        assertThatNothingIsDone();
        MockEndpoint mock = (MockEndpoint) harness.context().getEndpoints().stream()
                .filter(MockEndpoint.class::isInstance)
                .findFirst()
                .orElseThrow();
        assertThat(mock.getReceivedExchanges()).hasSize(1);
        assertThat(harness.ledger().runs("t", null, 1).get(0).deadLetter()).isNotNull();
    }

    @Test
    void aMockBesideThePublishStepChangesNothing() throws Exception {
        loadForAdvice();
        advise(new AdviceWithRouteBuilder() {
            @Override
            public void configure() throws Exception {
                mockEndpoints("file:*");
                weaveById("t.publish").before().to("mock:before");
                weaveById("t.publish").after().convertBodyTo(String.class).to("mock:after");
            }
        });

        harness.run("t");

        assertThatAllIsDone();
        assertThat(harness.context()
                        .getEndpoint("mock:before", MockEndpoint.class)
                        .getReceivedCounter())
                .isEqualTo(2);
        assertThat(harness.context()
                        .getEndpoint("mock:after", MockEndpoint.class)
                        .getReceivedExchanges())
                .allSatisfy(after ->
                        assertThat(after.getMessage().getBody(String.class)).startsWith("id\n"));
    }

    @Test
    void anInterceptorThatSkipsOnAConditionIsTold() throws Exception {
        loadForAdvice();
        advise(new AdviceWithRouteBuilder() {
            @Override
            public void configure() {
                interceptSendToEndpoint("file:*")
                        .onWhen(header("CamelFileName").isEqualTo("t_2.csv"))
                        .skipSendToOriginalEndpoint()
                        .to("mock:skipped");
            }
        });

        assertThat(innermost(harness.failure("t")))
                .hasMessageEndingWith(
                        "its endpoint is skipped, by a mock or an interceptor; t_2.csv was not sent anywhere");

        assertThatNothingIsDone();
    }

    @Test
    void aPublishStepThatIsReplacedInATestIsTold() throws Exception {
        loadForAdvice();
        advise(new AdviceWithRouteBuilder() {
            @Override
            public void configure() {
                weaveById("t.publish").replace().to("mock:out");
            }
        });

        assertThat(innermost(harness.failure("t")))
                .hasMessageStartingWith("not delivered: route t.delivery has no step t.publish, and none behind");

        assertThatNothingIsDone();
    }
}
