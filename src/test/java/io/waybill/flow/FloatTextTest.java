package io.waybill.flow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.io.schubfach.DoubleToDecimal;
import com.fasterxml.jackson.core.io.schubfach.FloatToDecimal;
import java.math.BigDecimal;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FloatTextTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "-0.0, -0",
        "1, 1",
        "-1.5, -1.5",
        "100, 100",
        "0.1, 0.1",
        "1e-7, 0.0000001",
        "9.9e-8, 9.9e-8",
        "1e20, 100000000000000000000",
        "123456789012345680000, 123456789012345680000",
        "1e21, 1e21",
        "-1.25e21, -1.25e21",
        "2e-3, 0.002",
        "2e23, 2e23",
        "4.9e-324, 4.9e-324",
        "1.7976931348623157e308, 1.7976931348623157e308",
        "2.2250738585072014e-308, 2.2250738585072014e-308",
        "9007199254740993, 9007199254740992",
        "NaN, NaN",
        "Infinity, Infinity",
        "-Infinity, -Infinity",
        "0.30000000000000004, 0.30000000000000004"
    })
    void isTheShortestThatReadsBack(double value, String text) {
        assertThat(FloatText.of(value)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "0.1, 0.1",
        "3.4028235e38, 3.4028235e38",
        "1.4e-45, 1.4e-45",
        "16777216, 16777216",
        "-1.1754944e-38, -1.1754944e-38"
    })
    void aSingleHasTheDigitsOfASingle(float value, String text) {
        assertThat(FloatText.of(value)).isEqualTo(text);
    }

    /** Another port of the same paper has its powers of ten as a table. */
    @Test
    void anyDoubleAndAnySingleAreAsAnotherImplementationHasThem() {
        Random random = new Random(1);
        for (int i = 0; i < 200_000; i++) {
            double wide = Double.longBitsToDouble(random.nextLong());
            double usual = Math.rint(random.nextGaussian() * 1e6) / Math.pow(10, i % 7);
            float single = Float.intBitsToFloat(random.nextInt());
            double power = Math.scalb(1.0, i % 2098 - 1074);
            for (double value : new double[] {wide, usual, power}) {
                if (Double.isFinite(value)) {
                    assertSame(FloatText.of(value), DoubleToDecimal.toString(value));
                    assertThat(Double.parseDouble(FloatText.of(value))).isEqualTo(value);
                }
            }
            if (Float.isFinite(single)) {
                assertSame(FloatText.of(single), FloatToDecimal.toString(single));
            }
        }
    }

    private static void assertSame(String text, String expected) {
        assertThat(new BigDecimal(text)).isEqualByComparingTo(new BigDecimal(expected));
    }
}
