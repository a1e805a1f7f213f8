package io.waybill.format;

import io.waybill.flow.Key;
import io.waybill.flow.NearestName;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.GeneratedPropertyConfigurer;

/**
 * Sets the properties of a {@link RowDataFormat}, after the declarations of its options. Camel finds it by the simple name of
 * the data format's class, in {@code META-INF/services/org/apache/camel/configurer/}: by {@code CsvDataFormat} for beans of routes, which is
 * Waybill's alone, and else by {@code csv-dataformat}, which camel-csv has as well.
 */
public final class FormatConfigurer implements GeneratedPropertyConfigurer {

    /** Other classes of such a name have setters; so have the columns of these. */
    @Override
    public boolean configure(CamelContext context, Object target, String name, Object value, boolean ignoreCase) {
        if (!(target instanceof RowDataFormat format)) {
            return false;
        }
        if (format.set(name, String.valueOf(value))) {
            return true;
        }
        Set<String> options = format.format().kind().options().stream()
                .map(Key::option)
                .collect(Collectors.toCollection(TreeSet::new));
        if (options.stream().anyMatch(name::equalsIgnoreCase)) {
            return false;
        }
        throw new IllegalArgumentException(format.getDataFormatName() + ": " + name
                + ": is not an option of it; allowed: " + String.join(", ", options) + NearestName.hint(name, options));
    }
}
