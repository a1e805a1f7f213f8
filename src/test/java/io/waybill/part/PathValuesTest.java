package io.waybill.part;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Values of columns in paths. */
class PathValuesTest {

    private static String in(String name, String value) {
        return new PathValues(Collections.singletonMap("c", value), 1).in(name);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "DE, c=DE",
                "São Tomé, c=São Tomé",
                "a/b, c=a%2Fb",
                "a\\b, c=a%5Cb",
                "a=b, c=a%3Db",
                "50%, c=50%25",
                "2026-01-02T03:04:05Z, c=2026-01-02T03%3A04%3A05Z",
                "\"'#*?{}[]^<>|, c=%22%27%23%2A%3F%7B}%5B%5D%5E%3C%3E%7C",
                "${header.x}, c=$%7Bheader.x}",
                "../../etc/passwd, c=..%2F..%2Fetc%2Fpasswd",
                "a., c=a%2E",
                "__HIVE_DEFAULT_PARTITION__, c=%5F_HIVE_DEFAULT_PARTITION__",
            })
    void areEscapedAsHiveDoes(String value, String expected) {
        assertThat(in("c={column:c}/f", value)).isEqualTo(expected + "/f");
    }

    @Test
    void ofControlCharactersAreEscapedAndSpacesAtTheEnd() {
        assertThat(in("c={column:c}/f", "a\u0000b\n\u001B\u007F ")).isEqualTo("c=a%00b%0A%1B%7F%20/f");
    }

    @Test
    void thatAreNullOrEmptyHaveHivesName() {
        assertThat(in("c={column:c}/f", null)).isEqualTo("c=__HIVE_DEFAULT_PARTITION__/f");
        assertThat(in("c={column:c}/f", "")).isEqualTo("c=__HIVE_DEFAULT_PARTITION__/f");
        assertThat(in("{column:c}/f", null)).isEqualTo("__HIVE_DEFAULT_PARTITION__/f");
    }

    @ParameterizedTest
    @CsvSource({"., %2E", ".., %2E%2E", ".ssh, %2Essh", "_x, %5Fx", "a, a"})
    void thatAreAWholeNameMeanNothingElse(String value, String expected) {
        assertThat(in("{column:c}/f", value)).isEqualTo(expected + "/f");
        assertThat(in("f/{column:c}", value)).isEqualTo("f/" + expected);
    }

    @Test
    void standWhereTheirColumnsAre() {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("a", "1");
        values.put("b c", "x.y");

        assertThat(new PathValues(values, 1).in("a={column:a}/{column:b c}_{column:a}.csv"))
                .isEqualTo("a=1/x.y_1.csv");
    }

    /** What Hive, Spark and DuckDB do when they read. */
    private static String unescaped(String name) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < name.length(); i++) {
            if (name.charAt(i) == '%') {
                text.append((char) Integer.parseInt(name.substring(i + 1, i + 3), 16));
                i += 2;
            } else {
                text.append(name.charAt(i));
            }
        }
        return text.toString();
    }

    @Property(tries = 500)
    void areReadBackWhateverTheyAre(@ForAll String value) {
        String[] folders = in("x/c={column:c}/{column:c}/f", value).split("/", -1);

        assertThat(folders).hasSize(4).doesNotContain("", ".", "..");
        if (!value.isEmpty()) {
            assertThat(unescaped(folders[1])).isEqualTo("c=" + value);
            assertThat(unescaped(folders[2])).isEqualTo(value);
            assertThat(folders[2]).doesNotStartWith(".").doesNotStartWith("_");
        }
    }
}
