package io.waybill.route;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import io.waybill.FlowHarness;
import io.waybill.TestFiles;
import io.waybill.ledger.RunEntry.Status;
import io.waybill.ledger.RunResult;
import io.waybill.ledger.RunResult.DeliveryResult;
import io.waybill.servers.S3Server;
import io.waybill.servers.SftpServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.camel.Processor;
import org.apache.camel.attachment.AttachmentMessage;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.builder.AdviceWithRouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What its owner does to a printed route that delivers elsewhere, or to several destinations. */
class EditedDeliveriesIT {

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.over("CREATE TABLE t AS SELECT x AS id FROM system_range(1, 4)");

    @TempDir
    private Path buckets;

    @TempDir
    private Path home;

    private S3Server s3;
    private SftpServer sftp;
    private WireMockServer http;
    private GreenMail mail;

    @BeforeEach
    void start() throws Exception {
        s3 = S3Server.start(buckets, "lake", "pond");
        sftp = SftpServer.start(home);
        http = new WireMockServer(wireMockConfig().bindAddress("127.0.0.1").dynamicPort());
        http.start();
        http.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(201)));
        mail = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        mail.start();
        s3.connection("lake").forEach(harness::property);
        sftp.connection("partner").forEach(harness::property);
        harness.property("api.port", Integer.toString(http.port()));
        Map.of(
                        "type",
                        "smtp",
                        "host",
                        "127.0.0.1",
                        "port",
                        Integer.toString(mail.getSmtp().getPort()),
                        "tls",
                        "none",
                        "from",
                        "waybill@example.com")
                .forEach((key, value) -> harness.property("waybill.connection.post." + key, value));
    }

    @AfterEach
    void stop() throws Exception {
        mail.stop();
        http.stop();
        sftp.close();
        s3.close();
    }

    /** A place elsewhere that keeps files. */
    enum Store {
        S3(
                "s3://lake/in/{ds}/t_{part}.csv",
                "lake",
                "waybill-s3:*",
                route -> route.edit("bucketNameOrArn: lake", "bucketNameOrArn: pond")
                        .edit("prefix: in/", "prefix: other/")),
        SFTP(
                "sftp:in/{ds}/t_{part}.csv",
                "partner",
                "waybill-sftp:*",
                route -> route.edit("directoryName: in", "directoryName: other"));

        private final String uri;
        private final String connection;
        private final String endpoint;
        private final UnaryOperator<PrintedRoute> toOther;

        Store(String uri, String connection, String endpoint, UnaryOperator<PrintedRoute> toOther) {
            this.uri = uri;
            this.connection = connection;
            this.endpoint = endpoint;
            this.toOther = toOther;
        }
    }

    private PrintedRoute printed(String uri, String connection) throws Exception {
        return PrintedRoute.of(
                harness,
                "t",
                "[properties.export]\nsource_dataset_id = \"t\"\nformat = \"csv\"\nfile_path = \"" + uri + "\"\n"
                        + (connection == null ? "" : "connection = \"" + connection + "\"\n")
                        + "max_rows_per_file = 2\n");
    }

    private PrintedRoute printed(Store store) throws Exception {
        return printed(store.uri, store.connection);
    }

    private List<String> files(Store store, String bucket) throws Exception {
        Path there = store == Store.S3 ? buckets.resolve(bucket) : home;
        return TestFiles.below(there);
    }

    private Throwable innermost() throws Exception {
        Throwable cause = harness.failure("t");
        assertThat(cause).isNotNull();
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    private void assertThatNothingIsDone() {
        assertThat(harness.ledger().runs("t", null, 10))
                .singleElement()
                .satisfies(run -> assertThat(run.status()).isEqualTo(Status.FAILED));
        assertThat(harness.component().activeRuns()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void anUneditedRouteSaysItsDestinationOnceAndDelivers(Store store) throws Exception {
        PrintedRoute route = printed(store);
        route.load(harness, "t");

        RunResult done = harness.run("t");

        assertThat(files(store, "lake"))
                .containsExactly("in/2026-01-15/t.csv.waybill.json", "in/2026-01-15/t_1.csv", "in/2026-01-15/t_2.csv");
        assertThat(route.text().split("prefix: in/|directoryName: in\n", -1)).hasSize(2);
        assertThat(route.text()).contains(":./{ds}/t_{part}.csv").doesNotContain("//lake", "sftp:in");
        assertThat(done.waybill()).endsWith("/in/2026-01-15/t.csv.waybill.json");
    }

    @ParameterizedTest
    @EnumSource
    void anotherPlaceInThePublishStepIsWhereTheFilesGo(Store store) throws Exception {
        store.toOther.apply(printed(store)).load(harness, "t");

        RunResult done = harness.run("t");

        assertThat(files(store, "pond"))
                .containsExactly(
                        "other/2026-01-15/t.csv.waybill.json", "other/2026-01-15/t_1.csv", "other/2026-01-15/t_2.csv");
        assertThat(done.waybill()).endsWith("/other/2026-01-15/t.csv.waybill.json");
        assertThat(done.deliveries())
                .singleElement()
                .satisfies(delivery -> assertThat(delivery.place()).endsWith("/other"));
    }

    @ParameterizedTest
    @EnumSource
    void copiesBeforeAndAfterPublishingAreFiles(Store store) throws Exception {
        printed(store)
                .before("t.publish", "- to: file:{{root}}/before")
                .after("t.publish", "- to: file:{{root}}/after")
                .load(harness, "t");

        harness.run("t");

        assertThat(harness.file("before/2026-01-15/t_2.csv")).hasContent("id\n3\n4");
        assertThat(harness.file("after/2026-01-15/t_2.csv")).hasContent("id\n3\n4");
        assertThat(files(store, "lake")).hasSize(3);
    }

    @ParameterizedTest
    @EnumSource
    void anotherBodyOfTheSameLengthIsRefused(Store store) throws Exception {
        printed(store)
                .before("t.publish", "- setBody:\n    constant: \"id\\n8\\n99\"")
                .load(harness, "t");

        assertThat(innermost())
                .hasMessageStartingWith("not delivered: step t.publish (to waybill-"
                        + store.name().toLowerCase())
                .hasMessageContaining(
                        ": the body is not the file 2026-01-15/t_1.csv that was staged, which has 7 bytes and SHA-256 ")
                .hasMessageContaining("but java.lang.String, 7 bytes with SHA-256 ");

        assertThat(files(store, "lake")).isEmpty();
        assertThatNothingIsDone();
    }

    @ParameterizedTest
    @EnumSource
    void aFailureThatIsHandledLeavesNoRunThatIsDone(Store store) throws Exception {
        printed(store).around("t.publish", """
                        - doTry:
                            steps:
                              - filter:
                                  simple: "${header.CamelFileName} ends with '_2.csv'"
                                  steps:
                                    - throwException:
                                        exceptionType: java.io.IOException
                                        message: away
                              %s
                              - doCatch:
                                  exception:
                                    - java.io.IOException
                                  steps:
                                    - log: "went wrong"
                        """).load(harness, "t");

        assertThat(innermost())
                .hasMessageStartingWith("not delivered: step t.publish (to waybill-")
                .hasMessageEndingWith(
                        "has not published 2026-01-15/t_2.csv: it was left out, or its failure was handled on"
                                + " the way");

        assertThat(files(store, "lake")).isEmpty();
        assertThatNothingIsDone();
    }

    private void mockAndSkip(String endpoints) throws Exception {
        AdviceWith.adviceWith(
                harness.context().getRouteDefinition("t.delivery"), harness.context(), new AdviceWithRouteBuilder() {
                    @Override
                    public void configure() throws Exception {
                        mockEndpointsAndSkip(endpoints);
                    }
                });
    }

    @ParameterizedTest
    @EnumSource
    void aMockThatSkipsThePublishStepIsToldAtOnce(Store store) throws Exception {
        printed(store).load(harness, "t");
        mockAndSkip(store.endpoint);

        assertThat(innermost())
                .hasMessageStartingWith("not delivered: step t.publish (to waybill-")
                .hasMessageEndingWith(
                        ": its endpoint is skipped, by a mock or an interceptor; 2026-01-15/t_1.csv was not"
                                + " sent anywhere");

        assertThatNothingIsDone();
    }

    @Test
    void anotherBucketThatSettingsContradictIsRefused() throws Exception {
        printed(Store.S3)
                .edit("s3:./{ds}/t_{part}.csv", "s3://lake/in/{ds}/t_{part}.csv")
                .edit("bucketNameOrArn: lake", "bucketNameOrArn: pond")
                .load(harness, "t");

        assertThat(innermost())
                .hasMessage(
                        "not delivered: route t.delivery: step t.publish publishes to s3://pond/in, and delivery \"lake\""
                                + " of waybill:begin/t leads to s3://lake/in; change both, or leave the folder out there:"
                                + " s3:./{ds}/t_{part}.csv is below where the step publishes");
    }

    @Test
    void aMockOfAServerThatTakesMessagesIsToldAsWell() throws Exception {
        printed("http://127.0.0.1:{{api.port}}/in", null).load(harness, "t");
        mockAndSkip("http:*");

        assertThat(innermost())
                .hasMessageContaining("not delivered: step t.publish (to http:")
                .hasMessageEndingWith(
                        ": its endpoint is skipped, by a mock or an interceptor; t_part_1.csv was not sent anywhere");

        assertThat(http.findAll(anyRequestedFor(anyUrl()))).isEmpty();
        assertThatNothingIsDone();
    }

    @Test
    void aMockOfAServerWhoseUrlHasVariablesIsToldAsWell() throws Exception {
        printed("http://127.0.0.1:{{api.port}}/in/{ds}", null).load(harness, "t");
        mockAndSkip("http:*");

        assertThat(innermost()).hasMessageContaining("its endpoint is skipped, by a mock or an interceptor");

        assertThat(http.findAll(anyRequestedFor(anyUrl()))).isEmpty();
        assertThatNothingIsDone();
    }

    @Test
    void anotherHostThanTheSettingsNameIsRefused() throws Exception {
        printed("http://127.0.0.1:{{api.port}}/in", null)
                .edit("127.0.0.1:{{api.port}}/in", "localhost:{{api.port}}/in")
                .load(harness, "t");

        assertThat(innermost())
                .hasMessageStartingWith("not delivered: route t.delivery: step t.publish sends to http:")
                .hasMessageContaining(
                        "localhost:…/in, and delivery \"http\" of waybill:begin/t names http://127.0.0.1:…/in;"
                                + " change both");
    }

    @Test
    void aRunThatCannotBeTakenUpHoldsItsFlowNoLonger() throws Exception {
        PrintedRoute route = printed(Store.SFTP);
        for (String fail : List.of("t.fail-undelivered", "t.fail-failed")) {
            route = route.replace(fail, "- log: \"${exception.message}\"");
        }
        route.before(
                        "t.publish",
                        "- throwException:\n    exceptionType: java.lang.IllegalStateException\n    message: away")
                .load(harness, "t");
        String runId = harness.fail("t").runId();
        harness.property("waybill.connection.partner.host", "{{nowhere}}");

        assertThatThrownBy(() -> harness.redrive("t", runId)).hasStackTraceContaining("nowhere");

        assertThatNothingIsDone();
    }

    @Test
    void anAddressIsToldWithoutThePasswordInIt() throws Exception {
        printed("http://127.0.0.1:{{api.port}}/in", null)
                .edit("127.0.0.1:{{api.port}}/in", "me:hunter2@localhost:{{api.port}}/in")
                .load(harness, "t");

        assertThat(innermost()).hasMessageContaining("me@localhost").hasMessageNotContaining("hunter2");
    }

    @Test
    void anAddressIsToldWithoutThePasswordInItWhereSeveralMayBeMeant() throws Exception {
        printed("http://127.0.0.1:{{api.port}}/in", null)
                .before("t.publish", "- to: http://me:hunter2@localhost:{{api.port}}/in")
                .before("t.publish", "- to: http://me:hunter2@localhost:{{api.port}}/other")
                .remove("t.publish")
                .load(harness, "t");

        assertThat(innermost()).hasMessageContaining("me@localhost").hasMessageNotContaining("hunter2");
    }

    @Test
    void anotherBodyForAServerIsRefused() throws Exception {
        printed("http://127.0.0.1:{{api.port}}/in", null)
                .before("t.publish", "- setBody:\n    constant: other")
                .load(harness, "t");

        assertThat(innermost()).hasMessageContaining("the body is not the file t_part_1.csv that was staged");

        assertThat(http.findAll(anyRequestedFor(anyUrl()))).isEmpty();
        assertThatNothingIsDone();
    }

    @Test
    void anAnswerThatIsHandledLeavesNoRunThatIsDone() throws Exception {
        http.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(403)));
        printed("http://127.0.0.1:{{api.port}}/in", null)
                .around("t.publish", """
                - doTry:
                    steps:
                      %s
                      - doCatch:
                          exception:
                            - java.lang.Exception
                          steps:
                            - log: "went wrong"
                """)
                .load(harness, "t");

        assertThat(innermost())
                .hasMessageStartingWith("not delivered: t_part_2.csv comes before t_part_1.csv was published");

        assertThatNothingIsDone();
    }

    @Test
    void aMailMayHaveAnotherText() throws Exception {
        printed("mailto:a@example.com", "post")
                .before("t.publish", "- setBody:\n    constant: Here you are")
                .load(harness, "t");

        harness.run("t");

        assertThat(mail.getReceivedMessages()).hasSize(1);
    }

    @Test
    void aMailThatHasLostItsFilesIsRefused() throws Exception {
        harness.context().getRegistry().bind("lost", (Processor)
                exchange -> exchange.getMessage(AttachmentMessage.class).removeAttachment("t_part_2.csv"));
        printed("mailto:a@example.com", "post")
                .before("t.publish", "- process:\n    ref: lost")
                .load(harness, "t");

        assertThat(innermost()).hasMessageContaining(": the mail has lost its file ");

        assertThat(mail.getReceivedMessages()).isEmpty();
        assertThatNothingIsDone();
    }

    @Test
    void aMailToSomebodyElseThanTheSettingsNameIsRefused() throws Exception {
        PrintedRoute route = printed("mailto:a@example.com", "post");
        new PrintedRoute(route.text().replaceAll("to: \"?a@example.com\"?", "to: b@example.com")).load(harness, "t");

        assertThat(innermost())
                .hasMessageStartingWith("not delivered: route t.delivery: step t.publish sends to smtp:")
                .hasMessageContaining("names mailto:a@example.com; change both");
        assertThat(mail.getReceivedMessages()).isEmpty();
    }

    @Test
    void aMailThatAMockTakesIsTold() throws Exception {
        printed("mailto:a@example.com", "post").load(harness, "t");
        mockAndSkip("smtp:*");

        assertThat(innermost())
                .hasMessageEndingWith(
                        ": its endpoint is skipped, by a mock or an interceptor; the mail was not sent anywhere");

        assertThatNothingIsDone();
    }

    private void loadStream(UnaryOperator<PrintedRoute> edit) throws Exception {
        Map.of(
                        "type", "kinesis", // which nobody asks anything here
                        "endpoint", "http://127.0.0.1:1",
                        "region", "us-east-1",
                        "access-key", "nobody",
                        "secret-key", "nothing")
                .forEach((key, value) -> harness.property("waybill.connection.there." + key, value));
        edit.apply(PrintedRoute.of(
                        harness,
                        "t",
                        "[properties.export]\nsource_dataset_id = \"t\"\nfile_path = \"kinesis://orders\"\n"
                                + "connection = \"there\"\n"))
                .load(harness, "t");
    }

    @Test
    void aStreamGetsNoOtherRows() throws Exception {
        loadStream(route -> route.before("t.publish", "- setBody:\n    constant: \"{}\""));

        assertThat(innermost()).hasMessageContaining(": the body is not the file t.jsonl that was staged");

        assertThatNothingIsDone();
    }

    @Test
    void aStreamThatAMockTakesIsTold() throws Exception {
        loadStream(route -> route);
        mockAndSkip("waybill-kinesis:*");

        assertThat(innermost())
                .hasMessageEndingWith(
                        ": its endpoint is skipped, by a mock or an interceptor; t.jsonl was not sent anywhere");

        assertThatNothingIsDone();
    }

    @Test
    void anotherStreamThanTheSettingsNameIsRefused() throws Exception {
        loadStream(route -> new PrintedRoute(route.text().replaceAll("streamName: orders", "streamName: others")));

        assertThat(innermost())
                .hasMessageStartingWith(
                        "not delivered: route t.delivery: step t.publish sends to waybill-kinesis:others, and")
                .hasMessageContaining("names kinesis://orders; change both");
    }

    private static final String SEVERAL = """
            [properties.export]
            source_dataset_id = "t"
            file_path = "{{root}}/out/t_{part}.csv"
            max_rows_per_file = 2
            redelivery = { maximum_redeliveries = 0 }

            [[properties.export.delivery]]
            uri = "s3://lake/in/"
            connection = "lake"

            [[properties.export.delivery]]
            id = "partner"
            uri = "sftp:in/"
            connection = "partner"
            """;

    private PrintedRoute several() throws Exception {
        return PrintedRoute.of(harness, "t", SEVERAL);
    }

    private List<String> out() throws Exception {
        return Files.exists(harness.file("out")) ? TestFiles.below(harness.file("out")) : List.of();
    }

    @Test
    void oneOfSeveralDestinationsThatIsLeftOutIsToldAndTheOthersHaveTheirFiles() throws Exception {
        several().around("t.publish-lake", """
                - filter:
                    simple: "${header.CamelFileName} ends with '_1.csv'"
                    steps:
                      %s
                """).load(harness, "t");

        RunResult failed = harness.fail("t");

        assertThat(failed.deliveries())
                .extracting(DeliveryResult::id, DeliveryResult::delivered)
                .containsExactly(tuple("local", true), tuple("lake", false), tuple("partner", true));
        assertThat(failed.error())
                .startsWith("lake: not delivered: step t.publish-lake (to waybill-s3:lake) has not published ");
        assertThat(out()).containsExactly("t.csv.waybill.json", "t_1.csv", "t_2.csv");
        assertThat(files(Store.S3, "lake")).isEmpty();
    }

    @Test
    void aDestinationThatIsTakenOutOfTheMulticastIsTold() throws Exception {
        several().remove("t.deliver-to-partner").load(harness, "t");

        assertThat(harness.fail("t").error())
                .isEqualTo("partner: not delivered: the route has not turned to it, or not come to its end");
        assertThat(files(Store.SFTP, null)).isEmpty();
    }

    @Test
    void oneAfterTheOtherWithACopyAndWithoutIdsDelivers() throws Exception {
        several()
                .edit("            parallelProcessing: true\n", "")
                .before("t.publish-lake", "- to: file:{{root}}/copy")
                .withoutIds()
                .load(harness, "t");

        harness.run("t");

        assertThat(out()).containsExactly("t.csv.waybill.json", "t_1.csv", "t_2.csv");
        assertThat(files(Store.S3, "lake")).hasSize(3);
        assertThat(files(Store.SFTP, null)).hasSize(3);
        assertThat(TestFiles.below(harness.file("copy"))).containsExactly("t_1.csv", "t_2.csv");
    }

    @Test
    void severalThatSayTheirDestinationsThreeTimesAsThoseOfVersionsBeforeDoDeliver() throws Exception {
        PrintedRoute before = several()
                .edit("uri: \"t_{part}.csv\"", "uri: \"{{root}}/out/t_{part}.csv\"")
                .edit("uri: \"s3:./\"", "uri: \"s3://lake/in/\"")
                .edit("uri: \"sftp:./\"", "uri: \"sftp:in/\"");
        for (String id : List.of("local", "lake", "partner")) {
            before = before.replace(
                    "t.publish-manifest-" + id,
                    before.step("t.publish-" + id, 0).replace("t.publish-", "t.publish-manifest-"));
        }
        before.load(harness, "t");

        RunResult done = harness.run("t");

        assertThat(out()).containsExactly("t.csv.waybill.json", "t_1.csv", "t_2.csv");
        assertThat(files(Store.S3, "lake")).hasSize(3).allMatch(name -> name.startsWith("in/"));
        assertThat(files(Store.SFTP, null)).hasSize(3).allMatch(name -> name.startsWith("in/"));
        assertThat(done.deliveries()).allMatch(DeliveryResult::delivered);
    }

    @Test
    void eachOfSeveralMayGoElsewhereByItsPublishStep() throws Exception {
        several()
                .edit("directoryName: \"{{root}}/out\"", "directoryName: \"{{root}}/elsewhere\"")
                .edit("prefix: in/", "prefix: other/")
                .load(harness, "t");

        harness.run("t");

        assertThat(TestFiles.below(harness.file("elsewhere"))).hasSize(3);
        assertThat(files(Store.S3, "lake")).hasSize(3).allMatch(name -> name.startsWith("other/"));
        assertThat(out()).isEmpty();
    }

    @Test
    void filesThatWereKeptAreNotDeliveredToWhereTheRouteLeadsSince() throws Exception {
        PrintedRoute route = printed(Store.S3);
        harness.load(
                "t.camel.yaml",
                route.before(
                                "t.publish",
                                "- throwException:\n    exceptionType: java.lang.IllegalStateException\n    message: away")
                        .text());
        String runId = harness.fail("t").runId();
        for (String loaded : List.of("t", "t.redrive", "t.delivery")) {
            harness.context().getRouteController().stopRoute(loaded);
            harness.context().removeRoute(loaded);
        }
        harness.loadAgain("t.camel.yaml", Store.S3.toOther.apply(route).text());

        assertThatThrownBy(() -> harness.redrive("t", runId))
                .hasStackTraceContaining(
                        "it does not lead to s3://lake/in, where the files of run " + runId + " belong");
        assertThat(files(Store.S3, "pond")).isEmpty();
    }
}
