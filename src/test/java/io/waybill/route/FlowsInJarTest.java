package io.waybill.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.FlowHarness;
import io.waybill.ledger.RunEntry.Status;
import io.waybill.ledger.RunResult;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.apache.camel.support.PluginHelper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Flows in a jar of the class path, as an application brings them that is one file. */
class FlowsInJarTest {

    private static final String FLOW = """
            [properties.export]
            source_dataset_id = "people"
            file_path = "{{root}}/people.csv"
            """;

    @RegisterExtension
    private final FlowHarness harness =
            FlowHarness.over("CREATE TABLE persons AS SELECT 2 AS id, 'a@b.example' AS email");

    private void loadJar(Map<String, String> files) throws Exception {
        Path jar = harness.file("app.jar");
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream entries = new JarOutputStream(out)) {
            entries.putNextEntry(new JarEntry("exports/"));
            for (Map.Entry<String, String> file : new TreeMap<>(files).entrySet()) {
                entries.putNextEntry(new JarEntry("exports/" + file.getKey()));
                entries.write(file.getValue().getBytes(StandardCharsets.UTF_8));
            }
        }
        try (URLClassLoader application =
                new URLClassLoader(new URL[] {jar.toUri().toURL()}, getClass().getClassLoader())) {
            var scan = PluginHelper.getPackageScanResourceResolver(harness.context());
            scan.addClassLoader(application);
            PluginHelper.getRoutesLoader(harness.context())
                    .loadRoutes(scan.findResources("classpath:exports/**", name -> true));
        }
    }

    @Test
    void columnsThatAreMarkedInTheJarStayAtHome() throws Exception {
        loadJar(Map.of(
                "people.toml",
                FLOW,
                "datasets.toml",
                "[[dataset]]\nid = \"people\"\ntable = \"persons\"\ncolumns = [{ name = \"email\", pii = true }]\n"));

        RunResult result = harness.run("people");

        assertThat(result.status()).isEqualTo(Status.DONE);
        assertThat(harness.file("people.csv")).hasContent("id\n2\n");
        assertThat(harness.ledger().audit().of("people").toString())
                .contains("people.toml ")
                .contains(", datasets.toml ");
    }

    @Test
    void aFlowWithoutDataSetsBesideItRuns() throws Exception {
        loadJar(Map.of("people.toml", FLOW.replace("\"people\"", "\"persons\"")));

        assertThat(harness.run("people").rows()).isEqualTo(1);
    }

    @Test
    void whatIsWrongInAJarIsNamedByItsPlace() {
        assertThatThrownBy(() -> loadJar(Map.of("people.toml", FLOW + "nonsense = 1\n")))
                .hasMessageContaining("app.jar!/exports/people.toml:4: nonsense: is not a key that is known here");
    }

    @Test
    void aFolderBelowThatOfThePatternIsRefusedWithWhatToWrite() {
        assertThatThrownBy(() -> loadJar(Map.of("sub/people.toml", FLOW)))
                .hasMessageContaining(
                        "app.jar!/exports/people.toml: is not there; of a jar, Camel reads no folders below")
                .hasMessageContaining("classpath:flows/sub/*");
    }
}
