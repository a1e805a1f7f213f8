package io.waybill.cli;

import static io.waybill.cli.Table.column;
import static io.waybill.cli.Table.number;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TableTest {

    private static final Table RUNS = new Table(
            column("run"),
            column("flow").cutTo(10),
            number("rows").leftOut(1),
            column("what").cutTo(12));

    private static final List<List<String>> ROWS = List.of(
            List.of("20261125T182517-acec7b", "orders_incremental", "100,000", "2026/orders_new_until_5.jsonl.gz"),
            List.of("20261125T182514-08c0ad", "überlänge_ß_straße", "7", "-"));

    private static List<String> printed(int columns) {
        StringWriter text = new StringWriter();
        RUNS.print(new Terminal(new PrintWriter(text), false, columns), ROWS);
        return text.toString().lines().toList();
    }

    @ParameterizedTest
    @ValueSource(ints = {48, 60, 66, 80, 85, 86, 120})
    void fitsTheTerminalAndKeepsWhatIsNeverCut(int columns) {
        assertThat(printed(columns))
                .hasSize(3)
                .allSatisfy(line ->
                        assertThat(line.codePointCount(0, line.length())).isLessThanOrEqualTo(columns));
        assertThat(printed(columns).get(1)).startsWith("20261125T182517-acec7b  ");
    }

    @Test
    void isWholeWhereThereIsNoTerminal() {
        assertThat(printed(Terminal.UNLIMITED))
                .containsExactly(
                        "run                     flow                   rows  what",
                        "20261125T182517-acec7b  orders_incremental  100,000  2026/orders_new_until_5.jsonl.gz",
                        "20261125T182514-08c0ad  überlänge_ß_straße        7  -");
    }

    @Test
    void cutsTheWidestFirstAndThenLeavesColumnsOut() {
        assertThat(printed(70).get(1))
                .isEqualTo("20261125T182517-acec7b  orders_increment…  100,000  2026/orders_new_u…");
        assertThat(printed(50).get(1)).isEqualTo("20261125T182517-acec7b  orders_incr…  2026/orders…");
    }
}
