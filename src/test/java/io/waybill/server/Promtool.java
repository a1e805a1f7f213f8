package io.waybill.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** Prometheus' own tool, where this machine has it. */
final class Promtool {

    private Promtool() {}

    /** Has it look at a text that it reads from its input. */
    static void assertAccepts(String text, String... command) throws Exception {
        Assumptions.assumeTrue(isThere(), "promtool is not installed");
        List<String> whole = new ArrayList<>(List.of("promtool"));
        whole.addAll(List.of(command));
        Process tool = new ProcessBuilder(whole).redirectErrorStream(true).start();
        tool.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        tool.getOutputStream().close();
        String says = new String(tool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(tool.waitFor(5, TimeUnit.MINUTES)).isTrue();
        assertThat(tool.exitValue()).as(says).isZero();
    }

    private static boolean isThere() throws InterruptedException {
        try {
            return new ProcessBuilder("promtool", "--version").start().waitFor() == 0;
        } catch (java.io.IOException e) {
            return false;
        }
    }
}
