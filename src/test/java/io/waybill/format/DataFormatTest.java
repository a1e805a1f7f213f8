package io.waybill.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.test.junit5.CamelTestSupport;
import org.junit.jupiter.api.Test;

/** The data formats in a route by hand. */
class DataFormatTest extends CamelTestSupport {

    @Override
    protected RoutesBuilder createRouteBuilder() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                CsvDataFormat semicolons = new CsvDataFormat();
                semicolons.set(CsvFormat.DELIMITER, ";");
                from("direct:csv").marshal().custom("waybill-csv");
                from("direct:semicolons").marshal(semicolons);
                from("direct:json").marshal().custom("waybill-json");
                from("direct:parquet").marshal().custom("waybill-parquet");
                from("direct:back").unmarshal().custom("waybill-csv");
            }
        };
    }

    private static Map<String, Object> order(int id, Object amount) {
        Map<String, Object> order = new LinkedHashMap<>();
        order.put("id", id);
        order.put("amount", amount);
        return order;
    }

    private String marshal(String route, Object body) {
        return new String(template.requestBody("direct:" + route, body, byte[].class), StandardCharsets.UTF_8);
    }

    @Test
    void marshalTakesAListAnIteratorAndOneMap() {
        List<Map<String, Object>> orders = List.of(order(1, 2.5), order(2, null));

        assertThat(marshal("csv", orders)).isEqualTo("id,amount\n1,2.5\n2,\n");
        assertThat(marshal("csv", orders.iterator())).isEqualTo("id,amount\n1,2.5\n2,\n");
        assertThat(marshal("semicolons", order(7, "x"))).isEqualTo("id;amount\n7;x\n");
        assertThat(marshal("json", orders)).isEqualTo("[\n{\"id\":1,\"amount\":2.5},\n{\"id\":2,\"amount\":null}\n]\n");
        assertThat(marshal("parquet", orders)).startsWith("PAR1").endsWith("PAR1");
    }

    @Test
    void aColumnsTypeIsWhatItsValuesHaveInCommon() {
        assertThat(marshal("json", List.of(order(1, null), order(2, 3), order(3, 4_000_000_000L), order(4, 0.5))))
                .contains("\"amount\":null", "\"amount\":3", "\"amount\":4000000000", "\"amount\":0.5");
        assertThat(marshal("json", List.of(order(1, 3), order(2, "three")))).contains("\"amount\":\"3\"", "\"three\"");
    }

    @Test
    void aLaterValueThatDoesNotFitFailsNamingItsRow() {
        List<Map<String, Object>> orders = new ArrayList<>();
        for (int i = 1; i <= 1024; i++) {
            orders.add(order(i, i));
        }
        orders.add(order(1025, "many"));

        assertThatThrownBy(() -> marshal("csv", orders)).rootCause().isNotNull();
        assertThatThrownBy(() -> marshal("csv", orders))
                .cause()
                .hasMessage("row 1025, column \"amount\": String does not fit the column's type, integer");
    }

    @Test
    void anotherBodyIsRefused() {
        assertThatThrownBy(() -> marshal("csv", 42))
                .cause()
                .hasMessage("waybill-csv takes rows, a map, or a list or an iterator of maps, not java.lang.Integer");
    }

    @Test
    void theyWriteOnly() {
        assertThatThrownBy(() -> marshal("back", "id\n1\n"))
                .cause()
                .hasMessage("waybill-csv writes files; it does not read them");
    }

    @Test
    void aNumberMayBeAsLargeAsItsOptionAllows() {
        ParquetDataFormat format = new ParquetDataFormat();

        assertThat(format.set("pageSize", "1073741824")).isTrue();

        assertThat(format.refusals()).isEmpty();
    }

    @Test
    void anEmptyTextIsNoUnsetOptionButNoEscape() {
        CsvDataFormat format = new CsvDataFormat();
        format.set("escape", "");
        assertThat(format.refusals()).isEmpty();

        format.set("timezone", "");
        assertThat(format.refusals()).extracting(refusal -> refusal.key()).containsExactly("timezone");
    }
}
