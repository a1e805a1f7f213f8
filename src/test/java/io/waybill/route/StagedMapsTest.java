package io.waybill.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.ledger.RunResult;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What {@code waybill:stage} takes besides rows: maps, of another component or made by a bean, which have the columns of the plan. */
class StagedMapsTest {

    private static final String FLOW = """
            [properties.export]
            source_dataset_id = "t"
            file_path = "{{root}}/out/t.csv"
            order_by = ["id"]
            redelivery = { maximum_redeliveries = 0 }
            exporter_config = { null_string = "-" }
            """;

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.over(
            "CREATE TABLE t (id integer primary key, note varchar, amount decimal(10,2), due date, at timestamp, paid boolean)",
            "INSERT INTO t VALUES (1, 'one', 1.5, DATE '2026-01-01', TIMESTAMP '2026-01-01 10:00:00', true),"
                    + " (2, NULL, NULL, NULL, NULL, NULL)");

    private static final String HEADER = "id,note,amount,due,at,paid\n";

    /** The printed route whose rows come by these steps. */
    private void load(String steps) throws Exception {
        load(FLOW, steps);
    }

    private void load(String flow, String steps) throws Exception {
        PrintedRoute.of(harness, "t", flow).replace("t.rows", steps).load(harness, "t");
    }

    private static Map<String, Object> row(Object... values) {
        List<String> names = List.of("id", "note", "amount", "due", "at", "paid");
        Map<String, Object> row = new LinkedHashMap<>();
        for (int i = 0; i < values.length; i++) {
            row.put(names.get(i), values[i]);
        }
        return row;
    }

    private void loadBody(Object body) throws Exception {
        harness.context().getRegistry().bind("body", new Body(body));
        load("- setBody:\n    method:\n      ref: body\n      method: get");
    }

    /** What a bean of the route's owner answers. */
    public record Body(Object body) {
        public Object get() {
            return body;
        }
    }

    private void assertThatNothingIsThere() {
        assertThat(harness.file("out/t.csv")).doesNotExist();
        assertThat(harness.component().activeRuns()).isEmpty();
    }

    @Test
    void aListOfJdbcIsStagedAsRowsAre() throws Exception {
        harness.load("rows.toml", FLOW.replace("out/t.csv", "out/rows.csv"));
        harness.run("rows");
        load("- to: jdbc:db");

        RunResult done = harness.run("t");

        assertThat(done.rows()).isEqualTo(2);
        assertThat(harness.file("out/t.csv")).hasSameTextualContentAs(harness.file("out/rows.csv"));
    }

    @Test
    void anIteratorOfJdbcIsStagedAsRowsAre() throws Exception {
        load("- to: jdbc:db?outputType=StreamList");

        assertThat(harness.run("t").rows()).isEqualTo(2);
        assertThat(harness.file("out/t.csv"))
                .hasContent(HEADER + "1,one,1.50,2026-01-01,2026-01-01T10:00:00,true\n2,-,-,-,-,-\n");
    }

    @Test
    void aListThatABeanHasMadeIsStaged() throws Exception {
        loadBody(List.of(
                row(
                        7L,
                        "seven",
                        new BigDecimal("7.25"),
                        LocalDate.parse("2026-07-07"),
                        LocalDateTime.parse("2026-07-07T07:07"),
                        false),
                row((short) 8, null, 8, null, null, null)));

        RunResult done = harness.run("t");

        assertThat(harness.file("out/t.csv"))
                .hasContent(HEADER + "7,seven,7.25,2026-07-07,2026-07-07T07:07:00,false\n8,-,8,-,-,-\n");
        assertThat(new ObjectMapper()
                        .readTree(Files.readString(java.nio.file.Path.of(done.waybill())))
                        .path("rows")
                        .asInt())
                .isEqualTo(2);
    }

    @Test
    void oneMapIsOneRow() throws Exception {
        loadBody(row(7, "seven", null, null, null, null));

        assertThat(harness.run("t").rows()).isEqualTo(1);
    }

