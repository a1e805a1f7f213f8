package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.cli.Launcher.Ended;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code waybill route}: a route that is printed becomes the flow, and the flow's file the flow again. */
class RouteCommandIT {

    @RegisterExtension
    private static final Commands COMMANDS = Commands.inNewFolder();

    private final Path work = COMMANDS.folder();

    @BeforeEach
    void makeFlow() throws Exception {
        Files.writeString(
                work.resolve("application.properties"),
                "waybill.datasource.db.url = jdbc:h2:mem:db;INIT=CREATE TABLE IF NOT EXISTS ten AS SELECT x FROM system_range(1\\,10)\n");
        Files.createDirectory(work.resolve("routes"));
        write("");
    }

    private void write(String keys) throws Exception {
        Files.writeString(file(), """
                [properties.export]
                source_dataset_id = "ten"
                file_path = "out/ten.csv"
                """ + keys);
    }

    private Path file() {
        return work.resolve("routes/ten.toml");
    }

    private Path route() {
        return work.resolve("routes/ten.camel.yaml");
    }

    private static String refused(String... arguments) throws Exception {
        Ended ended = COMMANDS.run(arguments);
        assertThat(ended.exitCode()).isEqualTo(2);
        assertThat(ended.out()).isEmpty();
        return ended.err();
    }

    @Test
    void aWrittenRouteIsTheFlowUntilItGoesBack() throws Exception {
        String printed = COMMANDS.run("route", "ten").out();

        Ended written = COMMANDS.run("route", "ten", "--write");

        assertThat(written.err()).isEmpty();
        assertThat(written.out()).isEqualTo("""
                routes/ten.camel.yaml is flow "ten" now; routes/ten.toml is not loaded as long as it is there
                waybill serve runs it; waybill route ten --back makes routes/ten.toml the flow again
                """);
        assertThat(route()).hasContent(printed);
        assertThat(file()).exists();
        assertThat(COMMANDS.run("list").out()).endsWith("flow ten is the route in routes/ten.camel.yaml\n");
        assertThat(COMMANDS.run("validate").out())
                .startsWith("note: routes/ten.toml is not loaded: routes/ten.camel.yaml is the flow\n");
        assertThat(refused("run", "ten"))
                .contains(
                        "flow \"ten\" is the route in routes/ten.camel.yaml, which waybill serve runs; routes/ten.toml is"
                                + " not loaded as long as that is there (waybill route ten --back)");
        assertThat(refused("route", "ten", "--write")).contains("routes/ten.camel.yaml is flow \"ten\" already");

        Ended back = COMMANDS.run("route", "ten", "--back");

        assertThat(back.err()).isEmpty();
        assertThat(back.out()).isEqualTo("routes/ten.toml is flow \"ten\" again\n");
        assertThat(route()).doesNotExist();
        assertThat(COMMANDS.run("run", "ten").out()).contains("ten: 10 rows");
        try (Stream<Path> left = Files.list(work)) {
            assertThat(left.map(path -> path.getFileName().toString())).noneMatch(name -> name.contains("camel.yaml"));
        }
    }

    @Test
    void aFileThatIsThereIsNotOverwritten() throws Exception {
        Files.writeString(route(), "# mine\n");

        assertThat(refused("route", "ten", "--write"))
                .contains("ten.camel.yaml is there already, and is not overwritten");
        assertThat(route()).hasContent("# mine\n");
        assertThat(refused("route", "ten", "--back"))
                .contains("flow \"ten\" has no route of its own: routes/ten.camel.yaml does not begin it");
    }

    @Test
    void editsAreNotLostByGoingBack() throws Exception {
        COMMANDS.run("route", "ten", "--write");
        String edited = Files.readString(route()) + "# an edit\n";
        Files.writeString(route(), edited);

        assertThat(refused("route", "ten", "--back"))
                .contains(
                        "routes/ten.camel.yaml is not what routes/ten.toml says: one of the two has changed since it was"
                                + " written. Move it out of routes/ to have routes/ten.toml loaded again; waybill route ten | diff"
                                + " - routes/ten.camel.yaml shows the difference");
        assertThat(route()).hasContent(edited);
    }

    @Test
    void thereIsNothingToGoBackFrom() throws Exception {
        assertThat(refused("route", "ten", "--back"))
                .contains("flow \"ten\" has no route of its own: routes/ten.camel.yaml is not there");
    }

    @Test
    void whatDoesNotGoTogetherIsRefused() throws Exception {
        assertThat(refused("route", "ten", "--write", "--back")).contains("--write and --back do not go together");
        assertThat(refused("route", "ten", "--format", "java"))
                .contains("--format java: Camel has no writer of routes in Java; yaml and xml are printed");
        assertThat(refused("route", "ten", "--format", "json"))
                .contains("--format: \"json\" is none; yaml and xml are allowed");
        assertThat(refused("route", "ten", "--format", "xml", "--write"))
                .contains("--format xml does not go with --write and --back: what is loaded from routes/ is YAML");
        assertThat(route()).doesNotExist();
    }

    @Test
    void theLauncherPrintsXml() throws Exception {
        Ended printed = Launcher.in(work).run("route", "ten", "--format", "xml");

        assertThat(printed.err()).isEmpty();
        assertThat(printed.out())
                .startsWith("<camel xmlns=\"http://camel.apache.org/schema/xml-io\">\n")
                .contains("<routeConfiguration id=\"ten.failure\">", "uri=\"waybill:begin/ten?", "<route id=\"ten\"")
                .endsWith("</camel>\n");
    }

    @Test
    void whatWritesXmlIsNamedWhereItIsNotThere() throws Exception {
        assertThat(refused("route", "ten", "--format", "xml")).contains("org.apache.camel:camel-xml-io");
    }
}
