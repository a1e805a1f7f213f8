package io.waybill.route.step;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.route.Verb;
import io.waybill.run.ActiveRun;
import io.waybill.servers.Ports;
import jakarta.jms.JMSContext;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.jms.JmsComponent;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A broker sends a message again whose process was killed before it had answered: what was exported is not exported again. */
class RedeliveredMessageIT {

    /** Before a step of the first message's run, which comes to its end at last; and twice before the broker has its answer. */
    private static final List<String> KILLED_AT = List.of("STAGE", "MANIFEST", "ANSWER", "ANSWER");

    @TempDir
    private Path folder;

    @Test
    void isExportedOnceHoweverOftenItsProcessIsKilled() throws Exception {
        String url = "tcp://127.0.0.1:" + Ports.free();
        EmbeddedActiveMQ broker = new EmbeddedActiveMQ();
        broker.setConfiguration(new ConfigurationImpl()
                .setPersistenceEnabled(false)
                .setSecurityEnabled(false)
                .addAddressSetting("#", new AddressSettings().setMaxDeliveryAttempts(-1))
                .addAcceptorConfiguration("tcp", url));
        broker.start();
        try (ActiveMQConnectionFactory connections = new ActiveMQConnectionFactory(url)) {
            try (JMSContext context = connections.createContext()) {
                for (String id : List.of("1", "2")) {
                    context.createProducer().send(context.createQueue("in"), id);
                }
            }
            for (String at : KILLED_AT) {
                assertThat(consume(url, at)).as("killed at " + at).isEqualTo(Application.KILLED);
            }
            boolean isEmpty = false;
            for (int i = 0;
                    i < 5 && !isEmpty;
                    i++) { // on a busy machine, it may have nothing to do before it is given something
                assertThat(consume(url, "NEVER")).isZero();
                try (JMSContext context = connections.createContext();
                        var left = context.createBrowser(context.createQueue("in"))) {
                    isEmpty = !left.getEnumeration().hasMoreElements();
                }
            }
            assertThat(isEmpty).isTrue();
        } finally {
            broker.stop();
        }

        List<String> exported;
        try (Stream<Path> files = Files.list(folder.resolve("in"))) {
            exported = files.filter(file -> file.toString().endsWith(".csv"))
                    .map(file -> {
                        try {
                            return Files.readString(file);
                        } catch (IOException e) {
                            throw new java.io.UncheckedIOException(e);
                        }
                    })
                    .sorted()
                    .toList();
        }
        assertThat(exported).containsExactly("id\n1\n", "id\n2\n");
    }

    /** Runs the application until it is killed, or has nothing more to do. */
    private int consume(String url, String killedAt) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xmx256m",
                        "-cp",
                        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                                .collect(java.util.stream.Collectors.joining(File.pathSeparator)),
                        Application.class.getName(),
                        url,
                        killedAt)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("output.txt").toFile()))
                .start();
        try {
            assertThat(process.waitFor(5, TimeUnit.MINUTES))
                    .as(Files.readString(folder.resolve("output.txt")))
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        return process.exitValue();
    }

    /** Exports each message of a queue, and dies at a step; without an end of its own, it would wait for more. */
    static final class Application {

        static final int KILLED = 137;

        private Application() {}

        public static void main(String[] arguments) throws Exception {
            String at = arguments[1];
            Main main = new Main();
            main.bind("jms", JmsComponent.jmsComponentTransacted(new ActiveMQConnectionFactory(arguments[0])));
            main.bind("watch", new RunWatch() {
                @Override
                public void before(ActiveRun run, Verb step, String delivery) {
                    die(at, step.name());
                }
            });
            main.configure().withDurationMaxIdleSeconds(at.equals("NEVER") ? 3 : 0);
            main.configure().addRoutesBuilder(new RouteBuilder() {
                @Override
                public void configure() {
                    from("jms:queue:in?transacted=true&cacheLevelName=CACHE_CONSUMER")
                            .process(exchange -> exchange.getMessage()
                                    .setBody(List.of(
                                            Map.of("id", exchange.getMessage().getBody(String.class)))))
                            .to("waybill:sink/inbox?filePath=in/{run_id}.csv&messageKey=${header.JMSMessageID}")
                            .process(exchange -> die(at, "ANSWER"));
                }
            });
            main.run();
        }

        /** As a SIGKILL does: nothing is cleaned up. */
        private static void die(String at, String now) {
            if (at.equals(now)) {
                Runtime.getRuntime().halt(KILLED);
            }
        }
    }
}
