package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LauncherIT {

    @TempDir
    private Path folder;

    /** Java itself takes what it remembers for another program's where the folder has another name, and says nothing. */
    @Test
    void whatJavaRemembersIsMadeAgainWhereTheFolderWasCopied() throws Exception {
        Launcher.in(folder).run("--version"); // makes it, where no test has before
        Path home = copyOfTheBuild();

        Path out = folder.resolve("out.txt");
        ProcessBuilder command = new ProcessBuilder(home.resolve("waybill").toString(), "--version")
                .directory(folder.toFile())
                .redirectOutput(out.toFile());
        command.environment().put("JAVA_OPTS", "-Xlog:class+load");

        assertThat(Launcher.await(command.start())).isZero();
        assertThat(out).content().containsPattern("io\\.waybill\\.cli\\.Main source: shared objects file");
    }

    @Test
    void aJavaThatIsNotThereIsNamed() throws Exception {
        Launcher.Ended ended =
                Launcher.in(folder).with(Map.of("JAVA_HOME", "/opt/removed")).run("list");

        assertThat(ended.exitCode()).isEqualTo(2);
        assertThat(ended.err()).isEqualTo("error: there is no Java at /opt/removed/bin/java\n");
    }

    @Test
    void whatCannotBePrintedIsNotTakenForDone() throws Exception {
        assumeTrue(Files.exists(Path.of("/dev/full")), "this system has a device that is always full");
        Launcher.Ended full = Launcher.in(folder)
                .calledBy("sh", "-c", "exec \"$@\" >/dev/full", "sh")
                .run("completion", "bash");

        assertThat(full.exitCode()).isEqualTo(1);
        assertThat(full.err())
                .isEqualTo("error: what this command prints could not be written: No space left on device; what it did"
                        + " is done\n");
        for (String unread : List.of("exec \"$@\" | true", "exec \"$@\" >&-")) {
            Launcher.Ended ended = Launcher.in(folder)
                    .calledBy("bash", "-o", "pipefail", "-c", unread, "bash")
                    .run("completion", "bash");
            assertThat(ended.exitCode()).as(unread).isZero();
            assertThat(ended.err()).as(unread).isEmpty();
        }
    }

    @Test
    void aVariableThatIsNotSetIsNoFolder() throws Exception {
        for (List<String> named : List.of(List.of("--home=", "list"), List.of("list", "--home", ""))) {
            Launcher.Ended ended = Launcher.in(folder).run(named.toArray(String[]::new));

            assertThat(ended.exitCode()).isEqualTo(2);
            assertThat(ended.err()).isEqualTo("error: --home: names no folder\n");
        }
    }

    /** Java 17 crashed with what it remembered, as soon as somebody listened to the loading of its classes. */
    @Test
    void aRunCanBeRecordedAndItsFileCalledAnythingWhateverTheLocale() throws Exception {
        Path recording = folder.resolve("run.jfr");
        Files.writeString(
                folder.resolve("application.properties"),
                "waybill.datasource.db.url = jdbc:h2:mem:db;INIT=CREATE TABLE IF NOT EXISTS ten AS SELECT x FROM system_range(1\\,10)\n");
        Files.writeString(Files.createDirectory(folder.resolve("routes")).resolve("ten.toml"), """
                [properties.export]
                source_dataset_id = "ten"
                datasource = "db"
                file_path = "zehn_日本_ü.csv"
                """);

        Launcher.Ended ended = Launcher.in(folder)
                .with(Map.of("JAVA_OPTS", "-XX:StartFlightRecording=filename=" + recording, "LC_ALL", "C"))
                .run("run", "ten");

        assertThat(ended.exitCode()).isZero();
        assertThat(ended.out()).contains("ten: 10 rows", "zehn_日本_ü.csv");
        assertThat(recording).isNotEmptyFile();
    }

    private Path copyOfTheBuild() throws IOException {
        Path built = Launcher.SCRIPT.resolveSibling("target");
        Path target = Files.createDirectories(folder.resolve("copy/target"));
        Files.copy(Launcher.SCRIPT, target.resolveSibling("waybill"), StandardCopyOption.COPY_ATTRIBUTES);
        Files.createSymbolicLink(target.resolve("lib"), built.resolve("lib"));
        try (Stream<Path> files = Files.list(built)) {
            for (Path file : files.filter(
                            path -> path.getFileName().toString().matches("waybill.*\\.(jar|jsa|aot|place)"))
                    .toList()) {
                Files.copy(file, target.resolve(file.getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
        return target.getParent();
    }
}
