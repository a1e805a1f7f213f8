package io.waybill.delivery.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.FlowHarness;
import io.waybill.delivery.ConnectionCheck;
import io.waybill.flow.Delivery;
import io.waybill.flow.IfExists;
import io.waybill.flow.PathTemplate;
import io.waybill.ledger.RunResult;
import io.waybill.servers.KinesisServer;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.kinesis.model.Record;

/** Exports to a Kinesis server. */
class KinesisServerIT {

    @RegisterExtension
    private final FlowHarness harness =
            FlowHarness.over("CREATE TABLE t AS SELECT x AS id, mod(x, 7) AS buyer FROM system_range(1, 1234)");

    private KinesisServer server;

    @BeforeEach
    void start() throws Exception {
        server = KinesisServer.start();
        server.connection("there").forEach(harness::property);
    }

    @AfterEach
    void stop() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    private RunResult export(String uri) throws Exception {
        return harness.load(
                        "t.toml",
                        "[properties.export]\nsource_dataset_id = \"t\"\nconnection = \"there\"\nfile_path = \"" + uri
                                + "\"\n")
                .run("t");
    }

    @Test
    void everyRowIsThereOnceSpreadOverTheShards() throws Exception {
        server.create("orders", 3);

        assertThat(export("kinesis://orders").rows()).isEqualTo(1234);

        List<List<Record>> shards = server.records("orders");
        assertThat(shards).hasSize(3).noneMatch(List::isEmpty);
        assertThat(shards.stream()
                        .flatMap(List::stream)
                        .map(record -> record.data().asUtf8String()))
                .containsExactlyInAnyOrderElementsOf(IntStream.rangeClosed(1, 1234)
                        .mapToObj(id -> "{\"id\":" + id + ",\"buyer\":" + id % 7 + "}")
                        .toList());
    }

    @Test
    void rowsOfOneValueAreInTheirOrderInOneShard() throws Exception {
        server.create("orders", 3);

        export("kinesis://orders?partitionKey=buyer");

        for (int buyer = 0; buyer < 7; buyer++) {
            String key = "" + buyer;
            List<List<String>> found = server.records("orders").stream()
                    .map(shard -> shard.stream()
                            .filter(record -> record.partitionKey().equals(key))
                            .map(record -> record.data().asUtf8String())
                            .toList())
                    .filter(records -> !records.isEmpty())
                    .toList();
            assertThat(found).hasSize(1);
            assertThat(found.get(0))
                    .isEqualTo(IntStream.rangeClosed(1, 1234)
                            .filter(id -> key.equals("" + id % 7))
                            .mapToObj(id -> "{\"id\":" + id + ",\"buyer\":" + key + "}")
                            .toList());
        }
    }

    @Test
    void aCheckSaysHowTheStreamIs() {
        server.create("orders", 3);

        assertThat(new ConnectionCheck(harness.context())
                        .run(new Delivery(
                                "there",
                                PathTemplate.parse("kinesis://orders"),
                                "there",
                                IfExists.OVERWRITE,
                                Map.of(),
                                Map.of())))
                .extracting(ConnectionCheck.Finding::what)
                .containsExactly("finds the stream: ACTIVE, 3 shards; nothing was sent");
    }
}
