package io.waybill.starter;

import io.micrometer.core.instrument.binder.MeterBinder;
import org.apache.camel.CamelContext;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/** Shows Micrometer, and so Actuator, what runs have come to. */
@AutoConfiguration(afterName = "org.apache.camel.spring.boot.CamelAutoConfiguration")
@ConditionalOnClass({CamelContext.class, MeterBinder.class})
public class WaybillMetricsAutoConfiguration {

    @Bean
    @ConditionalOnBean(CamelContext.class)
    MeterBinder waybillRunMeters(CamelContext context) {
        return new RunMeters(context);
    }
}
