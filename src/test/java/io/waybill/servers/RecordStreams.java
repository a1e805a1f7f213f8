package io.waybill.servers;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.extension.ResponseDefinitionTransformerV2;
import com.github.tomakehurst.wiremock.http.Request;
import com.github.tomakehurst.wiremock.http.ResponseDefinition;
import com.github.tomakehurst.wiremock.stubbing.ServeEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntPredicate;

/**
 * Answers as Kinesis and Firehose do, by their protocol (JSON 1.1), with the limits and the failures that their API references show: the
 * registry that the build takes its parts from has no server of theirs. {@code KinesisServerIT} asks a real server, where npm is there.
 */
public final class RecordStreams implements AutoCloseable {

    public static final String ACCESS_KEY = "AKIDSTREAMACCESS";
    public static final String SECRET_KEY = "stream-secret-Wm47";

    private static final ObjectMapper JSON = new ObjectMapper();

    static {
        speakJson();
    }

    private final WireMockServer server;
    private final List<Taken> records = new CopyOnWriteArrayList<>();
    private final List<Integer> requests = new CopyOnWriteArrayList<>();
    private volatile IntPredicate refused = number -> false;
    private volatile String stream = "orders";
    private int seen;

    /**
     * A record that was taken.
     *
     * @param key its partition key; null for Firehose
     */
    public record Taken(String key, String text) {}

    /** CBOR, which the SDK prefers, is nothing that a test reads, and answers in it end after 16 kB in a server of another. */
    static void speakJson() {
        System.setProperty("aws.cborEnabled", "false");
    }

    private RecordStreams() {
        server = new WireMockServer(
                wireMockConfig().bindAddress("127.0.0.1").dynamicPort().extensions(new Service()));
    }

    public static RecordStreams start() {
        RecordStreams streams = new RecordStreams();
        streams.server.start();
        streams.server.stubFor(any(anyUrl()).willReturn(aResponse().withTransformers("record-streams")));
        return streams;
    }

    /** The properties of a connection that leads here. */
    public Map<String, String> connection(String name, String type) {
        String prefix = "waybill.connection." + name + ".";
        return new HashMap<>(Map.of(
                prefix + "type", type,
                prefix + "endpoint", "http://127.0.0.1:" + server.port(),
                prefix + "region", "eu-central-1",
                prefix + "access-key", ACCESS_KEY,
                prefix + "secret-key", SECRET_KEY));
    }

    /** The only stream that there is; "orders" by default. */
    public void stream(String name) {
        stream = name;
    }

    /** Which records are not taken, by their number in the order of their coming, from 1; one that comes again has another number. */
    public void refuse(IntPredicate numbers) {
        refused = numbers;
    }

    public List<Taken> records() {
        return records;
    }

    /** How many records each request held. */
    public List<Integer> requests() {
        return requests;
    }

    @Override
    public void close() {
        server.stop();
    }

    private final class Service implements ResponseDefinitionTransformerV2 {

        @Override
        public String getName() {
            return "record-streams";
        }

        @Override
        public boolean applyGlobally() {
            return false;
        }