    @Test
    void anEmptyListIsAFileWithoutRowsThatHasItsHeader() throws Exception {
        loadBody(List.of());

        assertThat(harness.run("t").rows()).isZero();
        assertThat(harness.file("out/t.csv")).hasContent(HEADER.strip());
    }

    @Test
    void aLaterMapThatLacksAColumnIsRefusedWithItsRow() throws Exception {
        loadBody(List.of(row(1, "one", null, null, null, null), row(2, "two", null, null, null)));

        assertThatThrownBy(() -> harness.run("t"))
                .hasMessage(
                        "row 2: it lacks column \"paid\"; each row has all columns of the plan, [id, note, amount, due,"
                                + " at, paid], and null where there is no value");
        assertThatNothingIsThere();
    }

    @Test
    void aLaterMapWithAnotherKeyIsRefusedWithItsRow() throws Exception {
        Map<String, Object> second = row(2, "two", null, null, null, null);
        second.put("secret", "s");
        loadBody(List.of(row(1, "one", null, null, null, null), second));

        assertThatThrownBy(() -> harness.run("t"))
                .hasMessage(
                        "row 2: it has \"secret\", which is no column of the plan; those are [id, note, amount, due, at,"
                                + " paid]");
        assertThatNothingIsThere();
    }

    @Test
    void aValueThatIsNotOfItsColumnsTypeIsRefusedWithItsRow() throws Exception {
        loadBody(List.of(row(1, "one", null, null, null, null), row("2", "two", null, null, null, null)));

        assertThatThrownBy(() -> harness.run("t"))
                .hasMessage("row 2, column \"id\": String does not fit the column's type, integer");
        assertThatNothingIsThere();
    }

    @Test
    void aListInATextIsRefusedAndNotPrinted() throws Exception {
        loadBody(List.of(row(1, List.of("a"), null, null, null, null)));

        assertThat(harness.failure("t"))
                .hasMessageStartingWith("row 1, column \"note\": ")
                .hasMessageContaining("does not fit the column's type");
        assertThatNothingIsThere();
    }

    @Test
    void whatIsNoMapIsRefusedWithItsRow() throws Exception {
        loadBody(Arrays.asList(row(1, "one", null, null, null, null), null));

        assertThatThrownBy(() -> harness.run("t"))
                .hasMessage("row 2: there is nothing where a map of columns has to be");
        assertThatNothingIsThere();
    }

    @Test
    void anEmptyBodyIsNoEmptyList() throws Exception {
        loadBody(null);

        assertThatThrownBy(() -> harness.run("t"))
                .hasMessageStartingWith(
                        "waybill:stage/t takes rows, or a list or an iterator of maps, not an empty body; a rows: step has to"
                                + " come before it");
        assertThatNothingIsThere();
    }

    @Test
    void whatIsNewIsReadByRowsAlone() throws Exception {
        Files.writeString(
                harness.file("datasets.toml"), "[[dataset]]\nid = \"t\"\ntable = \"t\"\nwatermark = \"id\"\n");
        load(
                FLOW.replace("order_by = [\"id\"]", "since_last_export = true"),
                "- to: jdbc:db?useHeadersAsParameters=true");

        assertThatThrownBy(() -> harness.run("t"))
                .hasMessage(
                        "waybill:stage/t: sinceLastExport moves a watermark by what a rows: step has read, and the maps"
                                + " come from elsewhere; read with rows:, or leave sinceLastExport out");
        assertThat(harness.ledger().watermarks().find("t")).isEmpty();
    }

    @Test
    void valuesThatLeaveInAnotherFormDoSoFromMapsAsWell() throws Exception {
        load(FLOW + "[[properties.export.transform]]\ncolumn = \"note\"\nmethod = \"mask\"\n", "- to: jdbc:db");

        harness.run("t");

        assertThat(harness.file("out/t.csv")).content().doesNotContain("one").contains("1.50");
    }

    @Test
    void partsEndAsThoseOfRowsDo() throws Exception {
        TestDatabases.execute(harness.database(), "INSERT INTO t (id) SELECT x FROM system_range(3, 3000)");
        load(FLOW + "max_rows_per_file = 1000\n", "- to: jdbc:db");

        assertThat(harness.run("t").files()).hasSize(3);
    }
}
