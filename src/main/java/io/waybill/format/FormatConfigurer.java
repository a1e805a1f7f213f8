package io.waybill.format;

import org.apache.camel.CamelContext;
import org.apache.camel.spi.GeneratedPropertyConfigurer;

/**
 * Sets the properties of a {@link RowDataFormat}, after the declarations of its options. Camel finds it by the simple name of
 * the data format's class, in {@code META-INF/services/org/apache/camel/configurer/}: by {@code CsvDataFormat} for beans of routes, which is
 * Waybill's alone, and else by {@code csv-dataformat}, which camel-csv has as well.
 */
public final class FormatConfigurer implements GeneratedPropertyConfigurer {

    /** Other classes of such a name have setters. */
    @Override
    public boolean configure(CamelContext context, Object target, String name, Object value, boolean ignoreCase) {
        return target instanceof RowDataFormat format && format.set(name, String.valueOf(value));
    }
}
