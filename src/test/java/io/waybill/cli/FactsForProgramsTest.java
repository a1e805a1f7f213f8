package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.waybill.facts.FileFacts;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.RunEntry;
import io.waybill.ledger.RunEntry.Status;
import io.waybill.ledger.RunResult;
import io.waybill.ledger.RunResult.DeliveryResult;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What programs read of runs is byte for byte what an earlier version has printed. */
class FactsForProgramsTest {

    @TempDir
    private Path folder;

    private static String golden(String name) throws IOException {
        try (InputStream in = FactsForProgramsTest.class.getResourceAsStream("/golden/facts/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void tellsOfARunThatIsDone() throws IOException {
        RunResult result = new RunResult(
                "20261125T222434-1df4ae",
                "news",
                "full",
                Status.DONE,
                5,
                List.of(new FileFacts(
                        "out/news_20261125T222434-1df4ae.csv",
                        5,
                        113,
                        "20066788c429e82bd0f74b17d2d81d9db7a8d9a3e00bd5b2d7770d4ddcc58ea4",
                        3)), // which a result does not tell
                "out/news_20261125T222434-1df4ae.csv.waybill.json",
                null,
                Instant.parse("2026-11-25T22:24:34.834507533Z"),
                956,
                407,
                null,
                null,
                List.of(new DeliveryResult("local", "/srv/waybill/out", true, null)),
                null,
                List.of(),
                List.of());

        assertThat(ResultJson.print(ResultJson.of(result)) + "\n").isEqualTo(golden("run-done.json"));
    }

    @Test
    void tellsOfARunThatHasFailed() throws IOException {
        String refused = "delivery of posted_1.csv failed: Connect to http://127.0.0.1:1 failed: Connection refused";
        RunResult result = new RunResult(
                "20261125T222442-5a0050",
                "posted",
                "full",
                Status.FAILED,
                5,
                List.of(),
                null,
                null,
                Instant.parse("2026-11-25T22:24:42.415589087Z"),
                1288,
                602,
                "api: " + refused,
                "/srv/waybill/data/dead-letter/20261125T222442-5a0050",
                List.of(
                        new DeliveryResult("shop", "/srv/waybill/out/shop", true, null),
                        new DeliveryResult("api", "http://127.0.0.1:1/files/2026-11-25", false, refused)),
                null,
                List.of(),
                List.of());

        assertThat(ResultJson.print(ResultJson.of(result)) + "\n").isEqualTo(golden("run-failed.json"));
    }

    @Test
    void writesABatchThatIsADecimalWithAllItsDigits() {
        RunResult result = new RunResult(
                "r",
                "news",
                "batch",
                Status.DONE,
                0,
                List.of(),
                null,
                new BigDecimal("20260120"),
                Instant.EPOCH,
                1,
                1,
                null,
                null,
                List.of(),
                null,
                List.of(),
                List.of());

        assertThat(ResultJson.print(ResultJson.of(result))).contains("\"batch_id\" : 20260120");
    }

    @Test
    void tellsOfTheRunsOfALedger() throws IOException {
        try (InputStream ledger = getClass().getResourceAsStream("/golden/ledger/ledger.db")) {
            Files.copy(ledger, folder.resolve("ledger.db"));
        }
        JsonNode printed = new ObjectMapper().readTree(golden("history.json")).path("runs");
        try (Ledger ledger = Ledger.open(folder, Clock.systemUTC())) {
            List<RunEntry> runs = ledger.runs(null, null, 10);
            assertThat(runs).hasSize(printed.size());
            for (int i = 0; i < runs.size(); i++) {
                assertThat(io.waybill.run.RunJson.of(runs.get(i), Map.of(), Duration.ofDays(30))
                                .toPrettyString())
                        .isEqualTo(printed.get(i).toPrettyString());
            }
        }
    }
}
