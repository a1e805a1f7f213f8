package io.waybill.delivery.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.ledger.RunResult;
import jakarta.jms.BytesMessage;
import jakarta.jms.JMSContext;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.apache.camel.component.jms.JmsComponent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exports to a queue of a broker, by a component that the platform brings. */
class JmsDeliveryIT {

    @TempDir
    private Path folder;

    @Test
    void eachFileIsAMessageOfAQueue() throws Exception {
        EmbeddedActiveMQ broker = new EmbeddedActiveMQ();
        broker.setConfiguration(new ConfigurationImpl()
                .setPersistenceEnabled(false)
                .setSecurityEnabled(false)
                .addAcceptorConfiguration("vm", "vm://0"));
        broker.start();
        try (HikariDataSource database = TestDatabases.h2();
                FlowHarness harness = new FlowHarness(folder, database);
                ActiveMQConnectionFactory connections = new ActiveMQConnectionFactory("vm://0")) {
            TestDatabases.execute(database, "CREATE TABLE t AS SELECT x AS id FROM system_range(1, 4)");
            harness.context().addComponent("jms", JmsComponent.jmsComponentAutoAcknowledge(connections));
            harness.load(
                    "t.toml",
                    "[properties.export]\nsource_dataset_id = \"t\"\nformat = \"csv\"\nmax_rows_per_file = 2\n"
                            + "file_path = \"jms:queue:orders.{ds_nodash}?deliveryPersistent=true\"\n"
                            + "headers = { Part = \"{part}\" }\n");

            RunResult result = harness.run("t");

            List<String> texts = new ArrayList<>();
            try (JMSContext context = connections.createContext();
                    var consumer = context.createConsumer(context.createQueue("orders.20260115"))) {
                for (int part = 1; part <= 2; part++) {
                    BytesMessage message = (BytesMessage) consumer.receive(5000);
                    texts.add(new String(message.getBody(byte[].class), StandardCharsets.UTF_8));
                    assertThat(message.getStringProperty("Part")).isEqualTo(Integer.toString(part));
                    assertThat(message.getStringProperty("WaybillRunId")).isEqualTo(result.runId());
                    assertThat(message.getStringProperty("WaybillSha256"))
                            .isEqualTo(result.files().get(part - 1).sha256());
                }
                assertThat(consumer.receiveNoWait()).isNull();
            }
            assertThat(texts).containsExactly("id\n1\n2\n", "id\n3\n4\n");
        } finally {
            broker.stop();
        }
    }
}
