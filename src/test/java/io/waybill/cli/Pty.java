package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/** A terminal with somebody at it: what the launcher shows there, and what is typed once it asks. */
final class Pty implements AutoCloseable {

    /** Of util-linux: runs a command in a terminal of its own. */
    private static final String SCRIPT = "script";

    private final Path out;
    private final Process process;
    private int seen;

    private Pty(Path out, Process process) {
        this.out = out;
        this.process = process;
    }

    /** Starts a command, whose arguments have no blanks; the test is skipped where there is no such terminal. */
    static Pty start(Launcher launcher, String... arguments) throws IOException {
        assumeTrue(
                Stream.of(System.getenv("PATH").split(":"))
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, SCRIPT))),
                "there is no script, of util-linux, to have a terminal by");
        Map<String, String> environment = new HashMap<>(launcher.environment());
        environment.put("NO_COLOR", "1");
        Path out = Files.createTempFile("pty", ".txt");
        // a build that runs in a shell's background has Ctrl-C ignored, and so have its children
        return new Pty(
                out,
                launcher.calledBy(
                                "sh",
                                "-c",
                                "exec env --default-signal=INT script -qec \"stty cols 100; $0 $*\" /dev/null")
                        .with(environment)
                        .start(out, out, arguments));
    }

    /** All that is shown so far. */
    String shown() {
        try {
            return Files.readString(out).replace("\r\n", "\n");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Types a line once it is asked for. */
    Pty answer(String question, String line) throws IOException {
        return type(question, line + "\n");
    }

    /** Types keys once somebody waits for them. */
    Pty type(String question, String keys) throws IOException {
        await(question).until(() -> shown().indexOf(question, seen) >= 0 || !process.isAlive());
        int at = shown().indexOf(question, seen);
        assertThat(at).as(question + " in\n" + shown()).isNotNegative();
        seen = at + question.length();
        process.getOutputStream().write(keys.getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
        return this;
    }

    /** Its exit code. */
    int end() throws InterruptedException {
        return Launcher.await(process);
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        Files.delete(out);
    }
}
