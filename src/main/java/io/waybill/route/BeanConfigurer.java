package io.waybill.route;

import org.apache.camel.CamelContext;
import org.apache.camel.spi.GeneratedPropertyConfigurer;
import org.apache.camel.spi.PropertyConfigurerGetter;

/**
 * Sets the properties of a {@link KeyedBean}, after the declarations of its keys. Camel finds it by the bean's class, in {@code
 * META-INF/services/org/apache/camel/configurer/}.
 */
public final class BeanConfigurer implements GeneratedPropertyConfigurer, PropertyConfigurerGetter {

    @Override
    public boolean configure(CamelContext context, Object target, String name, Object value, boolean ignoreCase) {
        return ((KeyedBean) target).set(name, value);
    }

    @Override
    public Class<?> getOptionType(String name, boolean ignoreCase) {
        return String.class; // which the bean reads as the key says
    }

    @Override
    public Object getOptionValue(Object target, String name, boolean ignoreCase) {
        return ((KeyedBean) target).property(name);
    }
}
