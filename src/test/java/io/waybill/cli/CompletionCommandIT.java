package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.waybill.cli.Launcher.Ended;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What shells complete, as they do it. */
class CompletionCommandIT {

    @RegisterExtension
    private static final Commands COMMANDS = Commands.inNewFolder();

    private final Path work = COMMANDS.folder();

    @BeforeEach
    void makeFlows() throws IOException {
        Files.createDirectories(work.resolve("routes"));
        Files.createDirectories(work.resolve("other place/routes"));
        Files.writeString(work.resolve("routes/orders.toml"), "# all\nid = \"orders_full\"\n[properties.export]\n");
        Files.writeString(work.resolve("routes/invoices.toml"), "[properties.export]\nid = \"none\"\n");
        Files.writeString(work.resolve("routes/datasets.toml"), "");
        Files.writeString(work.resolve("other place/routes/items.toml"), "id=\"items_full\"\n");
    }

    private static boolean isThere(String program) {
        return Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    /** What bash proposes behind some words, the last of which is begun. */
    private List<String> inBash(String... words) throws Exception {
        Ended script = COMMANDS.run("completion", "bash");
        assertThat(script.err()).isEmpty();
        Files.writeString(
                work.resolve("ask.sh"),
                script.out() + "COMP_WORDS=(waybill \"$@\")\nCOMP_CWORD=$#\nCOMPREPLY=()\n_waybill\n"
                        + "printf '%s\\n' \"${COMPREPLY[@]}\"\n");
        Process bash = new ProcessBuilder(Stream.concat(Stream.of("bash", "--norc", "-u", "ask.sh"), Stream.of(words))
                        .toList())
                .directory(work.toFile())
                .redirectErrorStream(true)
                .start();
        List<String> proposed = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .filter(line -> !line.isEmpty())
                .toList();
        assertThat(Launcher.await(bash)).as(proposed.toString()).isZero();
        return proposed;
    }

    @Test
    void whatAFlowsFileSaysIsNotRun() throws Exception {
        assumeTrue(isThere("bash"), "there is no bash");
        Files.writeString(work.resolve("routes/hostile.toml"), "id = \"$(touch made-by-an-id)\"\n");
        Files.writeString(work.resolve("routes/$(touch made-by-a-name).toml"), "");
        Files.writeString(work.resolve("routes/ticks.toml"), "id = \"`touch made-by-ticks`\"\n");

        assertThat(inBash("run", "")).containsExactlyInAnyOrder("orders_full", "invoices");

        try (Stream<Path> files = Files.list(work)) {
            assertThat(files.map(file -> file.getFileName().toString())).noneMatch(name -> name.startsWith("made-by"));
        }
    }

    @Test
    void bashCompletesCommandsOptionsAndFlows() throws Exception {
        assumeTrue(isThere("bash"), "there is no bash");
        assertThat(inBash("")).contains("demo", "run", "init", "feed").doesNotContain("--help");
        assertThat(inBash("wat")).containsExactly("watermark");
        assertThat(inBash("watermark", "")).contains("show", "set", "reset");
        assertThat(inBash("run", "")).containsExactlyInAnyOrder("orders_full", "invoices");
        assertThat(inBash("run", "or")).containsExactly("orders_full");
        assertThat(inBash("watermark", "reset", "inv")).containsExactly("invoices");
        assertThat(inBash("--home", "other place", "plan", "")).containsExactly("items_full");
        assertThat(inBash("run", "--mo")).containsExactly("--mode");
        assertThat(inBash("run", "--mode", "inc")).containsExactly("incremental");
        assertThat(inBash("run", "--date", "")).isEmpty();
        assertThat(inBash("run", "--date", "2026-01-15", "orders")).containsExactly("orders_full");
        assertThat(inBash("preview", "orders_full", "--format", "c")).containsExactly("csv");
        assertThat(inBash("completion", "")).containsExactly("bash", "zsh", "fish");
        assertThat(inBash("help", "redr")).containsExactly("redrive");
        assertThat(inBash("validate", "routes/inv")).containsExactly("routes/invoices.toml");
        assertThat(inBash("--home", "oth")).containsExactly("other place");
        assertThat(inBash("nothing", "")).doesNotContain("orders_full");
    }

    @ParameterizedTest
    @ValueSource(strings = {"bash", "zsh", "fish"})
    void theShellsTakeTheirScripts(String shell) throws Exception {
        Ended script = COMMANDS.run("completion", shell);
        assertThat(script.exitCode()).isZero();
        Files.writeString(work.resolve("script"), script.out());
        assumeTrue(isThere(shell), "there is no " + shell);
        Process check = new ProcessBuilder(shell, "-n", "script")
                .directory(work.toFile())
                .redirectErrorStream(true)
                .start();
        assertThat(new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEmpty();
        assertThat(Launcher.await(check)).isZero();
    }

    @Test
    void otherShellsHaveTheSameCommands() throws Exception {
        assertThat(COMMANDS.run("completion", "fish").out())
                .contains("""
                        complete -c waybill -n '__fish_seen_subcommand_from run' -a '(__waybill_flows)'
                        """)
                .contains("complete -c waybill -n '__fish_seen_subcommand_from feed; and not"
                        + " __fish_seen_subcommand_from drop' -a 'drop' -d ")
                .contains("complete -c waybill -n '__fish_seen_subcommand_from run' -l mode -r -a"
                        + " 'full batch incremental changes_only' -d 'Another export mode'\n")
                .contains(" -l home -r -a '(__fish_complete_directories)' -d ");
        assertThat(COMMANDS.run("completion", "zsh").out())
                .startsWith("#compdef waybill\n")
                .contains("    ' run --mode') printf '%s\\n' 'full' 'batch' 'incremental' 'changes_only' ;;\n")
                .endsWith("""
                        if [ "${funcstack[1]-}" = _waybill ]; then
                          _waybill "$@"
                        else
                          compdef _waybill waybill
                        fi
                        """);
    }

    @Test
    void anotherShellIsRefused() throws Exception {
        assertThat(COMMANDS.run("completion", "tcsh"))
                .isEqualTo(Ended.of(
                        2,
                        "",
                        "error: \"tcsh\" has no completion here; allowed: bash, zsh, fish; did you mean \"bash\"?\n"));
    }
}
