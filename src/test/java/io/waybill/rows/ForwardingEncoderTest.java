package io.waybill.rows;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ForwardingEncoderTest {

    @Test
    void leavesNothingToTheDefaultsOfAnEncoderButHowRowsAreWritten() {
        assertThat(ForwardingEncoder.class.getDeclaredMethods())
                .extracting(Method::getName)
                .containsAll(Arrays.stream(RowEncoder.class.getDeclaredMethods())
                        .map(Method::getName)
                        .filter(name -> !name.equals("write"))
                        .toList());
    }
}
