package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

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
    private static final Pattern PROGRESS =
            Pattern.compile("\\S+: (?:being planned|[\\d,]+ rows(?: of .*)?, [\\d.]+ (?:B|kB|MB|GB)\\b.*)");

    /** Longer than any command takes, however busy the machine is. */
    private static final int MINUTES = 5;

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
    record Ended(int exitCode, String out, String err, List<String> progress) {}

    Ended run(String... arguments) throws Exception {
        Path out = Files.createTempFile("waybill-out", ".txt");
        Path err = Files.createTempFile("waybill-err", ".txt");
        try {
            int exitCode = await(start(out, err, arguments));
            List<String> progress = Files.readString(err)
                    .lines()
                    .filter(PROGRESS.asMatchPredicate())
                    .toList();
            String rest = Files.readString(err)
                    .lines()
                    .filter(PROGRESS.asMatchPredicate().negate())
                    .map(line -> line + "\n")
                    .collect(Collectors.joining());
            return new Ended(exitCode, Files.readString(out), rest, progress);
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

    /** Short runs are over before the second compiler has gained what it costs. */
    static void startQuickly(ProcessBuilder command) {
        command.environment().putIfAbsent("JAVA_OPTS", "-XX:TieredStopAtLevel=1");
    }

    /** @return its exit code */
    static int await(Process process) throws InterruptedException {
        assertThat(process.waitFor(MINUTES, TimeUnit.MINUTES))
                .as("ends within %s minutes", MINUTES)
                .isTrue();
        return process.exitValue();
    }
}
