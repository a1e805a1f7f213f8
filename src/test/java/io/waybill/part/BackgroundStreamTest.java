package io.waybill.part;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BackgroundStreamTest {

    @AfterEach
    void noThreadIsLeft() {
        Set<String> names = Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .collect(Collectors.toSet());
        assertThat(names).doesNotContain("waybill-writer");
    }

    /** A target that takes some bytes and then fails. */
    private static OutputStream failingAfter(int bytes) {
        return new OutputStream() {
            private int taken;

            @Override
            public void write(int value) throws IOException {
                if (++taken > bytes) {
                    throw new IOException("no space left");
                }
            }
        };
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 131_071, 131_072, 131_073, 3_000_000})
    void writesWhatItWasGiven(int size) throws Exception {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        ByteArrayOutputStream target = new ByteArrayOutputStream();
        try (BackgroundStream stream = new BackgroundStream(target, FilesMemory.BUFFER_BYTES)) {
            int half = size / 2;
            stream.write(bytes, 0, half);
            for (int i = half; i < Math.min(size, half + 1000); i++) {
                stream.write(bytes[i]);
            }
            if (size > half + 1000) {
                stream.write(bytes, half + 1000, size - half - 1000);
            }
        }

        assertThat(target.toByteArray()).isEqualTo(bytes);
    }

    @Test
    void theWriterLearnsOfAFailureAtTheLatestWhenItCloses() {
        assertThatThrownBy(() -> {
                    try (BackgroundStream stream =
                            new BackgroundStream(failingAfter(200_000), FilesMemory.BUFFER_BYTES)) {
                        stream.write(new byte[300_000]);
                    }
                })
                .isInstanceOf(IOException.class)
                .hasMessage("no space left");
    }

    @Test
    void aFailureEndsALongWriteSoon() throws Exception {
        BackgroundStream stream = new BackgroundStream(failingAfter(0), FilesMemory.BUFFER_BYTES);

        assertThatThrownBy(() -> {
                    for (int i = 0; i < 1000; i++) {
                        stream.write(new byte[100_000]);
                    }
                })
                .hasMessage("no space left");
        stream.abort();
    }

    @Test
    void whatIsAbortedIsNotClosed() throws Exception {
        boolean[] closed = new boolean[1];
        BackgroundStream stream = new BackgroundStream(
                new ByteArrayOutputStream() {
                    @Override
                    public void close() {
                        closed[0] = true;
                    }
                },
                FilesMemory.BUFFER_BYTES);
        stream.write(new byte[500_000]);
        stream.abort();
        stream.close();

        assertThat(closed[0]).isFalse();
    }
}
