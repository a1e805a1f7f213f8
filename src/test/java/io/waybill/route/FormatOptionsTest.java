package io.waybill.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.FlowHarness;
import io.waybill.flow.FileFormat;
import io.waybill.flow.FormatKind;
import io.waybill.flow.Key;
import java.util.List;
import java.util.stream.Stream;
import org.apache.camel.spi.DataFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each data format takes its own options as properties of its bean, and no other's. */
class FormatOptionsTest {

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.over("CREATE TABLE t (id integer)");

    private int files;

    static Stream<FormatKind> kinds() {
        return FileFormat.all().stream().map(FileFormat::kind).distinct();
    }

    private void load(Class<?> type, String property) throws Exception {
        // a file that was refused is not looked at again at once
        harness.load("beans-" + ++files + ".camel.yaml", """
                - beans:
                    - name: format
                      type: %s
                      properties:
                        %s: "1"
                """.formatted(type.getName(), property));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void refusesEachOptionOfAnotherFormat(FormatKind kind) {
        DataFormat format = harness.context().createDataFormat(kind.dataFormat());
        List<String> own = kind.options().stream().map(Key::option).toList();

        assertThat(kinds().flatMap(other -> other.options().stream())
                        .map(Key::option)
                        .distinct()
                        .filter(option -> !own.contains(option) && !option.equals("columns")))
                .allSatisfy(option -> assertThatThrownBy(() -> load(format.getClass(), option))
                        .describedAs("%s of %s", option, kind.dataFormat())
                        .hasStackTraceContaining(kind.dataFormat() + ": " + option + ": is not an option of it; allowed: "));
    }

    @Test
    void namesTheOneThatMayBeMeant() {
        assertThatThrownBy(() -> load(io.waybill.format.CsvDataFormat.class, "delimeter"))
                .hasStackTraceContaining("did you mean \"delimiter\"?");
    }
}
