package io.waybill.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.facts.DeliveryFacts;
import io.waybill.facts.FileFacts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that were kept are delivered by later versions, too. */
class DeadLetterFileTest {

    private static final String WRITTEN_BEFORE = """
            {
              "run_id" : "r-1",
              "flow" : "orders",
              "error" : "no",
              "failed_at" : "2026-01-15T23:30:00Z",
              "deliveries" : [ {
                "id" : "lake",
                "endpoint" : "waybill-s3:bucket",
                "place" : "s3://bucket",
                "waybill" : null,
                "manifest" : null,
                "names" : [ "t.csv" ],
                "variables" : {
                  "batch_id" : "b",
                  "ds" : "2026-01-15"
                },
                "replaces" : true
              }, {
                "id" : "hook",
                "endpoint" : "https://host/path",
                "place" : "https://host/path",
                "waybill" : "t.waybill.json",
                "manifest" : "waybill.json",
                "names" : [ ]
              } ],
              "files" : [ {
                "file" : "1-t.csv",
                "rows" : 3,
                "bytes" : 12,
                "sha256" : "ab",
                "row_groups" : 1
              } ]
            }""";

    private static final DeadLetter LETTER = new DeadLetter(
            "r-1",
            "orders",
            "no",
            Instant.parse("2026-01-15T23:30:00Z"),
            List.of(
                    new DeliveryFacts(
                            "lake",
                            "waybill-s3:bucket",
                            "s3://bucket",
                            null,
                            null,
                            List.of("t.csv"),
                            Map.of("ds", "2026-01-15", "batch_id", "b"),
                            true),
                    new DeliveryFacts(
                            "hook",
                            "https://host/path",
                            "https://host/path",
                            "t.waybill.json",
                            "waybill.json",
                            List.of(),
                            Map.of(),
                            null)),
            List.of(new FileFacts("1-t.csv", 3, 12, "ab", 1)));

    @TempDir
    private Path folder;

    @Test
    void whatWasWrittenBeforeIsRead() throws Exception {
        Files.writeString(folder.resolve("dead-letter.json"), WRITTEN_BEFORE);

        assertThat(DeadLetter.read(folder)).isEqualTo(LETTER);
    }

    @Test
    void whatIsWrittenIsRead() throws Exception {
        LETTER.write(folder);

        assertThat(DeadLetter.read(folder)).isEqualTo(LETTER);
        assertThat(Files.readString(folder.resolve("dead-letter.json")))
                .contains("\"failed_at\" : \"2026-01-15T23:30:00Z\"", "\"row_groups\" : 1", "\"waybill\" : null")
                .containsOnlyOnce("replaces");
    }
}
