package io.waybill.cli;

import io.waybill.flow.NearestName;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says what is wrong with a command's arguments, and what was meant. */
final class UsageHint {

    /** What picocli's own command help says. */
    private static final Pattern UNKNOWN = Pattern.compile("Unknown subcommand '(.*)'\\.");

    private UsageHint() {}

    /** In a sentence, and with where to read on. */
    static String of(ParameterException e) {
        String wrong = wrong(e);
        CommandLine command = e.getCommandLine();
        return wrong + (wrong.endsWith("?") ? " See " : "; see ") + name(command) + " --help";
    }

    /** With those that it is one of. */
    private static String name(CommandLine command) {
        return command.getParent() == null ? "waybill" : name(command.getParent()) + " " + command.getCommandName();
    }

    private static String wrong(ParameterException e) {
        CommandLine command = e.getCommandLine();
        Matcher helpOf = UNKNOWN.matcher(String.valueOf(e.getMessage()));
        if (helpOf.matches()) {
            return unknownCommand(command, helpOf.group(1));
        }
        if (!(e instanceof UnmatchedArgumentException unmatched)
                || unmatched.getUnmatched().isEmpty()) {
            return withoutStop(e.getMessage());
        }
        String given = unmatched.getUnmatched().get(0);
        if (unmatched.isUnknownOption()) {
            Set<String> options = command.getCommandSpec().optionsMap().keySet();
            String option = given.replaceFirst("=.*", "");
            return "there is no option \"" + option + "\"" + NearestName.hint(option, options);
        }
        return command.getSubcommands().isEmpty()
                ? "\"" + given + "\" is one argument too many"
                : unknownCommand(command, given);
    }

    private static String unknownCommand(CommandLine parent, String given) {
        Set<String> commands = new TreeSet<>(parent.getSubcommands().keySet());
        String hint = NearestName.hint(given, commands);
        return "there is no command \"" + given + "\"" + (hint.isEmpty() ? "." : hint) + " Commands: "
                + String.join(", ", commands);
    }

    private static String withoutStop(String message) {
        return message.endsWith(".") ? message.substring(0, message.length() - 1) : message;
    }
}
