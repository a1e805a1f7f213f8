package io.waybill.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.swagger.parser.OpenAPIParser;
import io.swagger.v3.parser.core.models.ParseOptions;
import java.io.File;
import java.lang.reflect.InvocationTargetException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.openapitools.codegen.DefaultGenerator;
import org.openapitools.codegen.config.CodegenConfigurator;

/** The OpenAPI document as others take it: a parser finds nothing wrong, and a client that is made of it speaks to the server. */
class GeneratedClientIT {

    @TempDir
    private Path folder;

    @RegisterExtension
    private final ServerHarness server = ServerHarness.with("orders");

    @Test
    void aParserFindsNothingWrong() throws Exception {
        ParseOptions options = new ParseOptions();
        options.setResolve(true);
        assertThat(new OpenAPIParser()
                        .readContents(document(), null, options)
                        .getMessages())
                .isNullOrEmpty();
    }

    private String document() throws Exception {
        return server.get("/openapi.json").send().text();
    }

    @Test
    void aGeneratedClientRunsAFlowAndReadsWhatBecameOfIt() throws Exception {
        try (URLClassLoader classes = client()) {
            Object client = classes.loadClass("generated.ApiClient")
                    .getDeclaredConstructor()
                    .newInstance();
            client.getClass().getMethod("updateBaseUri", String.class).invoke(client, server.address());
            Object api = classes.loadClass("generated.api.DefaultApi")
                    .getConstructor(client.getClass())
                    .newInstance(client);

            Object nothingMore = classes.loadClass("generated.model.RunRequest")
                    .getDeclaredConstructor()
                    .newInstance();
            Object run = call(api, "runFlow", "orders", "true", null, null, nothingMore);
            assertThat(get(run, "Status")).isEqualTo("done");
            assertThat(get(run, "Rows")).isEqualTo(100L);
            Object file = ((List<?>) get(run, "Files")).get(0);
            assertThat((String) get(file, "KeptUntil")).startsWith("2");
            Object flows = call(api, "listFlows");
            assertThat(get(((List<?>) get(flows, "Flows")).get(0), "Id")).isEqualTo("orders");
            Object plan = call(api, "planFlow", "orders");
            assertThat((String) get(plan, "Sql")).contains("SELECT");
            assertThat(((List<?>) get(plan, "Columns"))).hasSize(2);
            Object page = call(api, "listRuns", null, null, null, null, null, null, null, null);
            assertThat((List<?>) get(page, "Runs")).hasSize(1);
            Object result = call(api, "getRunResult", get(run, "RunId"));
            assertThat((String) get(((List<?>) get(result, "Files")).get(0), "Path")).endsWith(".csv");
            assertThat((List<?>) get(call(api, "previewDataSet", "orders", "3"), "Rows")).hasSize(3);
            assertThat((List<?>) get(call(api, "listDataSets"), "Datasets")).hasSize(1);
            assertThat((List<?>) get(call(api, "getDataSet", "orders"), "Columns")).hasSize(2);
            assertThat(get(call(api, "pauseFlow", "orders"), "Paused")).isEqualTo(true);
            try {
                call(api, "getRun", "none");
                throw new AssertionError("there is none");
            } catch (InvocationTargetException e) {
                Throwable refused = e.getCause();
                assertThat(refused.getClass().getSimpleName()).isEqualTo("ApiException");
                assertThat(refused.getClass().getMethod("getCode").invoke(refused)).isEqualTo(404);
                assertThat((String) refused.getClass().getMethod("getResponseBody").invoke(refused))
                        .contains("there is no run");
            }
        }
    }

    private static Object get(Object of, String field) throws ReflectiveOperationException {
        return of.getClass().getMethod("get" + field).invoke(of);
    }

    private static Object call(Object api, String name, Object... arguments) throws ReflectiveOperationException {
        return Stream.of(api.getClass().getMethods())
                .filter(method -> method.getName().equals(name) && method.getParameterCount() == arguments.length)
                .findFirst()
                .orElseThrow(() -> new AssertionError(name + " of " + arguments.length))
                .invoke(api, arguments);
    }

    /** Generates and compiles it. */
    private URLClassLoader client() throws Exception {
        Path document = Files.writeString(folder.resolve("openapi.json"), document());
        CodegenConfigurator configurator = new CodegenConfigurator()
                .setInputSpec(document.toString())
                .setGeneratorName("java")
                .setLibrary("native")
                .setOutputDir(folder.resolve("client").toString())
                .setInvokerPackage("generated")
                .setApiPackage("generated.api")
                .setModelPackage("generated.model")
                .addAdditionalProperty("openApiNullable", false)
                .addAdditionalProperty("useJakartaEe", true);
        new DefaultGenerator().opts(configurator.toClientOptInput()).generate();
        Path classes = Files.createDirectory(folder.resolve("classes"));
        List<String> arguments;
        try (Stream<Path> sources = Files.walk(folder.resolve("client/src/main/java"))) {
            arguments = Stream.concat(
                            Stream.of("-nowarn", "-proc:none", "-d", classes.toString(), "-cp", classPath()),
                            sources.filter(file -> file.toString().endsWith(".java")).map(Path::toString))
                    .toList();
        }
        assertThat(ToolProvider.getSystemJavaCompiler()
                        .run(null, null, null, arguments.toArray(String[]::new)))
                .isZero();
        return new URLClassLoader(new URL[] {classes.toUri().toURL()}, getClass().getClassLoader());
    }

    private static String classPath() {
        return Stream.of(
                        com.fasterxml.jackson.databind.ObjectMapper.class,
                        com.fasterxml.jackson.core.JsonParser.class,
                        com.fasterxml.jackson.annotation.JsonProperty.class,
                        com.fasterxml.jackson.datatype.jsr310.JavaTimeModule.class,
                        jakarta.annotation.Generated.class)
                .map(type -> Path.of(URI.create(type.getProtectionDomain()
                                .getCodeSource()
                                .getLocation()
                                .toString()))
                        .toString())
                .distinct()
                .reduce((one, other) -> one + File.pathSeparator + other)
                .orElseThrow();
    }
}
