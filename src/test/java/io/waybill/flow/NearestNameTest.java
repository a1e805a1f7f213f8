package io.waybill.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearestNameTest {

    @Test
    void asksForANameInOtherLettersAndNeverForTheOneThatWasGiven() {
        assertThat(NearestName.hint("Orders", List.of("orders", "items"))).isEqualTo("; did you mean \"orders\"?");
        assertThat(NearestName.hint("order", List.of("orders", "items"))).isEqualTo("; did you mean \"orders\"?");
        assertThat(NearestName.hint("orders", List.of("orders", "items"))).isEmpty();
    }
}