        @Override
        public synchronized ResponseDefinition transform(ServeEvent event) {
            Request request = event.getRequest();
            String signed = String.valueOf(request.getHeader("Authorization"));
            if (!signed.startsWith("AWS4-HMAC-SHA256 Credential=" + ACCESS_KEY + "/")) {
                return error("UnrecognizedClientException", "The security token included in the request is invalid.");
            }
            try {
                JsonNode body = JSON.readTree(request.getBody());
                return switch (request.getHeader("X-Amz-Target")) {
                    case "Kinesis_20131202.PutRecords" -> putRecords(body);
                    case "Firehose_20150804.PutRecordBatch" -> putRecordBatch(body);
                    case "Kinesis_20131202.DescribeStreamSummary" -> describeStreamSummary(body);
                    case "Firehose_20150804.DescribeDeliveryStream" -> describeDeliveryStream(body);
                    default -> error("UnknownOperationException", "");
                };
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private ResponseDefinition putRecords(JsonNode body) {
            for (JsonNode record : body.path("Records")) {
                if (data(record).length > 1 << 20 || key(record).length() > 256) {
                    return error("ValidationException", "Member must have length less than or equal to 1048576");
                }
            }
            return put(
                    body,
                    body.path("StreamName").asText(),
                    5,
                    "FailedRecordCount",
                    "Records",
                    "ProvisionedThroughputExceededException",
                    "Rate exceeded for shard shardId-000000000001 in stream " + stream
                            + " under account 111111111111.");
        }

        private ResponseDefinition putRecordBatch(JsonNode body) {
            return put(
                    body,
                    body.path("DeliveryStreamName").asText(),
                    4,
                    "FailedPutCount",
                    "RequestResponses",
                    "ServiceUnavailableException",
                    "Slow down.");
        }

        private ResponseDefinition put(
                JsonNode body,
                String name,
                int mebibytes,
                String failedCount,
                String resultsName,
                String errorCode,
                String errorMessage) {
            if (!name.equals(stream)) {
                return notFound(name);
            }
            long bytes = 0;
            for (JsonNode record : body.path("Records")) {
                bytes += data(record).length + key(record).length();
            }
            if (body.path("Records").size() > 500 || bytes > (long) mebibytes << 20) {
                return error("InvalidArgumentException", "Records size exceeds " + mebibytes + " MB limit");
            }
            ObjectNode response = JSON.createObjectNode();
            ArrayNode results = JSON.createArrayNode();
            int failed = 0;
            for (JsonNode record : body.path("Records")) {
                ObjectNode result = results.addObject();
                if (refused.test(++seen)) {
                    failed++;
                    result.put("ErrorCode", errorCode).put("ErrorMessage", errorMessage);
                } else {
                    boolean keyed = record.has("PartitionKey");
                    if (keyed) {
                        result.put("SequenceNumber", "49543463076548007577105092703039560359975228518395019266")
                                .put("ShardId", "shardId-000000000000");
                    } else {
                        result.put("RecordId", "DlhoEPP7pJ2w" + seen);
                    }
                    records.add(new Taken(keyed ? key(record) : null, text(record)));
                }
            }
            requests.add(results.size());
            response.put(failedCount, failed);
            response.set(resultsName, results);
            return answer(response);
        }

        private static String key(JsonNode record) {
            return record.path("PartitionKey").asText();
        }

        private ResponseDefinition describeStreamSummary(JsonNode body) {
            if (!body.path("StreamName").asText().equals(stream)) {
                return notFound(body.path("StreamName").asText());
            }
            ObjectNode response = JSON.createObjectNode();
            response.putObject("StreamDescriptionSummary")
                    .put("StreamName", stream)
                    .put("StreamStatus", "ACTIVE")
                    .put("OpenShardCount", 2);
            return answer(response);
        }

        private ResponseDefinition describeDeliveryStream(JsonNode body) {
            if (!body.path("DeliveryStreamName").asText().equals(stream)) {
                return notFound(body.path("DeliveryStreamName").asText());
            }
            ObjectNode response = JSON.createObjectNode();
            response.putObject("DeliveryStreamDescription")
                    .put("DeliveryStreamName", stream)
                    .put("DeliveryStreamStatus", "ACTIVE");
            return answer(response);
        }

        private ResponseDefinition notFound(String name) {
            return error("ResourceNotFoundException", "Stream " + name + " under account 111111111111 not found.");
        }

        private ResponseDefinition answer(ObjectNode body) {
            return aResponse()
                    .withHeader("Content-Type", "application/x-amz-json-1.1")
                    .withBody(body.toString())
                    .build();
        }

        private ResponseDefinition error(String code, String message) {
            ObjectNode body = JSON.createObjectNode().put("__type", code).put("message", message);
            return aResponse()
                    .withStatus(400)
                    .withHeader("Content-Type", "application/x-amz-json-1.1")
                    .withBody(body.toString())
                    .build();
        }

        private static byte[] data(JsonNode record) {
            return Base64.getDecoder().decode(record.path("Data").asText());
        }

        private static String text(JsonNode record) {
            return new String(data(record), StandardCharsets.UTF_8);
        }
    }
}
