package io.waybill.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.FlowHarness;
import io.waybill.rows.MapRows;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Rows before steps of Camel's that take no rows. */
class RowsConverterTest {

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.over(
            "CREATE TABLE t AS SELECT x AS id, CASE WHEN mod(x, 2) = 0 THEN 'a, ' || x END AS note FROM system_range(1, 5000)");

    private Exchange send(RouteBuilder route, String sql) throws Exception {
        harness.context().addRoutes(route);
        try (var template = harness.context().createProducerTemplate()) {
            return template.send("direct:in", exchange -> exchange.getMessage().setBody(sql));
        }
    }

    @Test
    void areCsvToAStepThatTakesAStream() throws Exception {
        Exchange sent = send(
                new RouteBuilder() {
                    @Override
                    public void configure() {
                        from("direct:in").to("rows:db").to("file:" + harness.folder() + "?fileName=t.csv");
                    }
                },
                "SELECT * FROM t ORDER BY id");

        assertThat(sent.getException()).isNull();
        assertThat(harness.file("t.csv"))
                .content()
                .startsWith("id,note\n1,\n2,\"a, 2\"\n3,\n")
                .endsWith("4999,\n5000,\"a, 5000\"\n");
    }

    @Test
    void areMapsToAStepThatTakesAnIterator() throws Exception {
        List<Object> seen = new ArrayList<>();
        Exchange sent = send(
                new RouteBuilder() {
                    @Override
                    public void configure() {
                        from("direct:in")
                                .to("rows:db")
                                .convertBodyTo(Iterator.class)
                                .split(body())
                                .streaming()
                                .filter(simple("${body[id]} > 4998"))
                                .process(exchange ->
                                        seen.add(exchange.getMessage().getBody()));
                    }
                },
                "SELECT * FROM t ORDER BY id");

        assertThat(sent.getException()).isNull();
        assertThat(seen).hasSize(2);
        assertThat(seen.get(0).toString()).isEqualTo("{id=4999, note=null}");
        assertThat(seen.get(1)).isEqualTo(Map.of("id", 5000L, "note", "a, 5000"));
    }

    @Test
    void eachTypeIsOneOfJavas() throws Exception {
        Map<String, Object> row = first("SELECT CAST(1 AS smallint) AS int16, 2 AS int32, CAST(3 AS bigint) AS int64,"
                + " CAST(1.5 AS real) AS float32, CAST(2.5 AS double precision) AS float64,"
                + " CAST(12.50 AS decimal(10, 2)) AS an_amount, TRUE AS a_flag, 'text' AS a_text, X'0102' AS some_bytes,"
                + " DATE '2026-01-15' AS a_day, TIME '10:30:00' AS a_time, TIMESTAMP '2026-01-15 10:30:00.123456' AS a_stamp,"
                + " TIMESTAMP WITH TIME ZONE '2026-01-15 10:30:00+01:00' AS an_instant,"
                + " CAST('6a2f41a3-c54c-fce8-32d2-0324e1c32e22' AS uuid) AS id, ARRAY['a', NULL] AS a_list,"
                + " CAST(NULL AS integer) AS nothing");

        assertThat(row)
                .containsEntry("int16", 1)
                .containsEntry("int32", 2)
                .containsEntry("int64", 3L)
                .containsEntry("float32", 1.5f)
                .containsEntry("float64", 2.5d)
                .containsEntry("an_amount", new BigDecimal("12.50"))
                .containsEntry("a_flag", true)
                .containsEntry("a_text", "text")
                .containsEntry("a_day", LocalDate.of(2026, 1, 15))
                .containsEntry("a_time", LocalTime.of(10, 30))
                .containsEntry("a_stamp", LocalDateTime.parse("2026-01-15T10:30:00.123456"))
                .containsEntry("an_instant", OffsetDateTime.parse("2026-01-15T09:30:00Z"))
                .containsEntry("id", UUID.fromString("6a2f41a3-c54c-fce8-32d2-0324e1c32e22"))
                .containsEntry("nothing", null);
        assertThat((byte[]) row.get("some_bytes")).containsExactly(1, 2);
        assertThat((List<?>) row.get("a_list")).map(String::valueOf).containsExactly("a", "null");
    }

    /** What rows become, rows are made of. */
    @Test
    void mapsBecomeTheSameRowsAgain() throws Exception {
        Map<String, Object> row =
                first("SELECT 2 AS n, CAST(12.50 AS decimal(10, 2)) AS an_amount, DATE '2026-01-15' AS a_day,"
                        + " TIMESTAMP WITH TIME ZONE '2026-01-15 10:30:00+01:00' AS an_instant, 'x' AS a_text");

        try (MapsOfRows again = new MapsOfRows(new MapRows(List.of(row).iterator()))) {
            assertThat(again.next()).isEqualTo(row);
            assertThat(again).isExhausted();
        }
    }

    private Map<String, Object> first(String sql) throws Exception {
        List<Map<String, Object>> rows = new ArrayList<>();
        Exchange sent = send(
                new RouteBuilder() {
                    @Override
                    @SuppressWarnings("unchecked")
                    public void configure() {
                        from("direct:in").to("rows:db").process(exchange -> {
                            Iterator<Map<String, Object>> maps =
                                    exchange.getMessage().getBody(Iterator.class);
                            maps.forEachRemaining(rows::add);
                        });
                    }
                },
                sql);
        assertThat(sent.getException()).isNull();
        return rows.get(0);
    }

    @Test
    void aQueryThatFailsInItsMiddleFailsTheStream() throws Exception {
        Exchange sent = send(
                new RouteBuilder() {
                    @Override
                    public void configure() {
                        from("direct:in").to("rows:db").process(exchange -> {
                            try (InputStream in = exchange.getMessage().getBody(InputStream.class)) {
                                assertThat(in.readNBytes(10))
                                        .asString(StandardCharsets.UTF_8)
                                        .startsWith("X,Y\n");
                                assertThatThrownBy(in::readAllBytes)
                                        .isInstanceOf(IOException.class)
                                        .hasMessageContaining("Division by zero");
                            }
                        });
                    }
                },
                "SELECT x AS \"X\", 1 / (x - 60000) AS \"Y\" FROM system_range(1, 100000)");

        assertThat(sent.getException()).isNull();
    }

    @Test
    void saysWhatTheStreamAndTheMapsAreAndReadsNone() throws Exception {
        List<String> said = new ArrayList<>();
        Exchange sent = send(
                new RouteBuilder() {
                    @Override
                    public void configure() {
                        from("direct:in").to("rows:db").process(exchange -> {
                            said.add(exchange.getMessage().getBody(String.class));
                            said.add(exchange.getMessage()
                                    .getBody(Iterator.class)
                                    .toString());
                        });
                    }
                },
                "SELECT * FROM t");

        assertThat(sent.getException()).isNull();
        assertThat(said).containsExactly("rows of id, note, to be read once", "maps of id, note, to be read once");
    }
}
