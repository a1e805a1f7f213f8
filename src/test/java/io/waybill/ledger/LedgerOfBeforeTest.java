package io.waybill.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.waybill.TestDatabases;
import io.waybill.database.DatabaseIdentity;
import io.waybill.facts.ColumnFacts;
import io.waybill.facts.DeliveryFacts;
import io.waybill.facts.FileFacts;
import io.waybill.flow.Window;
import io.waybill.ledger.RunEntry.Status;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A ledger that an earlier version has made is read, and goes on: two flows that are done, one undelivered, one that did not begin. */
class LedgerOfBeforeTest {

    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-26T02:00:00Z"), ZoneOffset.UTC);

    @TempDir
    private Path folder;

    @BeforeEach
    void putItThere() throws IOException {
        try (InputStream before = getClass().getResourceAsStream("/golden/ledger/ledger.db")) {
            Files.copy(before, folder.resolve("ledger.db"));
        }
    }

    private Ledger open() {
        return Ledger.open(folder, CLOCK);
    }

    @Test
    void tellsOfItsRuns() {
        try (Ledger ledger = open()) {
            assertThat(ledger.runs(null, null, 10))
                    .extracting(RunEntry::flow)
                    .containsExactly("lost", "posted", "parts", "news");
            assertThat(ledger.runs("parts", null, 1).get(0).files())
                    .extracting(FileFacts::name)
                    .containsExactly("parts_1.csv", "parts_2.csv", "parts_3.csv");

            RunEntry news = ledger.runs("news", Status.DONE, 1).get(0);
            assertThat(news.rows()).isEqualTo(5);
            assertThat(news.owner().words()).isEqualTo("process 5814 on worker");
            assertThat(news.startedAt()).isEqualTo("2026-11-25T22:24:34.841Z");
            assertThat(news.endedAt()).isEqualTo("2026-11-25T22:24:35.789Z");
            assertThat(news.planned().window()).isEqualTo(new Window.Range("id", null, "5", false));
            assertThat(news.planned().version()).isZero();
            assertThat(news.planned().logicalTime()).isEqualTo("2026-11-25T22:24:34.834Z");
            assertThat(news.files())
                    .containsExactly(new FileFacts(
                            "news_20261125T222434-1df4ae.csv",
                            5,
                            113,
                            "20066788c429e82bd0f74b17d2d81d9db7a8d9a3e00bd5b2d7770d4ddcc58ea4"));

            RunEntry lost = ledger.runs("lost", Status.FAILED, 1).get(0);
            assertThat(lost.planned()).isNull();
            assertThat(lost.error()).contains("is no table or view");
        }
    }

    @Test
    void tellsWhatIsUndelivered() {
        try (Ledger ledger = open()) {
            RunEntry posted = ledger.undelivered().get(0);

            assertThat(posted.deadLetter()).isEqualTo("/srv/waybill/data/dead-letter/20261125T222442-5a0050");
            assertThat(posted.planned().version()).isNull();
            assertThat(posted.planned().deliveries())
                    .extracting(RecordedDelivery::id)
                    .containsExactly("shop", "api");
            assertThat(posted.planned().deliveries())
                    .extracting(RecordedDelivery::status)
                    .containsExactly(RecordedDelivery.Status.DELIVERED, RecordedDelivery.Status.FAILED);
            assertThat(posted.planned().deliveries().get(1).facts().waybill()).isNull();
            assertThat(posted.planned().deliveries().get(1).facts().names())
                    .containsExactly("posted_1.csv", "posted_2.csv");
        }
    }

    @Test
    void goesOnFromItsWatermark() {
        try (Ledger ledger = open()) {
            assertThat(ledger.watermarks().find("news"))
                    .contains(new Watermark(
                            "news", "news", "id", "4", 2, null, Instant.parse("2026-11-25T22:24:48.357Z")));
            assertThat(ledger.columns("news"))
                    .containsExactly(
                            new ColumnFacts("id", "bigint"),
                            new ColumnFacts("born", "date"),
                            new ColumnFacts("name", "text"));
            assertThat(ledger.audit().of("news"))
                    .extracting(Audit.Entry::detail)
                    .containsExactly("id: 5 -> 4");

            ledger.begin("news", "next");
            ledger.planned(
                    "next",
                    new PlannedRun(
                            "full",
                            "news",
                            null,
                            CLOCK.instant(),
                            new Window.Range("id", "4", "9", false),
                            2L,
                            List.of(RecordedDelivery.planned(
                                    new DeliveryFacts("local", "file:out", "/srv/waybill/out", "n.waybill.json")))));
            ledger.staged("next", 1, List.of(new FileFacts("n.csv", 5, 50, "a".repeat(64))), List.of(List.of("n.csv")));
            ledger.committing("next");
            ledger.commit("next", 5);

            assertThat(ledger.watermarks().find("news").orElseThrow().value()).isEqualTo("9");
        }
    }

    @Test
    void chainsWhatItsUsersHaveDone() {
        try (Ledger ledger = open()) {
            assertThat(ledger.audit().verify(null)).isEqualTo(new AuditVerdict(0, 1, null, null, null));

            ledger.pauses().pause("news");

            assertThat(ledger.audit().latest(10))
                    .extracting(Audit.Entry::action)
                    .containsExactly("pause", "chain begun", "watermark set");
            assertThat(ledger.audit().verify(null)).isEqualTo(new AuditVerdict(3, 0, null, null, null));
        }
    }

    @Test
    void isBroughtUpToDate() {
        TestDatabases.execute(
                TestDatabases.sqlite(folder.resolve("ledger.db")),
                "DROP TABLE waybill_watermark_source",
                "DELETE FROM waybill_schema_history WHERE version = '8'");
        try (Ledger ledger = open()) {
            DatabaseIdentity source = new DatabaseIdentity("H2", "db", "here", null);
            ledger.watermarks().reachedIn("news", source);

            assertThat(ledger.watermarks().source("news")).contains(source);
            assertThat(ledger.runs(null, null, 10)).hasSize(4);
        }
    }

    @Test
    void addsUpItsRuns() {
        try (Ledger ledger = open()) {
            assertThat(ledger.server().history().totals())
                    .extracting(RunTotal::flow, RunTotal::status, RunTotal::runs, RunTotal::rows, RunTotal::bytes)
                    .containsExactly(
                            tuple("lost", Status.FAILED, 1L, 0L, 0L),
                            tuple("news", Status.DONE, 1L, 5L, 113L),
                            tuple("parts", Status.DONE, 1L, 5L, 139L),
                            tuple("posted", Status.FAILED, 1L, 5L, 0L));
        }
    }
}
