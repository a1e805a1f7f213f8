package io.waybill.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.WaybillException;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.util.URISupport;
import org.apache.camel.util.UnsafeUriCharactersEncoder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Camel reads of the URIs that are written for it. */
class EndpointUriTest {

    /** As an endpoint gets them: of the URI as Camel keeps it. */
    private static Map<String, Object> read(String uri) throws Exception {
        String kept = URISupport.normalizeUri(uri);
        Map<String, Object> options =
                new LinkedHashMap<>(URISupport.parseParameters(new URI(UnsafeUriCharactersEncoder.encode(kept))));
        URISupport.resolveRawParameterValues(options);
        return options;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "RAW(x)&a=b",
                "RAW(x)&a=b&c=d)",
                "RAW{x}&a=b&c=d}",
                "RAW(x)",
                "RAW(",
                "a)&b=c",
                "a}&b=c",
                "a?b=c/d,e",
                "50% + 1 & more",
                "a=RAW(b)&c=d"
            })
    void aTextIsThatTextWhateverIsWrittenInIt(String text) throws Exception {
        Map<String, String> texts = new LinkedHashMap<>();
        texts.put("first", "1");
        texts.put("text", text);
        texts.put("last", "2");
        for (String uri : new String[] {
            EndpointUri.of("waybill-s3:lake", texts),
            EndpointUri.of("waybill-s3:lake", texts, Map.of("given", "RAW(3)"))
        }) {
            Map<String, Object> read = read(uri);
            assertThat(read)
                    .containsEntry("first", "1")
                    .containsEntry("text", text)
                    .containsEntry("last", "2");
            assertThat(read).hasSize(uri.contains("given") ? 4 : 3);
            Map<String, String> options = Destinations.options(uri);
            assertThat(options).containsEntry("text", text).hasSize(read.size());
        }
    }

    @Test
    void whatCamelWouldNotTakeForATextIsRefused() {
        assertThatThrownBy(() -> EndpointUri.of("x:y", Map.of("text", "#class:java.lang.String")))
                .isInstanceOf(WaybillException.class)
                .hasMessage("\"#class:java.lang.String\" begins as a bean of Camel's does, and cannot be the text of"
                        + " the endpoint's option text");
        assertThatThrownBy(() -> EndpointUri.of("x:y", Map.of("text", "#mine"), Map.of()))
                .isInstanceOf(WaybillException.class)
                .hasMessageStartingWith("\"#mine\" begins as a bean of Camel's does");
        assertThatThrownBy(() -> EndpointUri.of("x:y", Map.of("text", "a)&b}&c"), Map.of()))
                .isInstanceOf(WaybillException.class)
                .hasMessageStartingWith("\"a)&b}&c\" has both )& and }&");
    }

    @ParameterizedTest
    @ValueSource(strings = {"contentType=text/plain&bcc", "a&b", "a=b", "a#b", "a b"})
    void aNameIsThatOfOneOption(String name) {
        assertThatThrownBy(() -> EndpointUri.of("x:y", Map.of(), Map.of(name, "1")))
                .isInstanceOf(WaybillException.class)
                .hasMessage("\"" + name + "\" is no name of an endpoint's option: it would be read as more than one");
    }

    @Test
    void whatIsGivenForCamelStaysAsItIs() {
        Map<String, String> given = new LinkedHashMap<>();
        given.put("a", "RAW(1&2)");
        given.put("b", "#class:java.lang.String");
        assertThat(EndpointUri.of("x:y", Map.of("a", "text"), given))
                .isEqualTo("x:y?a=RAW(1&2)&b=#class:java.lang.String");
    }
}
