package io.waybill.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.FlowHarness;
import io.waybill.flow.FileFormat;
import io.waybill.flow.FormatKind;
import io.waybill.flow.Key;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.camel.model.BeanFactoryDefinition;
import org.apache.camel.model.BeanModelHelper;
import org.apache.camel.spi.DataFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each data format takes its own options as properties of its bean, and no other's. */
class FormatOptionsTest {

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.over("CREATE TABLE t (id integer)");

    static Stream<FormatKind> kinds() {
        return FileFormat.all().stream().map(FileFormat::kind).distinct();
    }

    /** As a bean of a route file is made. */
    private Object make(Class<?> type, String property) throws Exception {
        BeanFactoryDefinition<?> bean = new BeanFactoryDefinition<>();
        bean.setName("format");
        bean.setType(type.getName());
        bean.setProperties(Map.of(property, "1"));
        return BeanModelHelper.newInstance(bean, harness.context());
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
                .allSatisfy(option -> assertThatThrownBy(() -> make(format.getClass(), option))
                        .describedAs("%s of %s", option, kind.dataFormat())
                        .hasStackTraceContaining(
                                kind.dataFormat() + ": " + option + ": is not an option of it; allowed: "));
    }

    @Test
    void namesTheOneThatMayBeMeant() {
        assertThatThrownBy(() -> harness.load("beans.camel.yaml", """
                - beans:
                    - name: format
                      type: io.waybill.format.CsvDataFormat
                      properties:
                        delimeter: ";"
                """))
                .hasStackTraceContaining("did you mean \"delimiter\"?");
    }
}
