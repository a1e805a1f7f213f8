package io.waybill.cli;

import io.waybill.flow.NearestName;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code waybill completion}. */
@Command(
        name = "completion",
        description = "Prints what has a shell complete commands, options and the ids of flows.",
        footer = {
            "",
            "The ids are read from routes/*.toml by the shell itself, of the folder it is in or of --home.",
            "",
            "Examples:",
            "  source <(waybill completion bash)          in ~/.bashrc",
            "  source <(waybill completion zsh)           in ~/.zshrc, behind compinit",
            "  waybill completion fish > ~/.config/fish/completions/waybill.fish"
        })
final class CompletionCommand extends WaybillCommand {

    @Parameters(paramLabel = "SHELL", description = "bash, zsh or fish.", completionCandidates = Shells.class)
    private String shell;

    /** The shells, for completion itself. */
    static final class Shells implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return names().iterator();
        }
    }

    private static List<String> names() {
        return Stream.of(ShellCompletion.Shell.values())
                .map(each -> each.name().toLowerCase(Locale.ROOT))
                .toList();
    }

    @Override
    public Integer call() {
        ShellCompletion.Shell meant = Arrays.stream(ShellCompletion.Shell.values())
                .filter(each -> each.name().toLowerCase(Locale.ROOT).equals(shell))
                .findFirst()
                .orElseThrow(
                        () -> new WrongUsageException(NearestName.refusal(shell, "has no completion here", names())));
        Terminal out = out();
        new ShellCompletion(Main.withAllCommands().getCommandSpec())
                .script(meant)
                .lines()
                .forEach(out::line);
        return ExitCode.DONE;
    }
}
