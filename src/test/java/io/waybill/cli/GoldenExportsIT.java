package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.waybill.FlowHarness;
import io.waybill.facts.FileFacts;
import io.waybill.ledger.RunResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.Connection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The demo's flows write the same bytes as before, and so do the routes that a version before has printed of them: {@code
 * golden/exports.txt} has the files' SHA-256. {@code -Dwrite} writes it, where a change is meant.
 */
class GoldenExportsIT {

    private static final Path GOLDEN = Path.of("src/test/resources/golden");
    private static final Path HASHES = GOLDEN.resolve("exports.txt");

    private static final List<String> FLOWS = List.of(
            "customers_json",
            "orders_batch",
            "orders_changes",
            "orders_delta",
            "orders_full",
            "orders_incremental",
            "orders_parts");

    private static HikariDataSource database;

    @TempDir
    private Path folder;

    @BeforeAll
    static void fill() throws Exception {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl("jdbc:h2:mem:golden;DATABASE_TO_LOWER=TRUE;CASE_INSENSITIVE_IDENTIFIERS=TRUE");
        database = new HikariDataSource(config);
        try (Connection connection = database.getConnection()) {
            DemoCommand.fill(connection);
        }
    }

    @AfterAll
    static void close() {
        database.close();
    }

    @Test
    void flowsWriteTheBytesThatTheyWroteBefore() throws Exception {
        String written = export(".toml", Path.of("routes"));

        if (System.getProperty("write") != null) {
            Files.writeString(HASHES, written);
        }
        assertThat(written).isEqualTo(Files.readString(HASHES));
    }

    @Test
    void routesThatWerePrintedBeforeWriteThemToo() throws Exception {
        assertThat(export(".camel.yaml", GOLDEN.resolve("routes"))).isEqualTo(Files.readString(HASHES));
    }

    private String export(String extension, Path from) throws Exception {
        StringBuilder written = new StringBuilder();
        try (FlowHarness harness = new FlowHarness(folder, database)) {
            harness.context().getRegistry().bind("demo", database);
            harness.property("waybill.default-datasource", "demo");
            Files.copy(Path.of("routes/datasets.toml"), folder.resolve("datasets.toml"));
            for (String flow : FLOWS) {
                String text = Files.readString(from.resolve(flow + extension))
                        .replaceAll("(: |= )\"?exports([^\"\\n]*)\"?", "$1\"{{root}}/exports$2\"");
                harness.load(flow + extension, text);
                RunResult run = harness.run(flow, Map.of());
                for (FileFacts file : run.files()) {
                    Path path = Path.of(file.name());
                    written.append(flow.equals("orders_incremental") ? unzipped(path) : file.sha256())
                            .append("  " + file.rows() + "  " + folder.relativize(path) + "\n");
                }
            }
        }
        return written.toString();
    }

    /** What a .gz file holds: its own bytes are another for another Java's zlib. */
    private static String unzipped(Path file) throws Exception {
        try (var in = new GZIPInputStream(Files.newInputStream(file))) {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(in.readAllBytes()));
        }
    }
}
