package io.waybill.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.query.RangePlanner.Division;
import java.math.BigDecimal;
import java.sql.Date;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Bounds of ranges are kept as they are, or not at all. */
class SharedRangesTest {

    private static SharedRanges ranges(Object... bounds) {
        return SharedRanges.of(null, null, null, Division.of("k", "?", false, List.of(bounds), "ranges of k"), false);
    }

    @Test
    void aBoundThatIsTooLongIsLeftOut() {
        String longest = "\uD83D\uDE00".repeat(500);

        assertThat(ranges("a", longest, longest + "x", "z").bounds()).containsExactly("a", longest, "z");
    }

    @Test
    void soIsADateWhoseYearHasNotFourDigits() {
        Date first = Date.valueOf("0001-01-01");
        Date last = Date.valueOf("9999-12-31");

        assertThat(ranges(new Date(Long.MIN_VALUE), new Date(first.getTime() - 1), first, last)
                        .bounds())
                .containsExactly("0001-01-01", "9999-12-31");
        assertThat(ranges(new Date(last.getTime() + 86_400_000), new Date(Long.MAX_VALUE))
                        .bounds())
                .isEmpty();
    }

    @Test
    void whereNoneIsLeftOneRangeHasAllAndSaysWhy() {
        SharedRanges all = ranges("x".repeat(501));

        assertThat(all.all()).containsExactly(new SharedRanges.Bounds(null, null));
        assertThat(all.words()).contains("longer than 500 characters");
        assertThat(ranges(new BigDecimal("1E+3")).bounds()).containsExactly("1000");
    }
}
