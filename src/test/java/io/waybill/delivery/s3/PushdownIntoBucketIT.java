package io.waybill.delivery.s3;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.zaxxer.hikari.HikariDataSource;
import io.waybill.FlowHarness;
import io.waybill.database.BucketDuckDb;
import io.waybill.delivery.DistantFile;
import io.waybill.facts.FileContent;
import io.waybill.facts.FileFacts;
import io.waybill.format.ParquetRows;
import io.waybill.ledger.RunResult;
import io.waybill.rows.Forwarding;
import io.waybill.servers.S3Server;
import java.io.InputStream;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLFeatureNotSupportedException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.apache.camel.builder.AdviceWith;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Files that a database writes into the bucket that they are delivered to: nobody sees any by its name before the server has copied it there
 * whole. The server is a real one; in the place of the database's own way into it, a client puts there what DuckDB has written.
 */
class PushdownIntoBucketIT {

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.overAny();

    @TempDir
    private Path folder;

    @TempDir
    private Path buckets;

    private S3Server s3;

    @BeforeEach
    void start() throws Exception {
        s3 = S3Server.start(buckets, "lake", "vault");
        open(BucketDuckDb.FILES);
    }

    private void open(String files) throws Exception {
        HikariDataSource database = new HikariDataSource();
        database.setJdbcUrl(url(files));
        open(database);
    }

    private String url(String files) {
        return "jdbc:duckdb:" + folder.resolve(files + System.nanoTime() + ".duckdb");
    }

    private void open(HikariDataSource database) throws Exception {
        harness.open(
                database,
                "CREATE TABLE t AS SELECT i::INTEGER AS id, 'row ' || i AS txt FROM range(300000) r(i)",
                "CREATE TABLE stray AS SELECT 1 AS id");
        s3.connection("lake").forEach(harness::property);
    }

    @AfterEach
    void stop() throws Exception {
        s3.close();
    }

    private String flow(String path, String keys) {
        return "[properties.export]\nsource_dataset_id = \"t\"\nfile_path = \"" + path + "\"\n"
                + (path.startsWith("s3") ? "connection = \"lake\"\n" : "")
                + "engine = \"pushdown\"\npushdown_access = \""
                + s3.endpoint() + "\"\nredelivery = { maximum_redeliveries = 0 }\n" + keys;
    }

    private void load(String path, String keys) throws Exception {
        harness.load("f.toml", flow(path, keys));
    }

