package io.waybill.route.step;

import io.waybill.flow.Form;
import io.waybill.flow.Key;
import io.waybill.route.StepOptions;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.PropertyConfigurerGetter;
import org.apache.camel.support.component.PropertyConfigurerSupport;

/** Sets the options of a step, after the declarations of their keys: what Camel's build tools would make of a bean's setters. */
final class StepConfigurer extends PropertyConfigurerSupport
        implements org.apache.camel.spi.GeneratedPropertyConfigurer, PropertyConfigurerGetter {

    private static final String LAZY = "lazyStartProducer";

    private final Map<String, Key<?>> options = StepOptions.all();

    @Override
    public boolean configure(CamelContext context, Object target, String name, Object value, boolean ignoreCase) {
        WaybillEndpoint step = (WaybillEndpoint) target;
        if (name.equals(LAZY)) {
            step.setLazyStartProducer(property(context, boolean.class, value));
            return true;
        }
        Key<?> key = options.get(name);
        if (key == null) {
            return false;
        }
        step.set(key, property(context, getOptionType(name, ignoreCase), value));
        return true;
    }

    @Override
    public Class<?> getOptionType(String name, boolean ignoreCase) {
        Key<?> key = options.get(name);
        if (key == null) {
            return name.equals(LAZY) ? boolean.class : null;
        }
        if (key.form() instanceof Form.Table table) {
            return table.isList() ? List.class : StepOptions.beanOf(key);
        }
        return String.class; // read as the key says
    }

    @Override
    public Object getOptionValue(Object target, String name, boolean ignoreCase) {
        WaybillEndpoint step = (WaybillEndpoint) target;
        Key<?> key = options.get(name);
        return key == null ? name.equals(LAZY) ? step.isLazyStartProducer() : null : step.get(key);
    }
}
