package io.waybill.part;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FilesMemoryTest {

    private static final long MEGABYTE = 1 << 20;

    @ParameterizedTest
    @CsvSource({
        "256, 1, 131072",
        "256, 100, 32768",
        "256, 1000, 4096",
        "6000, 100, 131072",
        "6000, 1000, 16384",
        "8, 1000, 4096"
    })
    void theMoreFilesAreOpenTheSmallerAreTheirBuffers(long heap, int files, int bytes) {
        assertThat(new FilesMemory(heap * MEGABYTE).bufferBytes(files)).isEqualTo(bytes);
    }

    @Test
    void fewerFilesAreOpenWhereAFormatKeepsMuchOfEach() {
        FilesMemory small = new FilesMemory(250 * MEGABYTE);

        assertThat(small.mostOpen(100, 0)).isEqualTo(100);
        assertThat(small.mostOpen(100, 200_000)).isEqualTo(100);
        assertThat(small.mostOpen(100, 2 * MEGABYTE)).isEqualTo(25);
        assertThat(small.mostOpen(100, 200 * MEGABYTE)).isEqualTo(1);
    }

    @Test
    void heapsOfMoreThanAGigabyteMakeTheSameFiles() {
        assertThat(new FilesMemory(1_280 * MEGABYTE).mostHeld())
                .isEqualTo(new FilesMemory(24_000 * MEGABYTE).mostHeld());
    }
}
