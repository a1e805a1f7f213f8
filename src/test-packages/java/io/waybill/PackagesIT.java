package io.waybill;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** What people take by name, unpacked or installed as they do it, in a folder without a project. */
class PackagesIT {

    private static final Path TARGET = Path.of("target").toAbsolutePath();

    private static final String SETTINGS = """
            waybill.datasource.shop.url = jdbc:h2:./data/shop;INIT=CREATE TABLE IF NOT EXISTS goods AS SELECT X AS id, 'thing ' || X AS name FROM SYSTEM_RANGE(1, 3)
            """;

    private static final String FLOW = """
            id = "goods"

            [properties.export]
            source_dataset_id = "goods"
            datasource = "shop"
            file_path = "exports/goods.csv"
            order_by = ["id"]
            """;

    /** Where the tar is unpacked, once: a new place has Java remember its classes anew. */
    @TempDir
    private static Path unpacked;

    @TempDir
    private Path folder;

    private Path work;

    @BeforeAll
    static void unpack() throws Exception {
        run(unpacked, 0, "tar", "-xzf", made(".tar.gz").toString());
    }

    @BeforeEach
    void writeFlow() throws IOException {
        work = Files.createDirectories(folder.resolve("a place of one's own"));
        Files.writeString(work.resolve("application.properties"), SETTINGS);
        Files.createDirectory(work.resolve("routes"));
        Files.writeString(work.resolve("routes/goods.toml"), FLOW);
    }

    @Test
    void theTarRunsWhereItIsUnpacked() throws Exception {
        exportsBy(unpacked.resolve(name()).resolve("bin/waybill"));
    }

    @Test
    void theZipHasTheSameFilesAndRunsAsWell() throws Exception {
        Path unzipped = unzip(made(".zip"), folder.resolve("unzipped"));

        assertThat(files(unzipped.resolve(name())))
                .containsExactlyElementsOf(files(unpacked.resolve(name())).stream()
                        .filter(file -> !file.matches("waybill-.*\\.(jsa|aot)(\\.place)?"))
                        .toList());
        Path launcher = unzipped.resolve(name()).resolve("bin/waybill");
        // Java's own reader of zips takes no modes out of them; unzip does
        assertThat(launcher.toFile().setExecutable(true)).isTrue();
        exportsBy(launcher);
    }

    @Test
    void aPackageBelongsToTheFolderThatItIsCalledIn() throws Exception {
        Path empty = Files.createDirectory(folder.resolve("empty"));

        String said =
                run(empty, 2, unpacked.resolve(name()).resolve("bin/waybill").toString(), "list");

        assertThat(said)
                .isEqualTo("error: there is no folder routes/ in " + empty.toRealPath()
                        + "; flows are *.toml files in it\n");
    }

    @Test
    @EnabledIf("dpkgIsThere")
    void theDebianPackageIsInstalledRunAndRemoved() throws Exception {
        Path root = Files.createDirectory(folder.resolve("root"));
        Files.createDirectories(root.resolve("var/lib/dpkg/info"));
        Files.createDirectories(root.resolve("var/lib/dpkg/updates"));
        Files.createFile(root.resolve("var/lib/dpkg/status"));
        // of another root nothing but what it depends on is not known: Java is that of this machine
        String[] dpkg = {
            "dpkg",
            "--root=" + root,
            "--force-depends",
            "--force-not-root",
            "--force-script-chrootless",
            "--log=/dev/null"
        };

        run(folder, 0, with(dpkg, "-i", deb().toString()));

        Path installed = root.resolve("usr/share/waybill");
        assertThat(root.resolve("usr/bin/waybill")).isSymbolicLink();
        assertThat(root.resolve("usr/bin/waybill").toRealPath())
                .isEqualTo(installed.resolve("bin/waybill").toRealPath());
        try (Stream<Path> files = Files.list(installed)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .anyMatch(file -> file.matches("waybill-.*\\.(jsa|aot)"));
        }
        exportsBy(root.resolve("usr/bin/waybill"));

        run(folder, 0, with(dpkg, "-r", "waybill"));

        assertThat(installed).doesNotExist();
        assertThat(Files.exists(root.resolve("usr/bin/waybill"), LinkOption.NOFOLLOW_LINKS))
                .isFalse();
    }

