package io.waybill.servers;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;

/** Kinesalite, a Kinesis server in Node: npm installs it below target; where there is no npm, tests that need it are left out. */
public final class KinesisServer implements AutoCloseable {

    private static final Path HOME = Path.of("target", "kinesalite").toAbsolutePath();
    private static final Path PROGRAM = HOME.resolve("node_modules/kinesalite/cli.js");
    private static final String PACKAGE = "kinesalite@3.3.3";

    private final Process process;
    private final int port;

    private KinesisServer(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    public static KinesisServer start() throws Exception {
        assumeTrue(isOnPath("npm") && isOnPath("node"), "npm installs the server, and is not here");
        assumeTrue(Installed.NOW, "npm cannot install " + PACKAGE);
        RecordStreams.speakJson();
        int port = Ports.free();
        Process process = new ProcessBuilder(
                        "node", PROGRAM.toString(), "--port", "" + port, "--createStreamMs", "1", "--shardLimit", "100")
                .redirectErrorStream(true)
                .redirectOutput(HOME.resolve("server.log").toFile())
                .start();
        await().until(() -> Ports.isOpen(port) || !process.isAlive());
        return new KinesisServer(process, port);
    }

    private static boolean isOnPath(String program) {
        return List.of(System.getenv("PATH").split(File.pathSeparator)).stream()
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    /** It is tried once, however many tests ask. */
    private static final class Installed {

        static final boolean NOW = Files.exists(PROGRAM) || install();

        private static boolean install() {
            try {
                Files.createDirectories(HOME);
                Process npm = new ProcessBuilder(
                                "npm",
                                "install",
                                "--omit=optional",
                                "--no-audit",
                                "--no-fund",
                                "--fetch-retries=0",
                                "--fetch-timeout=20000",
                                PACKAGE)
                        .directory(HOME.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(HOME.resolve("npm.log").toFile())
                        .start();
                boolean ended = npm.waitFor(1, TimeUnit.MINUTES);
                npm.destroyForcibly();
                return ended && npm.exitValue() == 0;
            } catch (IOException e) {
                return false;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
    }

    private KinesisClient client() {
        return KinesisClient.builder()
                .endpointOverride(URI.create("http://127.0.0.1:" + port))
                .region(Region.EU_CENTRAL_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("key", "secret")))
                .build();
    }

    /** Makes a stream, and waits until it takes records. */
    public void create(String stream, int shards) {
        try (KinesisClient client = client()) {
            client.createStream(request -> request.streamName(stream).shardCount(shards));
            await().until(() -> client.describeStreamSummary(request -> request.streamName(stream))
                    .streamDescriptionSummary()
                    .streamStatus()
                    .equals(StreamStatus.ACTIVE));
        }
    }

    /** The records of a stream, a list each shard. */
    public List<List<Record>> records(String stream) {
        try (KinesisClient client = client()) {
            List<List<Record>> records = new ArrayList<>();
            for (Shard shard : client.describeStream(request -> request.streamName(stream))
                    .streamDescription()
                    .shards()) {
                String from = client.getShardIterator(request -> request.streamName(stream)
                                .shardId(shard.shardId())
                                .shardIteratorType(ShardIteratorType.TRIM_HORIZON))
                        .shardIterator();
                records.add(client.getRecords(request -> request.shardIterator(from))
                        .records());
            }
            return records;
        }
    }

    /** The properties of a connection that leads here. */
    public Map<String, String> connection(String name) {
        String prefix = "waybill.connection." + name + ".";
        return Map.of(
                prefix + "type", "kinesis",
                prefix + "endpoint", "http://127.0.0.1:" + port,
                prefix + "region", "eu-central-1",
                prefix + "access-key", "key",
                prefix + "secret-key", "secret");
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        process.waitFor();
    }
}
