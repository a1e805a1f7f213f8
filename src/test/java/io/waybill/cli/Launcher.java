package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/**
 * The launcher as a user calls it: each command a process of its own.
 *
 * @param folder the folder it is called in
 * @param before the command that calls it, with its arguments; none is the shell's
 * @param environment what its environment holds beside this process's own
 */
record Launcher(Path folder, List<String> before, Map<String, String> environment) {

    static final Path SCRIPT = Path.of("waybill").toAbsolutePath();

    /** How far a run has come, said every ten seconds: whether such lines come is a matter of how busy the machine is. */
    static final Pattern PROGRESS = Pattern.compile(
            "\\S+: (?:being (?:planned|compared)|[\\d,]+ rows(?: of .*)?, [\\d.]+ (?:B|kB|MB|GB)\\b.*)");

    private static final Pattern LISTENING = Pattern.compile("listening at (https?://\\S+)\\s");

    private static final Path TARGET = SCRIPT.resolveSibling("target");

    static final String QUICKLY = "-XX:TieredStopAtLevel=1";

    /** Longer than any command takes, however busy the machine is. */
    static final int MINUTES = 5;

    static Launcher in(Path folder) {
        return new Launcher(folder, List.of(), Map.of());
    }

    Launcher calledBy(String... command) {
        return new Launcher(folder, List.of(command), environment);
    }

    Launcher with(Map<String, String> more) {
        return new Launcher(folder, before, more);
    }

    /**
     * What came of a command.
     *
     * @param err standard error, without {@code progress}
     * @param progress the lines that told how far a run had come
     */
    record Ended(int exitCode, String out, String err, List<String> progress) {

        static Ended of(int exitCode, String out, String err) {
            return new Ended(
                    exitCode,
                    out,
                    err.lines()
                            .filter(PROGRESS.asMatchPredicate().negate())
                            .map(line -> line + "\n")
                            .collect(Collectors.joining()),
                    err.lines().filter(PROGRESS.asMatchPredicate()).toList());
        }
    }

    Ended run(String... arguments) throws Exception {
        Path out = Files.createTempFile("waybill-out", ".txt");
        Path err = Files.createTempFile("waybill-err", ".txt");
        try {
            int exitCode = await(start(out, err, arguments));
            return Ended.of(exitCode, Files.readString(out), Files.readString(err));
        } finally {
            Files.delete(out);
            Files.delete(err);
        }
    }

    /** Starts a command; where both files are the same, its errors are among its output. */
    Process start(Path out, Path err, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(before);
        command.add(SCRIPT.toString());
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectErrorStream(out.equals(err));
        if (!out.equals(err)) {
            builder.redirectError(err.toFile());
        }
        startQuickly(builder);
        builder.environment().putAll(environment);
        return builder.start();
    }

    /** Short runs are over before the second compiler has gained what it costs, and post-quantum keys cost a login a second. */
    static void startQuickly(ProcessBuilder command) {
        assertThat(Remembered.ARCHIVE).exists();
        command.environment().put("JAVA_HOME", System.getProperty("java.home"));
        command.environment().putIfAbsent("JAVA_OPTS", QUICKLY + " -Djsch.check_kexes= -Djsch.kex=curve25519-sha256");
    }

    /**
     * Java with Waybill as it is packaged, and with the launcher's options.
     *
     * @param options those of the caller
     * @param classes where more classes are; null for nowhere
     */
    static List<String> java(List<String> options, Path classes, String main) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                (Remembered.IS_CACHE ? "-XX:AOTCache=" : "-XX:SharedArchiveFile=") + Remembered.ARCHIVE,
                "-Xlog:cds=off",
                "-Xlog:cds+dynamic=off",
                QUICKLY));
        assertThat(Remembered.ARCHIVE).exists();
        command.addAll(options);
        String waybill = TARGET.resolve("waybill.jar") + ":" + TARGET.resolve("lib") + "/*";
        command.addAll(List.of("-cp", classes == null ? waybill : waybill + ":" + classes, main));
        return command;
    }

    /** Which classes a start loads: the launcher has Java remember them when it is called first after a build. */
    private static final class Remembered {

        static final boolean IS_CACHE = Runtime.version().feature() >= 25;

        static final Path ARCHIVE = make();

        /** Lets one process remember them for all: those that start meanwhile would each do it as well. */
        private static Path make() {
            String version =
                    Runtime.version().version().stream().map(String::valueOf).collect(Collectors.joining("."));
            Path archive = TARGET.resolve("waybill-" + version + (IS_CACHE ? ".aot" : ".jsa"));
            try (FileChannel file = FileChannel.open(
                            TARGET.resolve("waybill.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = file.lock()) {
                ProcessBuilder first = new ProcessBuilder(SCRIPT.toString(), "--version")
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD);
                first.environment().put("JAVA_HOME", System.getProperty("java.home"));
                await(first.start());
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException("the launcher does not start", e);
            }
            return archive;
        }
    }

    /** Where a server listens that was started with that log, once it does. */
    static String address(Process serving, Path log) throws IOException {
        Awaitility.await().until(() -> LISTENING.matcher(Files.readString(log)).find() || !serving.isAlive());
        String told = Files.readString(log);
        Matcher listening = LISTENING.matcher(told);
        assertThat(listening.find()).as(told).isTrue();
        return listening.group(1);
    }

    /** @return its exit code */
    static int await(Process process) throws InterruptedException {
        assertThat(process.waitFor(MINUTES, TimeUnit.MINUTES))
                .as("ends within %s minutes", MINUTES)
                .isTrue();
        return process.exitValue();
    }
}