    @Test
    void theImageIsBuiltByStepsThatWork() throws Exception {
        Path image = Files.createDirectory(folder.resolve("image"));
        int copied = 0;
        for (String line : lastStage()) {
            Matcher copy = Pattern.compile("COPY (--from=build )?(.+) (\\S+)").matcher(line);
            if (copy.matches()) {
                for (String source : copy.group(2).split(" ")) {
                    Path built = copy.group(1) == null
                            ? Path.of(source)
                            : Path.of("/build").relativize(Path.of(source));
                    copy(built.toAbsolutePath(), image.resolve(copy.group(3).substring(1)));
                    copied++;
                }
            }
        }
        assertThat(copied).isGreaterThan(3);
        String entry = lastStage().stream()
                .filter(line -> line.startsWith("ENTRYPOINT"))
                .map(line -> line.replaceAll("ENTRYPOINT \\[\"/(.*)\"]", "$1"))
                .findFirst()
                .orElseThrow();

        exportsBy(image.resolve(entry));
    }

    @Test
    void theBillOfMaterialsNamesEachLibrary() throws Exception {
        JsonNode bill = new ObjectMapper().readTree(TARGET.resolve("sbom.json").toFile());
        List<String> components = new ArrayList<>();
        bill.get("components")
                .forEach(component -> components.add(component.get("name").asText() + "-"
                        + component.get("version").asText()));

        for (String libraries : List.of("lib", "lib-server", "lib-xml", "lib-opentelemetry", "lib-iceberg")) {
            try (Stream<Path> jars = Files.list(TARGET.resolve(libraries))) {
                assertThat(jars.map(jar -> jar.getFileName().toString()))
                        .allSatisfy(jar -> assertThat(components).anyMatch(jar::startsWith));
            }
        }
    }

    /** Runs a flow by a launcher, and looks at its file. */
    private void exportsBy(Path launcher) throws Exception {
        String said = run(work, 0, launcher.toString(), "run", "goods");

        assertThat(said).contains("goods");
        assertThat(work.resolve("exports/goods.csv")).hasContent("""
                        ID,NAME
                        1,thing 1
                        2,thing 2
                        3,thing 3
                        """);
        assertThat(run(work, 0, launcher.toString(), "verify", "exports/goods.csv.waybill.json"))
                .contains("goods.csv");
    }

    private static String[] with(String[] command, String... more) {
        return Stream.concat(Stream.of(command), Stream.of(more)).toArray(String[]::new);
    }

    private static String run(Path folder, int expected, String... command) throws Exception {
        Path said = Files.createTempFile("said", ".txt");
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(said.toFile());
            builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
            builder.environment().put("JAVA_OPTS", "-XX:TieredStopAtLevel=1");
            int exitCode = builder.start().waitFor();
            assertThat(exitCode).as(Files.readString(said, UTF_8)).isEqualTo(expected);
            return Files.readString(said, UTF_8);
        } finally {
            Files.delete(said);
        }
    }

    private static List<String> lastStage() throws IOException {
        String file = Files.readString(Path.of("Dockerfile"));
        return file.substring(file.lastIndexOf("\nFROM "))
                .lines()
                .map(String::strip)
                .toList();
    }

    private static void copy(Path from, Path to) throws IOException {
        if (!Files.isDirectory(from)) {
            Files.createDirectories(to.getParent());
            Files.copy(from, to, StandardCopyOption.COPY_ATTRIBUTES);
            return;
        }
        for (String file : files(from)) {
            Path target = to.resolve(file);
            Files.createDirectories(target.getParent());
            Files.copy(from.resolve(file), target, StandardCopyOption.COPY_ATTRIBUTES);
        }
    }

    private static Path unzip(Path zip, Path into) throws IOException {
        try (InputStream in = Files.newInputStream(zip);
                ZipInputStream entries = new ZipInputStream(in)) {
            for (ZipEntry entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
                Path file = into.resolve(entry.getName());
                if (entry.isDirectory()) {
                    Files.createDirectories(file);
                } else {
                    Files.createDirectories(file.getParent());
                    Files.copy(entries, file);
                }
            }
        }
        return into;
    }

    /** The files of a folder, by their paths in it, in order. */
    private static List<String> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> folder.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    private static Path made(String ending) throws IOException {
        return one(file -> file.startsWith("waybill-") && file.endsWith(ending));
    }

    private static Path deb() throws IOException {
        return one(file -> file.endsWith(".deb"));
    }

    private static String name() throws IOException {
        return made(".tar.gz").getFileName().toString().replace(".tar.gz", "");
    }

    private static Path one(Predicate<String> wanted) throws IOException {
        try (Stream<Path> files = Files.list(TARGET)) {
            return files.filter(file -> wanted.test(file.getFileName().toString()))
                    .findFirst()
                    .orElseThrow();
        }
    }

    static boolean dpkgIsThere() {
        return Stream.of("/usr/bin/dpkg").map(Path::of).allMatch(Files::isExecutable);
    }
}
