package io.waybill.delivery.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.ledger.RunEntry;
import io.waybill.ledger.RunResult;
import io.waybill.servers.RecordStreams;
import io.waybill.servers.RecordStreams.Taken;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Exports to Kinesis and Firehose: rows as records. */
class RecordsDeliveryIT {

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.over();

    private RecordStreams streams;

    @BeforeEach
    void start() {
        streams = RecordStreams.start();
    }

    @AfterEach
    void stop() throws Exception {
        streams.close();
    }

    private FlowHarness load(String uri, String keys) throws Exception {
        String type = uri.substring(0, uri.indexOf(':'));
        streams.connection("there", type).forEach(harness::property);
        return harness.load(
                "t.toml",
                "[properties.export]\nsource_dataset_id = \"t\"\nconnection = \"there\"\nfile_path = \"" + uri + "\"\n"
                        + "redelivery = { maximum_redeliveries = 1, redelivery_delay = \"20ms\" }\n" + keys);
    }

    private void rows(int count) {
        TestDatabases.execute(
                harness.database(),
                "CREATE TABLE t AS SELECT x AS id, 'buyer ' || mod(x, 3) AS buyer FROM system_range(1, " + count + ")");
    }

    private static List<String> lines(int count, String end) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(id -> "{\"id\":" + id + ",\"buyer\":\"buyer " + id % 3 + "\"}" + end)
                .toList();
    }

    @Test
    void eachRowIsARecordInBatchesAsLargeAsTheServiceTakes() throws Exception {
        rows(1203);

        RunResult result = load("kinesis://orders", "").run("t");

        assertThat(result.rows()).isEqualTo(1203);
        assertThat(streams.requests()).containsExactly(500, 500, 203);
        assertThat(streams.records()).extracting(Taken::text).isEqualTo(lines(1203, ""));
        String sha256 = result.files().get(0).sha256();
        assertThat(streams.records()).extracting(Taken::key).startsWith(sha256 + "-1", sha256 + "-2");
        assertThat(streams.records()).extracting(Taken::key).doesNotHaveDuplicates();
        assertThat(result.waybill()).isNull();
    }

    @Test
    void firehoseJoinsRecordsSoThatTheyEndTheirLines() throws Exception {
        rows(501);

        load("firehose://orders", "").run("t");

        assertThat(streams.requests()).containsExactly(500, 1);
        assertThat(streams.records()).extracting(Taken::text).isEqualTo(lines(501, "\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"kinesis", "firehose"})
    void largeRowsMakeSmallBatches(String service) throws Exception {
        TestDatabases.execute(
                harness.database(),
                "CREATE TABLE t AS SELECT x AS id, repeat('x', 900000) AS note FROM system_range(1, 8)");

        load(service + "://orders", "").run("t");

        assertThat(streams.requests()).isEqualTo(service.equals("kinesis") ? List.of(5, 3) : List.of(4, 4));
        assertThat(streams.records()).hasSize(8);
    }

    @Test
    void recordsOfOneValueHaveOneKey() throws Exception {
        rows(6);

        load("kinesis://orders?partitionKey=buyer", "").run("t");

        assertThat(streams.records())
                .extracting(Taken::key)
                .containsExactly("buyer 1", "buyer 2", "buyer 0", "buyer 1", "buyer 2", "buyer 0");
    }

    @Test
    void aKeyThatNoRowHasIsNamedBeforeAnythingIsSent() throws Exception {
        rows(6);

        RunResult failed = load("kinesis://orders?partitionKey=customer", "").fail("t");

        assertThat(failed.error())
                .isEqualTo(
                        "delivery of t.jsonl failed: option partitionKey: the rows have no field \"customer\"; they have id,"
                                + " buyer");
        assertThat(streams.requests()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"kinesis", "firehose"})
    void ofABatchThatIsTakenInPartOnlyTheRestIsSentAgain(String service) throws Exception {
        rows(700);
        streams.refuse(number -> number <= 500 && number % 5 == 0);

        load(service + "://orders", "").run("t");

        assertThat(streams.requests()).containsExactly(500, 100, 200);
        assertThat(streams.records())
                .extracting(Taken::text)
                .containsExactlyInAnyOrderElementsOf(lines(700, service.equals("kinesis") ? "" : "\n"));
    }

    @Test
    void redeliveryBeginsWhereTheStreamHasStoppedTakingRecords() throws Exception {
        rows(700);
        // record 501 comes in the second batch with 199 others; it and 50 more are refused six times over
        streams.refuse(number -> number > 550 && number <= 700 + 5 * 150);

        RunResult result = load("kinesis://orders", "").run("t");

        assertThat(result.status()).isEqualTo(RunEntry.Status.DONE);
        assertThat(streams.requests()).containsExactly(500, 200, 150, 150, 150, 150, 150, 150);
        assertThat(streams.records()).extracting(Taken::text).isEqualTo(lines(700, ""));
    }

    @Test
    void whatIsNeverTakenIsKeptAndSaysWhy() throws Exception {
        rows(3);
        streams.refuse(number -> true);

        RunResult failed = load("kinesis://orders", "").fail("t");

        assertThat(failed.error())
                .isEqualTo("delivery of t.jsonl failed, 2 times: of the first 3 records, 3 are not taken:"
                        + " ProvisionedThroughputExceededException: Rate exceeded for shard shardId-000000000001 in"
                        + " stream orders under account 111111111111.");
        streams.refuse(number -> false);
        harness.redrive("t", failed.runId());
        assertThat(streams.records()).extracting(Taken::text).isEqualTo(lines(3, ""));
    }

    @Test
    void aRowThatNoRecordTakesStopsTheFileBeforeItsFirstRow() throws Exception {
        TestDatabases.execute(
                harness.database(),
                "CREATE TABLE t AS SELECT x AS id, repeat('x', case x when 3 then 1100000 else 1 end) AS note"
                        + " FROM system_range(1, 4)");

        RunResult failed = load("kinesis://orders", "").fail("t");

        assertThat(failed.error())
                .isEqualTo(
                        "delivery of t.jsonl failed: line 3 is longer than the 1048576 bytes that a record may have");
        assertThat(streams.requests()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"kinesis", "firehose"})
    void aStreamThatIsNotThereIsNotTriedAgain(String service) throws Exception {
        rows(3);

        RunResult failed = load(service + "://bills", "").fail("t");

        assertThat(failed.error())
                .startsWith("delivery of t.jsonl failed: Stream bills under account 111111111111 not found. (Service:");
        assertThat(failed.deadLetter()).isNotNull();
    }

    @Test
    void newRowsStreamAsTheyCome() throws Exception {
        rows(3);
        harness.load("datasets.toml", "[[dataset]]\nid = \"t\"\ntable = \"t\"\nwatermark = \"id\"\n");
        load(
                "kinesis://orders",
                "since_last_export = true\n[[triggers]]\nid = \"rows\"\ntype = \"stream\"\nmax_delay = \"1s\"\n");
        await().until(() -> streams.records().size() == 3);
        TestDatabases.execute(harness.database(), "INSERT INTO t VALUES (4, 'buyer 1')");

        await().until(() -> streams.records().size() == 4);
        assertThat(streams.records()).extracting(Taken::text).isEqualTo(lines(4, ""));
    }

    @Test
    void filesAreNotForStreams() {
        assertThatThrownBy(() -> load("kinesis://orders", "format = \"csv\"\n"))
                .hasMessageEndingWith(
                        "t.toml:6: format: \"csv\" does not go with kinesis, which takes a record each row; jsonl is"
                                + " allowed");
        assertThatThrownBy(() -> load("firehose://orders", "compression = \"gzip\"\n"))
                .hasMessageEndingWith(
                        "t.toml:6: compression: does not go with firehose, which takes records and not files");
        assertThatThrownBy(() -> load("kinesis://orders", "exporter_config = { encoding = \"utf-16\" }\n"))
                .hasMessageEndingWith("t.toml:6: exporter_config: encoding \"utf-16\" does not go with kinesis, whose"
                        + " records are told apart in utf-8");
    }
}
