package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** docs/commands.md says of each command what its declaration does; {@code -Dwrite} writes it. */
class CommandsPageTest {

    private static final Path PAGE = Path.of("docs/commands.md");

    private static final String BEGIN = "<!-- commands -->\n";

    /** Those of all commands, which the page has once. */
    private static final List<String> EVERYWHERE = List.of("--debug", "--home", "--help", "--version");

    @Test
    void thePageSaysWhatTheCommandsDeclare() throws Exception {
        String page = Files.readString(PAGE);
        int from = page.indexOf(BEGIN) + BEGIN.length();
        int to = page.indexOf("<!-- end -->", from);
        StringBuilder declared = new StringBuilder();
        Main.withCommands("").getSubcommands().forEach((name, command) -> write(declared, command, "##"));
        if (System.getProperty("write") != null) {
            Files.writeString(PAGE, page.substring(0, from) + declared + page.substring(to));
        } else {
            assertThat(page.substring(from, to)).isEqualTo(declared.toString());
        }
    }

    private static void write(StringBuilder page, CommandLine command, String heading) {
        CommandSpec spec = command.getCommandSpec();
        if (spec.name().equals("help")) {
            return;
        }
        page.append("\n" + heading + " `" + spec.qualifiedName() + parameters(spec) + "`\n\n");
        page.append(text(String.join(" ", spec.usageMessage().description())) + "\n");
        List<String> lines = Stream.concat(
                        spec.positionalParameters().stream()
                                .map(parameter -> line(label(parameter.paramLabel()), parameter)),
                        spec.options().stream()
                                .filter(option -> !option.hidden() && !EVERYWHERE.contains(option.longestName()))
                                .map(option -> line(label(named(option)), option)))
                .toList();
        if (!lines.isEmpty()) {
            page.append("\n| | means |\n| --- | --- |\n");
            lines.forEach(page::append);
        }
        examples(page, spec);
        for (Map.Entry<String, CommandLine> each : command.getSubcommands().entrySet()) {
            write(page, each.getValue(), heading + "#");
        }
    }

    private static String parameters(CommandSpec spec) {
        return spec.positionalParameters().stream()
                .map(parameter -> parameter.arity().min() == 0
                        ? " [" + parameter.paramLabel() + (parameter.arity().max() > 1 ? "…" : "") + "]"
                        : " " + parameter.paramLabel())
                .collect(Collectors.joining());
    }

    private static String named(OptionSpec option) {
        boolean takes = option.arity().max() > 0;
        return String.join(", ", option.names()) + (takes ? " " + option.paramLabel() : "");
    }

    private static String label(String name) {
        return "`" + name.replace("|", "\\|") + "`";
    }

    private static String line(String label, ArgSpec argument) {
        String means = String.join(" ", argument.description())
                .replace("${DEFAULT-VALUE}", String.valueOf(argument.defaultValue()));
        return "| " + label + " | " + text(means).replace("|", "\\|") + (argument.required() ? " Required." : "")
                + " |\n";
    }

    /** Without what Markdown would take for its own. */
    private static String text(String words) {
        return words.strip().replace("<", "&lt;").replace("*", "\\*");
    }

    private static void examples(StringBuilder page, CommandSpec spec) {
        List<String> lines = Stream.of(spec.usageMessage().footer())
                .dropWhile(String::isBlank)
                .toList();
        if (!lines.isEmpty()) {
            page.append("\n```text\n" + String.join("\n", lines).replace("%%", "%") + "\n```\n");
        }
    }
}
