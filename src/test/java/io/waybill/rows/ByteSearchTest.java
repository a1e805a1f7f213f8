package io.waybill.rows;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ByteSearchTest {

    @Test
    void findsTheFirstOfThem() {
        byte[] text = "a text of some length; \"quoted\", and more".getBytes(StandardCharsets.UTF_8);

        assertThat(ByteSearch.of((byte) '"', (byte) ',').next(text, 0, text.length))
                .isEqualTo(23);
        assertThat(ByteSearch.of((byte) '"', (byte) ',').next(text, 24, text.length))
                .isEqualTo(30);
        assertThat(ByteSearch.of((byte) '|').next(text, 0, text.length)).isEqualTo(text.length);
    }

    @Test
    void looksNoFurtherThanItIsTold() {
        byte[] text = "0123456789,".getBytes(StandardCharsets.UTF_8);

        assertThat(ByteSearch.of((byte) ',').next(text, 0, 10)).isEqualTo(10);
        assertThat(ByteSearch.of((byte) ',').next(text, 3, 3)).isEqualTo(3);
    }

    @Test
    void findsWhatALookAtEachByteFindsInAnyBytes() {
        Random random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            byte[] text = new byte[random.nextInt(60)];
            random.nextBytes(text);
            byte[] wanted = new byte[1 + random.nextInt(6)];
            random.nextBytes(wanted);
            int start = random.nextInt(text.length + 1);
            int expected = start;
            while (expected < text.length
                    && new String(wanted, StandardCharsets.ISO_8859_1).indexOf(text[expected] & 0xFF) < 0) {
                expected++;
            }
            assertThat(ByteSearch.of(wanted).next(text, start, text.length)).isEqualTo(expected);
        }
    }

    @Test
    void findsAllBelowAndAllThatAreNotAscii() {
        Random random = new Random(2);
        for (int i = 0; i < 20_000; i++) {
            boolean[] wanted = new boolean[256];
            int below = random.nextInt(0x80);
            for (int b = 0; b < 256; b++) {
                wanted[b] = b < below || b >= 0x80 && i % 2 == 0;
            }
            wanted['"'] = true;
            byte[] text = new byte[random.nextInt(40)];
            for (int j = 0; j < text.length; j++) {
                text[j] = (byte) (random.nextInt(4) == 0 ? random.nextInt(256) : below + random.nextInt(0x80 - below));
            }
            int expected = 0;
            while (expected < text.length && !wanted[text[expected] & 0xFF]) {
                expected++;
            }
            assertThat(new ByteSearch(wanted).next(text, 0, text.length)).isEqualTo(expected);
        }
    }
}
