package io.waybill.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written beside undelivered files is read as it was written, by this version and by earlier ones. */
class DeadLetterFactsTest {

    @TempDir
    private Path folder;

    private void put(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }

    @Test
    void areWrittenAsAnEarlierVersionHasWrittenThem() throws IOException {
        Path file = folder.resolve("dead-letter.json");
        try (InputStream golden = getClass().getResourceAsStream("/golden/facts/dead-letter.json")) {
            Files.copy(golden, file, StandardCopyOption.REPLACE_EXISTING);
        }
        String before = Files.readString(file);
        DeadLetter letter = DeadLetter.read(folder);

        letter.write(folder);
        assertThat(Files.readString(file)).isEqualTo(before);
        letter.plan(folder);
        assertThat(Files.readString(folder.resolve("shipment.json"))).isEqualTo(before);
        assertThat(DeadLetter.planned(folder)).contains(letter);
    }

    @Test
    void areReadWhereLittleIsSaid() throws IOException {
        put("dead-letter.json", """
                {"run_id": "r", "flow": "f", "error": null, "failed_at": "2026-01-15T02:00:00Z", "later": {"a": 1},
                 "deliveries": [{"id": "local", "endpoint": "file:out", "place": "/out", "names": ["a.csv"]}],
                 "files": [{"file": "1-a.csv", "rows": 1, "bytes": 2, "sha256": "00"}]}
                """);
        DeadLetter letter = DeadLetter.read(folder);

        assertThat(letter.deliveries().get(0).replaces()).isNull();
        assertThat(letter.deliveries().get(0).waybill()).isNull();
        assertThat(letter.deliveries().get(0).variables()).isEmpty();
        assertThat(letter.files().get(0).rowGroups()).isZero();
    }

    @Test
    void areNoneWhereTheFileIsCut() throws IOException {
        put("shipment.json", "{\"run_id\": \"r\", \"deliveries\": [{\"id\"");
        assertThat(DeadLetter.planned(folder)).isEmpty();
    }
}
