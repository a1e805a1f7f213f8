package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.waybill.Page;
import io.waybill.TestFiles;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.xml.parsers.DocumentBuilderFactory;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** The examples, built from the installed jar, do what their pages say. */
class ExamplesIT {

    private static final Path BUILT = Path.of("target/examples").toAbsolutePath();

    /** Camel's command line, without its launcher: what that starts. */
    private static final String CAMEL = """
            #!/bin/sh
            exec java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp "$CAMEL_CLASS_PATH" %s "$@"
            """;

    @TempDir
    private Path bin;

    @TempDir
    private Path work;

    @ParameterizedTest
    @ValueSource(strings = {"camel-main", "jbang", "quarkus", "spring-boot"})
    void doesWhatItsPageSays(String example) throws Exception {
        Path folder = BUILT.resolve(example);
        assertThat(folder).as("mvn pre-integration-test builds the examples").exists();
        for (String made : new String[] {"data", "exports"}) {
            if (Files.exists(folder.resolve(made))) {
                TestFiles.delete(folder.resolve(made));
            }
        }
        try (PageReader reader = new PageReader(
                Page.of(Path.of("examples", example, "README.md")), folder, environment(), Map.of(), null, Map.of())) {
            reader.read(block -> !block.text().startsWith("mvn ")); // which has built it
        }
        assertThat(folder.resolve("exports/orders.csv.waybill.json")).exists();
        assertThat(folder.resolve("data/ledger.db")).exists();
    }

    /** {@code camel run --dev}: the flow that is saved is another then, and its route goes on; a wrong file changes nothing. */
    @Test
    void camelRunLoadsAFlowAgainThatIsSaved() throws Exception {
        for (String file : List.of("application.properties", "orders.toml", "shop.sql", "closing.camel.yaml")) {
            Files.copy(BUILT.resolve("jbang").resolve(file), work.resolve(file));
        }
        Path route = work.resolve("closing.camel.yaml");
        Files.writeString(route, Files.readString(route).replace("repeatCount: 1", "period: 500"));
        Path flow = work.resolve("orders.toml");
        String right = Files.readString(flow);
        Path exported = work.resolve("exports/orders.csv");
        Path told = work.resolve("told.txt");
        ProcessBuilder builder = new ProcessBuilder(
                        "sh",
                        "-c",
                        "exec camel run application.properties --dev --logging-color=false"
                                + " --dep=io.waybill:waybill:"
                                + Versions.ofProject(Path.of("pom.xml").toAbsolutePath()))
                .directory(work.toFile())
                .redirectErrorStream(true)
                .redirectOutput(told.toFile());
        builder.environment().putAll(environment());
        Process camel = builder.start();
        try {
            patiently(() -> assertThat(exported).content().hasLineCount(4));

            Files.writeString(flow, right + "limit = 1\n");
            patiently(() -> assertThat(exported).hasContent("id,item,price\n1,ink,12.50\n"));

            Files.writeString(flow, right + "limit = \"many\"\n");
            patiently(() -> assertThat(told).content().contains("orders.toml:6: limit: \"many\" is text"));
            Files.delete(exported);
            patiently(() -> assertThat(exported).hasContent("id,item,price\n1,ink,12.50\n"));
            assertThat(camel.isAlive()).isTrue();
        } finally {
            camel.destroy();
            assertThat(camel.waitFor(5, TimeUnit.MINUTES)).isTrue();
        }
    }

    private static void patiently(ThrowingRunnable check) {
        await().ignoreExceptions().untilAsserted(check);
    }

    private Map<String, String> environment() throws Exception {
        Path camel = Files.writeString(bin.resolve("camel"), CAMEL.formatted(CamelCli.class.getName()));
        assertThat(camel.toFile().setExecutable(true)).isTrue();
        return Map.of(
                "PATH",
                String.join(
                        File.pathSeparator,
                        bin.toString(),
                        Path.of(System.getProperty("java.home"), "bin").toString(),
                        System.getenv("PATH")),
                "CAMEL_CLASS_PATH",
                CamelCli.classPath(BUILT.resolve("jbang/target/classpath.txt")));
    }

    /** An engineer copies these folders, and they build: they name the versions that the jar is made with. */
    @Test
    void theyNameTheVersionsOfTheBuild() throws Exception {
        Map<String, String> known = Versions.of(Path.of("pom.xml"));
        known.put("waybill.version", Versions.ofProject(Path.of("pom.xml")));
        for (String taken : List.of(
                "examples/camel-main", "examples/jbang", "examples/quarkus", "examples/spring-boot", "starter")) {
            Versions.of(Path.of(taken, "pom.xml")).forEach((name, version) -> {
                if (name.endsWith(".version")) {
                    assertThat(version).as(taken + ": " + name).isEqualTo(known.get(name));
                }
            });
        }
        assertThat(Versions.ofProject(Path.of("starter/pom.xml"))).isEqualTo(known.get("waybill.version"));
        assertThat(Files.readString(Path.of("examples/jbang/README.md")))
                .contains("--dep=io.waybill:waybill:" + known.get("waybill.version") + " ");
    }

    /** What a POM names. */
    private static final class Versions {

        private Versions() {}

        static String ofProject(Path pom) throws Exception {
            return project(pom).getElementsByTagName("version").item(0).getTextContent();
        }

        private static Element project(Path pom) throws Exception {
            return DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(pom.toFile())
                    .getDocumentElement();
        }

        static Map<String, String> of(Path pom) throws Exception {
            Element project = project(pom);
            Map<String, String> versions = new HashMap<>();
            NodeList properties =
                    project.getElementsByTagName("properties").item(0).getChildNodes();
            for (int i = 0; i < properties.getLength(); i++) {
                versions.put(
                        properties.item(i).getNodeName(), properties.item(i).getTextContent());
            }
            return versions;
        }
    }
}
