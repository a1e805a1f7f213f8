package shop;

import org.apache.camel.ProducerTemplate;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** Starts, runs the flow, and says what came of it. */
@SpringBootApplication
public class Shop {

    public static void main(String[] arguments) {
        try (ConfigurableApplicationContext context = SpringApplication.run(Shop.class, arguments)) {
            System.out.println(context.getBean(ProducerTemplate.class).requestBody("waybill:orders", (Object) null));
        }
    }
}
