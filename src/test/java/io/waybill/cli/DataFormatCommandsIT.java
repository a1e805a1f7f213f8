package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.TestDatabases;
import io.waybill.cli.Launcher.Ended;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.camel.dataformat.csv.CsvDataFormat;
import org.apache.commons.csv.CSVFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Commands for flows that name a data format of Camel's, with its jars and without. */
class DataFormatCommandsIT {

    private static final String BY_NAME = """
            [properties.export]
            source_dataset_id = "orders"
            file_path = "out/orders.csv"

            [properties.export.exporter_config]
            data_format = "csv"
            data_format_options = { header = "{columns}", recordSeparator = "\\n" }
            """;

    private static final String BY_BEAN = """
            [properties.export]
            source_dataset_id = "orders"
            file_path = "out/orders.csv"

            [properties.export.exporter_config]
            data_format = "#mine"
            """;

    private static void fill(Path work) throws Exception {
        org.h2.jdbcx.JdbcDataSource database = new org.h2.jdbcx.JdbcDataSource();
        database.setURL("jdbc:h2:file:" + work.resolve("db"));
        TestDatabases.execute(
                database,
                "CREATE TABLE \"orders\" AS SELECT x AS \"id\", 'n' || x AS \"note\" FROM system_range(1, 3)");
        Files.writeString(
                work.resolve("application.properties"),
                "waybill.datasource.db.url = jdbc:h2:file:./db\n"
                        + "camel.beans.mine = #class:org.apache.camel.dataformat.csv.CsvDataFormat\n"
                        + "camel.beans.mine.delimiter = ;\ncamel.beans.mine.quoteMode = ALL\n");
        Files.createDirectory(work.resolve("routes"));
    }

    @Nested
    class WithItsJars {

        @RegisterExtension
        private static final Commands COMMANDS =
                Commands.inNewFolder().withLibrariesOf(CsvDataFormat.class, CSVFormat.class);

        private final Path work = COMMANDS.folder();

        @BeforeEach
        void make() throws Exception {
            fill(work);
        }

        @Test
        void itIsPlannedAndRun() throws Exception {
            Files.writeString(work.resolve("routes/orders.toml"), BY_NAME);

            Ended plan = COMMANDS.run("plan", "orders");
            Ended run = COMMANDS.run("run", "orders");

            assertThat(plan.err()).isEmpty();
            assertThat(plan.out())
                    .contains(
                            "writing      by Camel's data format \"csv\", which gets each row as a map: slower than a format of"
                                    + " Waybill's own\n");
            assertThat(run.exitCode()).as(run.err()).isZero();
            assertThat(work.resolve("out/orders.csv")).hasContent("id,note\n1,n1\n2,n2\n3,n3\n");
        }

        @Test
        void aBeanOfThePropertiesWrites() throws Exception {
            Files.writeString(work.resolve("routes/orders.toml"), BY_BEAN);

            assertThat(COMMANDS.run("validate").err()).isEmpty();
            Ended run = COMMANDS.run("run", "orders");

            assertThat(run.exitCode()).as(run.err()).isZero();
            assertThat(work.resolve("out/orders.csv")).hasContent("\"1\";\"n1\"\r\n\"2\";\"n2\"\r\n\"3\";\"n3\"\r\n");
        }
    }

    @Nested
    class Without {

        @RegisterExtension
        private static final Commands COMMANDS = Commands.inNewFolder();

        private final Path work = COMMANDS.folder();

        @BeforeEach
        void make() throws Exception {
            fill(work);
            Files.writeString(
                    work.resolve("application.properties"), "waybill.datasource.db.url = jdbc:h2:file:./db\n");
        }

        @Test
        void theArtifactIsNamed() throws Exception {
            Files.writeString(work.resolve("routes/orders.toml"), BY_NAME);
            String message =
                    "routes/orders.toml:6: exporter_config.data_format: \"csv\" is in org.apache.camel:camel-csv, which is not here;"
                            + " put it, and what it needs, into target/lib, or among an application's dependencies";

            assertThat(COMMANDS.run("validate").err()).contains(message);
            assertThat(COMMANDS.run("run", "orders").err()).contains(message);
        }

        @Test
        void aBeanThatIsNotThereIsNamed() throws Exception {
            Files.writeString(work.resolve("routes/orders.toml"), BY_BEAN);
            String message =
                    "routes/orders.toml:6: exporter_config.data_format: there is no bean \"mine\" that is a data format";

            assertThat(COMMANDS.run("run", "orders").err()).contains(message);
            Ended validated = COMMANDS.run("validate");
            assertThat(validated.exitCode()).isZero();
            assertThat(validated.out())
                    .contains(
                            "note: routes/orders.toml:6: exporter_config.data_format: bean \"mine\" is not in"
                                    + " application.properties (camel.beans.mine); the application that runs the flow has to have it\n");
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "camel.beans.mien = #class:java.lang.String | there is no bean \"mine\"; did you mean \"#mien\"?",
                    "camel.beans.mine = #class:com.acme.Mine | camel.beans.mine is of class com.acme.Mine, which is not here; put its jar, and what it needs, into target/lib",
                    "camel.beans.mine = #class:java.lang.String('a') | camel.beans.mine is of class java.lang.String, which is no data format of Camel's",
                })
        void aBeanThatCannotBeOneIsToldBeforeItRuns(String property, String message) throws Exception {
            Files.writeString(work.resolve("routes/orders.toml"), BY_BEAN);
            Files.writeString(
                    work.resolve("application.properties"),
                    "waybill.datasource.db.url = jdbc:h2:file:./db\n" + property + "\n");

            Ended validated = COMMANDS.run("validate");

            assertThat(validated.exitCode()).isNotZero();
            assertThat(validated.err())
                    .contains("routes/orders.toml:6: exporter_config.data_format: " + message + "\n");
        }
    }
}
