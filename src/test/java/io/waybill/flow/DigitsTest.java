package io.waybill.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DigitsTest {

    private static String text(long value) {
        byte[] out = new byte[Digits.MOST_BYTES + 1];
        return new String(out, 1, Digits.put(value, out, 1) - 1, StandardCharsets.US_ASCII);
    }

    @ParameterizedTest
    @ValueSource(
            longs = {
                0,
                9,
                10,
                99,
                100,
                9999,
                10_000,
                99_999,
                999_999_999,
                1_000_000_000,
                999_999_999_999_999_999L,
                Long.MAX_VALUE,
                Long.MIN_VALUE,
                -1,
                -10
            })
    void aNumberIsAsJavaPrintsIt(long value) {
        assertThat(text(value)).isEqualTo(Long.toString(value));
    }

    @Test
    void numbersOfAllLengthsAreAsJavaPrintsThem() {
        Random random = new Random(1);
        for (int i = 0; i < 200_000; i++) {
            long value = random.nextLong() >> random.nextInt(64);
            assertThat(text(value)).isEqualTo(Long.toString(value));
            if (value >= 0) {
                assertThat(Digits.count(value)).isEqualTo(Long.toString(value).length());
            }
        }
    }

    @Test
    void leadingZerosArePut() {
        byte[] out = new byte[9];
        Digits.putTwo(7, out, 0);
        Digits.putFour(42, out, 2);
        Digits.putPadded(5, 3, out, 6);

        assertThat(new String(out, StandardCharsets.US_ASCII)).isEqualTo("070042005");
    }
}
