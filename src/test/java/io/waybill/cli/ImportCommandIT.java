package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.cli.Launcher.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code waybill import}, as a user calls it. */
class ImportCommandIT {

    private static final String REPLICATION = """
            source: shop
            target: LOCAL
            defaults:
              object: exports/{stream_table}.csv
            streams:
              orders:
                where: id > 1
              customers:
                target_options: {compression: snappy}
              old.*:
                where: id > 1
            """;

    @RegisterExtension
    private static final Commands COMMANDS = Commands.inNewFolder();

    private Path folder;

    @BeforeEach
    void find() {
        folder = COMMANDS.folder();
    }

    @Test
    void whatMapsIsWrittenAndRunsAndTheRestIsNamed() throws Exception {
        Files.writeString(folder.resolve("replication.yaml"), REPLICATION);
        Files.writeString(
                folder.resolve("application.properties"),
                "waybill.datasource.shop.url = jdbc:h2:./data/shop;INIT=CREATE TABLE IF NOT EXISTS orders AS SELECT X AS id FROM SYSTEM_RANGE(1\\\\, 3)\n");

        Ended imported = COMMANDS.run("import", "replication.yaml");

        assertThat(imported.err()).isEmpty();
        assertThat(imported.exitCode()).isZero();
        assertThat(imported.out())
                .startsWith("routes/datasets.toml\nroutes/orders.toml\n")
                .contains(
                        "waybill.datasource.shop.password = {{env:SHOP_PASSWORD}}",
                        "replication.yaml:10: streams.old.*: has a condition for many tables",
                        "replication.yaml: customers.toml: compression: \"snappy\" is not known",
                        "Next: waybill plan orders");
        assertThat(folder.resolve("routes/customers.toml")).doesNotExist();

        Ended run = COMMANDS.run("run", "orders");

        assertThat(run.err()).isEmpty();
        assertThat(folder.resolve("exports/orders.csv")).hasContent("ID\n2\n3\n");
    }

    @Test
    void nothingIsWrittenOverWhatIsThere() throws Exception {
        Files.writeString(folder.resolve("replication.yaml"), REPLICATION);
        Files.createDirectory(folder.resolve("routes"));
        Files.writeString(folder.resolve("routes/orders.toml"), "mine");

        Ended imported = COMMANDS.run("import", "replication.yaml");

        assertThat(imported.exitCode()).isEqualTo(ExitCode.WRONG);
        assertThat(imported.err()).isEqualTo("error: routes/orders.toml is there already; nothing was written\n");
        assertThat(names(folder.resolve("routes"))).isEqualTo("[orders.toml]");
    }

    @Test
    void whatWouldBeWrittenIsShownByADryRun() throws Exception {
        Files.writeString(folder.resolve("replication.yaml"), REPLICATION);

        Ended shown = COMMANDS.run("import", "replication.yaml", "--dry-run");

        assertThat(shown.out())
                .contains("# routes/orders.toml\n", "id = \"orders\"", "# routes/datasets.toml\n[[dataset]]");
        assertThat(names(folder)).isEqualTo("[replication.yaml]");
    }

    @Test
    void aFileThatIsNotThereOrIsSomethingElseIsOneLine() throws Exception {
        Files.writeString(folder.resolve("other.yaml"), "a: 1\n");

        assertThat(COMMANDS.run("import", "none.yaml").err()).isEqualTo("error: none.yaml: there is no such file\n");
        assertThat(COMMANDS.run("import", "other.yaml").err())
                .isEqualTo(
                        "error: other.yaml: is neither a replication of Sling (source, target, streams) nor a configuration of Embulk (in, out)\n");
    }

    private static String names(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .sorted()
                    .toList()
                    .toString();
        }
    }
}
