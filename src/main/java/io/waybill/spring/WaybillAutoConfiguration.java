package io.waybill.spring;

import org.apache.camel.CamelContext;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.ConfigurableEnvironment;

/** Shows Camel the settings that Spring Boot has: those of its files, profiles and arguments. */
@AutoConfiguration(beforeName = "org.apache.camel.spring.boot.CamelAutoConfiguration")
@ConditionalOnClass(CamelContext.class)
public class WaybillAutoConfiguration {

    @Bean
    SpringSettings waybillSettings(ConfigurableEnvironment environment) {
        return new SpringSettings(environment);
    }
}
