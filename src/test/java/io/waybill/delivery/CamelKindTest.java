package io.waybill.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The list of the kinds of destinations. */
class CamelKindTest {

    /** All are loaded to read any flow: an application may leave out the jars of those that it does not use. */
    @Test
    void isLoadedWithoutTheLibrariesOfItsDestinations() {
        List<String> types = new ArrayList<>();
        for (CamelKind kind : CamelKind.all()) {
            for (Class<?> type = kind.getClass(); type != null; type = type.getSuperclass()) {
                types.add(type.getName());
                List.of(type.getInterfaces()).forEach(implemented -> types.add(implemented.getName()));
            }
        }
        assertThat(types).isNotEmpty().allMatch(name -> name.startsWith("io.waybill.") || name.startsWith("java."));
    }
}