    private List<String> objects() throws Exception {
        Path bucket = buckets.resolve("lake");
        try (Stream<Path> files = Files.walk(bucket)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> bucket.relativize(file).toString())
                    .filter(name -> !name.startsWith(".")) // the server's own, of open uploads
                    .sorted()
                    .toList();
        }
    }

    private List<String> ownObjects() throws Exception {
        return objects().stream().filter(name -> name.contains("/.waybill/")).toList();
    }

    @Test
    void theServerCopiesEachFileToItsNameWhenItIsPublished() throws Exception {
        load("s3://lake/out/{part}.parquet", "max_row_groups_per_file = 1\n");
        List<String> before = new ArrayList<>();
        List<Long> staged = new ArrayList<>();
        AdviceWith.adviceWith(
                harness.context(),
                "f",
                route -> route.weaveById("f.deliver").before().process(exchange -> {
                    before.addAll(objects());
                    try (Stream<Path> files = Files.walk(harness.file("staging"))) {
                        files.filter(file -> file.toString().endsWith(".parquet"))
                                .forEach(file -> staged.add(file.toFile().length()));
                    }
                }));

        RunResult result = harness.run("f");

        assertThat(before)
                .hasSize(3)
                .allMatch(name -> name.matches("out/\\.waybill/" + result.runId() + "/data_[0-2]"));
        assertThat(staged).hasSize(3).allMatch(bytes -> bytes < 1000); // no file comes here
        assertThat(objects())
                .containsExactly("out/1.parquet", "out/2.parquet", "out/3.parquet", "out/f.parquet.waybill.json");
        assertThat(result.rows()).isEqualTo(300_000);
        Set<String> ids = new HashSet<>();
        JsonNode files = new ObjectMapper()
                .readTree(buckets.resolve("lake/out/f.parquet.waybill.json").toFile())
                .get("files");
        for (JsonNode file : files) {
            Path object = buckets.resolve("lake/out").resolve(file.get("name").asText());
            ParquetRows rows = ParquetRows.of(object);
            assertThat(rows.rows()).hasSize(file.get("rows").asInt());
            rows.rows().forEach(row -> ids.add(row.get(0)));
            try (InputStream in = Files.newInputStream(object)) {
                FileContent content = FileContent.of(in);
                assertThat(file.get("sha256").asText()).isEqualTo(content.sha256());
                assertThat(file.get("bytes").asLong()).isEqualTo(content.bytes());
            }
        }
        assertThat(ids).hasSize(300_000).contains("0", "299999");
        assertThat(harness.file("staging")).doesNotExist();
        assertThat(s3.openUploads("lake")).isEmpty();
    }

    @Test
    void whatADatabaseDoesNotTellTheFilesDo() throws Exception {
        open("silent-");
        load("s3://lake/out/", "format = \"parquet\"\nmax_row_groups_per_file = 1\n");

        RunResult result = harness.run("f");

        assertThat(result.rows()).isEqualTo(300_000);
        assertThat(result.files()).hasSize(3).allMatch(file -> file.rowGroups() == 1);
        for (FileFacts file : result.files()) {
            Path object = buckets.resolve(file.name().replace("s3://", ""));
            assertThat(ParquetRows.of(object).rows()).hasSize((int) file.rows());
        }
    }

    @Test
    void whatIsNoParquetIsNotTakenForSome() throws Exception {
        open("silent-");
        load("s3://lake/out/t.csv", "limit = 3\n");

        assertThat(harness.fail("f").error())
                .isEqualTo("data_0 that the database has written: it is no Parquet file: its end is that of none");
        assertThat(objects()).isEmpty();
    }

    @Test
    void aDeliveryThatFailsIsMadeGoodFromWhatTheDatabaseHasWritten() throws Exception {
        load("s3://lake/out/t.csv", "limit = 3\norder_by = \"id\"\ndead_letter = \"file:{{root}}/undelivered\"\n");
        AtomicBoolean fails = new AtomicBoolean(true);
        AdviceWith.adviceWith(
                harness.context(),
                "f.delivery",
                route -> route.interceptSendToEndpoint("waybill-s3:*").process(exchange -> {
                    if (fails.get()) {
                        throw new ConnectException("Connection refused");
                    }
                }));
        RunResult failed = harness.fail("f");
        assertThat(objects()).containsExactly("out/.waybill/" + failed.runId() + "/data_0");
        assertThat(failed.deadLetter()).isNotNull();
        assertThat(harness.file("undelivered")).doesNotExist(); // nobody gets what only stands for the file

        fails.set(false);
        RunResult redriven = harness.redrive("f", failed.runId());

        assertThat(redriven.files()).extracting(FileFacts::rows).containsExactly(3L);
        assertThat(buckets.resolve("lake/out/t.csv")).hasContent("id,txt\n0,row 0\n1,row 1\n2,row 2\n");
        harness.run("f"); // which removes what nobody needs any more
        assertThat(objects()).containsExactly("out/t.csv", "out/t.csv.waybill.json");
    }

    @Test
    void aFileThatWasChangedSinceItWasReadIsNotPublished() throws Exception {
        load("s3://lake/out/t.csv", "limit = 3\n");
        AdviceWith.adviceWith(
                harness.context(),
                "f",
                route -> route.weaveById("f.deliver").before().process(exchange -> {
                    try (var client = s3.client()) {
                        String key = ownObjects().get(0);
                        client.putObject(
                                request -> request.bucket("lake").key(key),
                                software.amazon.awssdk.core.sync.RequestBody.fromString("id,txt\n9,forged\n"));
                    }
                }));

        RunResult failed = harness.fail("f");

        assertThat(failed.error()).contains("delivery of t.csv failed");
        assertThat(buckets.resolve("lake/out/t.csv")).doesNotExist();
        assertThat(s3.openUploads("lake")).isEmpty();
    }

    /** Whatever else can write into the staging folder does not choose what the server copies. */
    @ParameterizedTest
    @CsvSource({"lake, secret/data, true", "vault, out/.waybill/data, true", "lake, out/.waybill/data, false"})
    void whatOnlyPosesAsAFileOfTheDatabaseIsNotPublished(String bucket, String key, boolean hasVersion)
            throws Exception {
        String forged;
        try (var client = s3.client()) {
            String version = client.putObject(
                            request -> request.bucket(bucket).key(key),
                            software.amazon.awssdk.core.sync.RequestBody.fromString("secret"))
                    .eTag();
            forged = "\u0000waybill distant1"
                    + new ObjectMapper()
                            .writeValueAsString(new DistantFile(bucket, key, 6, hasVersion ? version : null));
        }
        load("s3://lake/out/t.csv", "limit = 3\n");
        AdviceWith.adviceWith(
                harness.context(),
                "f",
                route -> route.weaveById("f.deliver").before().process(exchange -> {
                    try (Stream<Path> files = Files.walk(harness.file("staging"))) {
                        for (Path file : files.filter(each -> each.toString().endsWith(".csv"))
                                .toList()) {
                            Files.writeString(file, forged);
                        }
                    }
                }));

        RunResult failed = harness.fail("f");

        assertThat(failed.error())
                .contains(key + " lies in " + bucket + ", where it is to be delivered, and is not read here");
        assertThat(buckets.resolve("lake/out/t.csv")).doesNotExist();
        assertThat(s3.openUploads("lake")).isEmpty();
    }

    @Test
    void aCopyWhoseAnswerWasLostIsNotMadeTwice() throws Exception {
        load("s3://lake/out/t.csv", "limit = 3\norder_by = \"id\"\nif_exists = \"fail\"\n");
        AtomicBoolean copied = new AtomicBoolean();
        AdviceWith.adviceWith(
                harness.context(),
                "f.delivery",
                route -> route.interceptSendToEndpoint("waybill-s3:*").process(exchange -> {
                    if (!copied.getAndSet(true)) { // by an earlier try, that nobody has heard of
                        try (var client = s3.client()) {
                            String own = ownObjects().get(0);
                            client.copyObject(request -> request.sourceBucket("lake")
                                    .sourceKey(own)
                                    .destinationBucket("lake")
                                    .destinationKey("out/t.csv"));
                        }
                    }
                }));

        assertThat(harness.run("f").rows()).isEqualTo(3);

        assertThat(objects()).containsExactly("out/t.csv", "out/t.csv.waybill.json");
        assertThat(s3.openUploads("lake")).isEmpty();
    }

    @Test
    void goesWithDriversThatHaveNoTransactions() throws Exception {
        HikariDataSource database = new HikariDataSource();
        database.setDataSource(withoutTransactions(url(BucketDuckDb.FILES)));
        open(database);
        load("s3://lake/out/t.csv", "limit = 3\n");
        assertThat(harness.run("f").rows()).isEqualTo(3);

        harness.load(
                "g.toml",
                "[properties.export]\nsource_dataset_id = \"t\"\nfile_path = \"{{root}}/t.csv\"\nlimit = 3\n");
        assertThat(harness.run("g").rows()).as("engine = \"local\"").isEqualTo(3);
    }

    /** As those of ClickHouse and BigQuery are. */
    private static DataSource withoutTransactions(String url) {
        return Forwarding.of(
                DataSource.class,
                (method, none) -> method.getName().equals("getConnection")
                        ? withoutTransactions(DriverManager.getConnection(url))
                        : method.getReturnType() == int.class ? 0 : null);
    }

    private static Connection withoutTransactions(Connection connection) {
        return Forwarding.of(Connection.class, (method, arguments) -> {
            boolean begins = method.getName().equals("setAutoCommit") && arguments[0].equals(false);
            if (begins || method.getName().equals("rollback")) {
                throw new SQLFeatureNotSupportedException("there are no transactions");
            }
            return Forwarding.to(connection, method, arguments);
        });
    }

    @Test
    void filesThatTheDatabaseDoesNotTellOfStopTheRun() throws Exception {
        harness.load("g.toml", flow("s3://lake/out/g.csv", "").replace("\"t\"", "\"stray\""));

        RunResult failed = harness.fail("g");

        assertThat(failed.error())
                .isEqualTo(
                        "the database tells of the files [data_0], and there are [data_0, stray]; nothing was delivered");
        assertThat(objects()).isEmpty();
    }

    @Test
    void severalFilesAreNotWrittenOverEachOther() throws Exception {
        load("s3://lake/out/t.parquet", "max_row_groups_per_file = 1\n");
        assertThat(harness.run("f").files()).hasSize(3).doesNotHaveDuplicates();
    }

    @Test
    void whatRunsOfThisLedgerHaveLeftIsSweptAndWhatOthersHaveIsNot() throws Exception {
        load("s3://lake/out/t.csv", "limit = 3\n");
        RunResult earlier = harness.run("f");
        for (String run : List.of(earlier.runId(), "of-another-ledger")) {
            Path left = Files.createDirectories(buckets.resolve("lake/out/.waybill/" + run));
            Files.writeString(left.resolve("data_0"), "left by a process that was killed");
        }

        harness.run("f");

        assertThat(ownObjects()).containsExactly("out/.waybill/of-another-ledger/data_0");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "out/t.csv | ~~ | engine: \"pushdown\" has Bucket DuckDB write into the bucket that the files are delivered to; one destination is allowed, in a bucket of S3: s3://bucket/folder/",
            })
    void whatIsNotInOneBucketIsRefused(String path, String keys, String message) throws Exception {
        load(path, keys + "\n");

        assertThat(harness.failure("f")).hasMessage(message);
        assertThat(objects()).isEmpty();
    }
}
