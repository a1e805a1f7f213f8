package io.waybill.format;

import static io.waybill.format.Encoded.bytes;
import static io.waybill.format.Encoded.encodable;
import static io.waybill.format.Encoded.row;
import static io.waybill.format.Encoded.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.waybill.WaybillException;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class JsonEncodingTest {

    private static final ObjectMapper JACKSON = new ObjectMapper();

    @Property(tries = 500)
    void anyTextAndAnyKeyRoundTrip(@ForAll String key, @ForAll String value, @ForAll boolean ascii) throws IOException {
        JsonDataFormat format = new JsonDataFormat();
        format.set(JsonFormat.ENSURE_ASCII, ascii);

        byte[] json = bytes(format, List.of(row(key, value)));

        JsonNode read = JACKSON.readTree(json).get(0);
        assertThat(read.get(encodable(key)).textValue()).isEqualTo(encodable(value));
        if (ascii) {
            assertThat(new String(json, StandardCharsets.ISO_8859_1)).matches("\\p{ASCII}*");
        }
    }

    @Property(tries = 300)
    void eachRowIsALineOfJsonl(@ForAll List<String> values) throws IOException {
        JsonDataFormat format = new JsonDataFormat();
        format.set(JsonFormat.JSONL, true);

        String jsonl = text(
                format,
                values.stream().<Map<String, ?>>map(value -> row("v", value)).toList());

        List<String> lines = List.of(jsonl.split("\n", -1));
        assertThat(lines).hasSize(values.size() + 1).last().isEqualTo("");
        for (int i = 0; i < values.size(); i++) {
            assertThat(JACKSON.readTree(lines.get(i)).get("v").textValue()).isEqualTo(encodable(values.get(i)));
        }
    }

    @Test
    void typesAreKept() throws IOException {
        assertThat(text(
                        new JsonDataFormat(),
                        List.of(row(
                                "n",
                                10_000_000L,
                                "d",
                                new BigDecimal("1234567890.1200"),
                                "f",
                                1e7,
                                "nan",
                                Double.NaN,
                                "b",
                                true,
                                "z",
                                null,
                                "t",
                                Instant.parse("2026-01-15T02:00:00Z"),
                                "a",
                                List.of("x", "y")))))
                .isEqualTo(
                        "[\n{\"n\":10000000,\"d\":1234567890.1200,\"f\":10000000,\"nan\":\"NaN\",\"b\":true,\"z\":null,"
                                + "\"t\":\"2026-01-15T02:00:00Z\",\"a\":[\"x\",\"y\"]}\n]\n");
    }

    @Test
    void nestTurnsDotsIntoObjects() throws IOException {
        JsonDataFormat format = new JsonDataFormat();
        format.set(JsonFormat.NEST, true);
        format.set(JsonFormat.JSONL, true);

        assertThat(text(
                        format,
                        List.of(row("id", 1, "email.user", "ada", "name.first", "Ada", "email.domain", "x.org"))))
                .isEqualTo(
                        "{\"id\":1,\"email\":{\"user\":\"ada\",\"domain\":\"x.org\"},\"name\":{\"first\":\"Ada\"}}\n");
    }

    @Test
    void aColumnThatIsAValueAndAnObjectIsRefused() {
        JsonDataFormat format = new JsonDataFormat();
        format.set(JsonFormat.NEST, true);

        assertThatThrownBy(() -> bytes(format, List.of(row("email", 1, "email.domain", 2))))
                .isInstanceOf(WaybillException.class)
                .hasMessage(
                        "nest: column \"email.domain\" collides with another: \"email\" would be a value and an object"
                                + " at once, or there twice");
    }

    @Test
    void indentPutsEachKeyOnALine() throws IOException {
        JsonDataFormat format = new JsonDataFormat();
        format.set(JsonFormat.INDENT, 2L);
        format.set(JsonFormat.NEST, true);

        assertThat(text(format, List.of(row("id", 1, "a.b", 2), row("id", 3, "a.b", 4))))
                .isEqualTo("""
                        [
                          {
                            "id": 1,
                            "a": {
                              "b": 2
                            }
                          },
                          {
                            "id": 3,
                            "a": {
                              "b": 4
                            }
                          }
                        ]
                        """);
    }

    @Test
    void anEncodingThatLacksCharactersGetsTheirEscapes() throws IOException {
        JsonDataFormat format = new JsonDataFormat();
        format.set(JsonFormat.ENCODING, "iso-8859-1");

        assertThat(new String(bytes(format, List.of(row("a", "é李📦"))), StandardCharsets.ISO_8859_1))
                .isEqualTo("[\n{\"a\":\"\\u00e9\\u674e\\ud83d\\udce6\"}\n]\n");
    }

    @Test
    void noRowsGiveAnEmptyArrayOrAnEmptyFile() throws IOException {
        JsonDataFormat lines = new JsonDataFormat();
        lines.set(JsonFormat.JSONL, true);

        assertThat(text(new JsonDataFormat(), List.of())).isEqualTo("[]\n");
        assertThat(text(lines, List.of())).isEmpty();
    }
}
