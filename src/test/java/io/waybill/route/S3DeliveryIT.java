package io.waybill.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.ledger.RunResult;
import io.waybill.servers.S3Server;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exports to an S3 server that checks signatures. */
class S3DeliveryIT {

    @TempDir
    private Path folder;

    @TempDir
    private Path buckets;

    private S3Server s3;
    private HikariDataSource database;
    private FlowHarness harness;

    @BeforeEach
    void start() throws Exception {
        s3 = S3Server.start(buckets, "lake");
        database = TestDatabases.h2();
        TestDatabases.execute(database, "CREATE TABLE t AS SELECT x AS id FROM system_range(1, 4)");
        harness = new FlowHarness(folder, database);
        s3.connection("lake").forEach(harness::property);
    }

    @AfterEach
    void stop() throws Exception {
        harness.close();
        database.close();
        s3.close();
    }

    private RunResult export(String path, String keys) throws Exception {
        return harness.export(
                "source_dataset_id = \"t\"\nfile_path = \"s3://lake/" + path + "\"\nconnection = \"lake\"\n" + keys);
    }

    private List<String> objects() throws Exception {
        Path bucket = buckets.resolve("lake");
        try (Stream<Path> files = Files.walk(bucket)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> bucket.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    @Test
    void filesAndTheirWaybillBecomeObjects() throws Exception {
        RunResult result = export("orders/{ds}/t_{part}.csv", "max_rows_per_file = 2\n");

        assertThat(objects())
                .containsExactly(
                        "orders/2026-01-15/t.csv.waybill.json",
                        "orders/2026-01-15/t_1.csv",
                        "orders/2026-01-15/t_2.csv");
        assertThat(buckets.resolve("lake/orders/2026-01-15/t_2.csv")).hasContent("id\n3\n4\n");
        assertThat(result.files())
                .extracting(RunResult.RunFile::path)
                .containsExactly("s3://lake/orders/2026-01-15/t_1.csv", "s3://lake/orders/2026-01-15/t_2.csv");
        assertThat(result.waybill()).isEqualTo("s3://lake/orders/2026-01-15/t.csv.waybill.json");
        assertThat(folder.resolve("staging")).doesNotExist();
    }

    @Test
    void aRunOfFewerFilesLeavesNoneOfTheLastOneBeside() throws Exception {
        export("t_{part}.csv", "max_rows_per_file = 1\n");
        assertThat(objects()).hasSize(5);

        export("t_{part}.csv", "max_rows_per_file = 2\n");

        assertThat(objects()).containsExactly("t.csv.waybill.json", "t_1.csv", "t_2.csv");
    }

    @Test
    void whatIsThereMayStay() throws Exception {
        export("t.csv", "");

        assertThatThrownBy(() -> export("t.csv", "if_exists = \"fail\"\n"))
                .hasMessage("if_exists: s3://lake/t.csv is there already, and if_exists = \"fail\"; remove it, or"
                        + " choose overwrite or version");
        assertThat(export("t.csv", "if_exists = \"version\"\n").files().get(0).path())
                .isEqualTo("s3://lake/t_v2.csv");
    }
}
