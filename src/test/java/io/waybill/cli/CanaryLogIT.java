package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.servers.S3Server;
import io.waybill.servers.SftpServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What Waybill logs where all of it is asked for, and Camel's components where they work: neither secrets nor values of persons. */
class CanaryLogIT {

    private static final String EMAIL = "canary.person@pii.example";

    /** Camel's own, which logs each property as it looks it up: docs/settings.md says to leave it alone. */
    private static final String OF_PROPERTIES = "org.apache.camel.component.properties";

    /** The loggers that are told to say everything; those are what a test changes, so they are held until it ends. */
    private final List<Logger> loggers = Stream.of(
                    "io.waybill", "org.apache.camel.component", "org.apache.camel.processor")
            .map(Logger::getLogger)
            .toList();

    private final Canaries canaries = new Canaries()
            .nowhere("password of SFTP", SftpServer.PASSWORD)
            .nowhere("wrong password of SFTP", "sftp-wrong-Kx44")
            .nowhere("secret key of S3", S3Server.SECRET_KEY)
            .nowhere("mail address", EMAIL);

    private final Handler handler = new Handler() {

        private final SimpleFormatter text = new SimpleFormatter();

        @Override
        public synchronized void publish(LogRecord entry) {
            String name = String.valueOf(entry.getLoggerName());
            if (!name.startsWith(OF_PROPERTIES)) {
                canaries.look(
                        name.startsWith("io.waybill") ? "log of Waybill" : "log of Camel",
                        name,
                        text.formatMessage(entry) + thrown(entry.getThrown()));
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    private static String thrown(Throwable thrown) {
        java.io.StringWriter trace = new java.io.StringWriter();
        if (thrown != null) {
            thrown.printStackTrace(new java.io.PrintWriter(trace));
        }
        return trace.toString();
    }

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.over(
            TestDatabases::postgres,
            "CREATE TABLE people (id integer PRIMARY KEY, email text)",
            "INSERT INTO people VALUES (1, '" + EMAIL + "')");

    @TempDir
    private Path folder;

    @BeforeEach
    void listen() {
        loggers.forEach(logger -> {
            logger.setLevel(Level.ALL);
            logger.setUseParentHandlers(false);
            logger.addHandler(handler);
        });
    }

    @AfterEach
    void stopListening() {
        loggers.forEach(logger -> {
            logger.removeHandler(handler);
            logger.setUseParentHandlers(true);
            logger.setLevel(null);
        });
    }

    @Test
    void noneIsLogged() throws Exception {
        Files.writeString(harness.file("datasets.toml"), """
                [[dataset]]
                id = "people"
                table = "people"
                columns = [{ name = "email", pii = true }]

                [[dataset]]
                id = "cast"
                query = "SELECT id, CAST(email AS integer) AS email FROM people"
                columns = [{ name = "email", pii = true }]
                """);
        try (SftpServer sftp = SftpServer.start(folder.resolve("home"));
                S3Server s3 = S3Server.start(folder.resolve("s3"), "lake")) {
            for (String name : List.of("partner", "partner_wrong")) {
                String connection = "waybill.connection." + name + ".";
                harness.property(connection + "type", "sftp");
                harness.property(connection + "host", "127.0.0.1");
                harness.property(connection + "port", Integer.toString(sftp.port()));
                harness.property(connection + "username", SftpServer.USER);
                harness.property(
                        connection + "password", name.equals("partner") ? SftpServer.PASSWORD : "sftp-wrong-Kx44");
                harness.property(connection + "host-key", sftp.fingerprint());
            }
            harness.property("waybill.connection.lake.type", "s3");
            harness.property("waybill.connection.lake.region", "eu-central-1");
            harness.property("waybill.connection.lake.endpoint", s3.endpoint());
            harness.property("waybill.connection.lake.path-style", "true");
            harness.property("waybill.connection.lake.access-key", S3Server.ACCESS_KEY);
            harness.property("waybill.connection.lake.secret-key", S3Server.SECRET_KEY);
            String allow = "pii_policy = \"allow\"\nredelivery = { maximum_redeliveries = 0 }\nsource_dataset_id = ";
            harness.export(allow + "\"people\"\nfile_path = \"sftp:{flow_id}.csv\"\nconnection = \"partner\"");
            harness.export(allow + "\"people\"\nfile_path = \"s3://lake/{flow_id}.csv\"\nconnection = \"lake\"");
            harness.load(
                    "wrong.toml",
                    "[properties.export]\n" + allow
                            + "\"people\"\nfile_path = \"sftp:{flow_id}.csv\"\nconnection = \"partner_wrong\"");
            harness.load("cast.toml", "[properties.export]\n" + allow + "\"cast\"\nfile_path = \"{{root}}/cast.csv\"");
            assertThat(harness.fail("wrong").deadLetter()).isNotNull();
            assertThat(harness.fail("cast").error()).contains("invalid input syntax for type integer: …");
        }

        canaries.assertNoneIsOut("log of Waybill", "log of Camel");
    }
}
