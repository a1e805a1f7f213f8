package io.waybill.delivery.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.ledger.RunResult;
import io.waybill.servers.S3Server;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/** Files by the values of columns in a bucket, fetched again by their keys, and read by DuckDB. */
class FilesByColumnsOnS3IT {

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.over(
            TestDatabases::postgres,
            "CREATE TABLE t (id int PRIMARY KEY, place text, at timestamptz)",
            "INSERT INTO t SELECT x, (ARRAY['DE', 'de', 'a/b=c 100%', 'Zürich', NULL])[1 + x % 5], '2026-01-15 22:30Z' FROM generate_series(0, 2499) x");

    @TempDir
    private Path buckets;

    @TempDir
    private Path fetched;

    private S3Server s3;

    @BeforeEach
    void start() throws Exception {
        s3 = S3Server.start(buckets, "lake");
        s3.connection("lake").forEach(harness::property);
    }

    @AfterEach
    void stop() throws Exception {
        s3.close();
    }

    /** Brings the objects into the folder, by their keys. */
    private List<String> fetch() throws Exception {
        List<String> keys = new ArrayList<>();
        try (S3Client client = s3.client()) {
            for (S3Object object :
                    client.listObjectsV2Paginator(list -> list.bucket("lake")).contents()) {
                Path file = fetched.resolve(object.key());
                Files.createDirectories(file.getParent());
                client.getObject(get -> get.bucket("lake").key(object.key()), file);
                keys.add(object.key());
            }
        }
        keys.sort(null);
        return keys;
    }

    @Test
    void haveTheirKeysAndAreSentAheadAndReadBack() throws Exception {
        harness.property("waybill.connection.lake.upload-ahead", "1");
        RunResult result = harness.export("""
                source_dataset_id = "t"
                file_path = "s3://lake/t/place={column:place}/at={column:at}/"
                connection = "lake"
                format = "csv"
                compression = "gzip"
                parallelism = 2
                max_open_files = 3
                max_files = 100
                path_columns = "leave_out"
                """);

        assertThat(result.rows()).isEqualTo(2500);
        assertThat(fetch())
                .contains(
                        "t/place=DE/at=2026-01-15T22%3A30%3A00Z/part-00000.csv.gz",
                        "t/place=Zürich/at=2026-01-15T22%3A30%3A00Z/part-00000.csv.gz",
                        "t/place=__HIVE_DEFAULT_PARTITION__/at=2026-01-15T22%3A30%3A00Z/part-00000.csv.gz",
                        "t/place=a%2Fb%3Dc 100%25/at=2026-01-15T22%3A30%3A00Z/part-00001.csv.gz",
                        "t/place=de/at=2026-01-15T22%3A30%3A00Z/part-00001.csv.gz")
                .first()
                .isEqualTo("t/" + result.flow() + ".waybill.json");
        try (Connection duckdb = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = duckdb.createStatement();
                ResultSet rows = statement.executeQuery("SELECT count(*), count(DISTINCT id), count(DISTINCT place),"
                        + " sum(CASE WHEN place IS NOT DISTINCT FROM ['DE', 'de', 'a/b=c 100%', 'Zürich', NULL][1 + id % 5]"
                        + " AND \"at\" = '2026-01-15T22:30:00Z' THEN 1 END)"
                        + " FROM read_csv('" + fetched
                        + "/t/*/*/*.csv.gz', hive_partitioning = true, hive_types_autocast = false)")) {
            rows.next();
            assertThat(rows.getInt(1)).isEqualTo(2500);
            assertThat(rows.getInt(2)).isEqualTo(2500);
            assertThat(rows.getInt(3)).isEqualTo(4);
            assertThat(rows.getInt(4)).isEqualTo(2500);
        }
    }
}
