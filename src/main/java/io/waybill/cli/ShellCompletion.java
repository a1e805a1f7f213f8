package io.waybill.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * Scripts by which shells complete a command. All of it comes from the commands as they are declared; the ids of flows are looked up by
 * the shell when it completes, without a start of Java.
 *
 * @param root the command
 */
record ShellCompletion(CommandSpec root) {

    /** The shells there are scripts for. */
    enum Shell {
        BASH,
        ZSH,
        FISH
    }

    private static final String FLOWS = ":flows";
    private static final String FILES = ":files";
    private static final String FOLDERS = ":folders";

    /** The ids of the flows of a folder, as far as a shell can read them: that of the first table, or the file's name. */
    private static final String FLOW_IDS = """
            _waybill_flows() {
              local file line id
              for file in "$1"/routes/*.toml; do
                [ -r "$file" ] || continue
                id=${file##*/}
                id=${id%.toml}
                [ "$id" != datasets ] || continue
                while IFS= read -r line; do
                  case $line in
                    '['*) break ;;
                    id\\ *=*\\"*\\"* | id=*\\"*\\"*) line=${line#*\\"}; id=${line%%\\"*}; break ;;
                  esac
                done <"$file"
                # what a flow's file says is somebody's text, and no id that is one has anything that a shell acts upon
                case $id in ''|*[!A-Za-z0-9_-]*) continue ;; esac
                printf '%s\\n' "$id"
              done
            }
            """;

    /** What may stand where the cursor is: the word begun there, then those before it. */
    private static final String CANDIDATES = """
            _waybill_candidates() {
              local current=$1 at= home=. option= word
              shift
              for word in "$@"; do
                if [ -n "$option" ]; then
                  [ "$option" != --home ] || home=$word
                  option=
                  continue
                fi
                case $word in
                  --home=*) home=${word#--home=} ;;
                  -*) if _waybill_takes_value "$at $word"; then option=$word; fi ;;
                  *) if _waybill_is_command "$at $word"; then at="$at $word"; fi ;;
                esac
              done
              if [ -n "$option" ]; then
                word=$(_waybill_values "$at $option")
              else
                case $current in
                  -*) word=$(_waybill_options "$at") ;;
                  *) word=$(_waybill_arguments "$at") ;;
                esac
              fi
              case $word in
                :flows) _waybill_flows "$home" ;;
                *) printf '%s\\n' "$word" ;;
              esac
            }
            """;

    private static final String BASH = """
            _waybill() {
              local IFS=$'\\n' word=${COMP_WORDS[COMP_CWORD]} found each
              found=$(_waybill_candidates "$word" "${COMP_WORDS[@]:1:COMP_CWORD-1}")
              case $found in
                :files) COMPREPLY=($(compgen -f -- "$word")); compopt -o filenames 2>/dev/null ;;
                :folders) COMPREPLY=($(compgen -d -- "$word")); compopt -o filenames 2>/dev/null ;;
                *)
                  COMPREPLY=()
                  while IFS= read -r each; do
                    case $each in '') ;; "$word"*) COMPREPLY+=("$each") ;; esac
                  done <<<"$found"
                  ;;
              esac
            }
            complete -F _waybill waybill
            """;

    private static final String ZSH = """
            _waybill() {
              local found
              found=$(_waybill_candidates "${words[CURRENT]}" "${(@)words[2,CURRENT-1]}" 2>/dev/null)
              case $found in
                :files) _files ;;
                :folders) _files -/ ;;
                *) compadd -- ${(f)found} ;;
              esac
            }
            if [ "${funcstack[1]-}" = _waybill ]; then
              _waybill "$@"
            else
              compdef _waybill waybill
            fi
            """;

    /** The script of a shell. */
    String script(Shell shell) {
        return switch (shell) {
            case BASH -> "# bash completion of waybill\n" + tables() + FLOW_IDS + CANDIDATES + BASH;
            // a pattern that finds no file is an error there
            case ZSH ->
                "#compdef waybill\n# zsh completion of waybill\n" + tables()
                        + FLOW_IDS.replace(
                                "local file line id\n", "setopt localoptions nullglob\n  local file line id\n")
                        + CANDIDATES + ZSH;
            case FISH -> fish();
        };
    }

    /** All commands by their paths, {@code feed drop}; the root's is empty. */
    private Map<String, CommandSpec> commands() {
        Map<String, CommandSpec> commands = new LinkedHashMap<>();
        add("", root, commands);
        return commands;
    }

    private static void add(String path, CommandSpec command, Map<String, CommandSpec> commands) {
        commands.put(path, command);
        command.subcommands().forEach((name, below) -> add(path + " " + name, below.getCommandSpec(), commands));
    }

    private String tables() {
        Map<String, CommandSpec> commands = commands();
        List<String> subcommands = new ArrayList<>(commands.keySet());
        subcommands.remove("");
        List<String> taking = new ArrayList<>();
        Map<String, List<String>> values = new LinkedHashMap<>();
        commands.forEach((path, command) -> options(command).stream()
                .filter(ShellCompletion::takesValue)
                .forEach(option -> {
                    List<String> names = java.util.Arrays.stream(option.names())
                            .map(name -> path + " " + name)
                            .toList();
                    taking.addAll(names);
                    List<String> allowed = allowed(option);
                    if (!allowed.isEmpty()) {
                        names.forEach(name -> values.put(name, allowed));
                    }
                }));
        return holds("_waybill_is_command", subcommands)
                + holds("_waybill_takes_value", taking)
                + answers("_waybill_values", values)
                + answers("_waybill_options", of(commands, ShellCompletion::optionNames))
                + answers("_waybill_arguments", of(commands, ShellCompletion::arguments));
    }

    private static Map<String, List<String>> of(
            Map<String, CommandSpec> commands, Function<CommandSpec, List<String>> words) {
        Map<String, List<String>> of = new LinkedHashMap<>();
        commands.forEach((path, command) -> {
            if (!words.apply(command).isEmpty()) {
                of.put(path, words.apply(command));
            }
        });
        return of;
    }

    private static String holds(String function, List<String> words) {
        return function + "() {\n  case $1 in\n    "
                + words.stream().map(ShellCompletion::quoted).collect(Collectors.joining(" | \\\n    "))
                + ") return 0 ;;\n  esac\n  return 1\n}\n";
    }

    private static String answers(String function, Map<String, List<String>> words) {
        return function + "() {\n  case $1 in\n"
                + words.entrySet().stream()
                        .map(entry -> "    " + quoted(entry.getKey()) + ") printf '%s\\n' "
                                + entry.getValue().stream()
                                        .map(ShellCompletion::quoted)
                                        .collect(Collectors.joining(" "))
                                + " ;;\n")
                        .collect(Collectors.joining())
                + "  esac\n}\n";
    }

    private static String quoted(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }

    private static List<OptionSpec> options(CommandSpec command) {
        return command.options().stream().filter(option -> !option.hidden()).toList();
    }

    private static boolean takesValue(ArgSpec argument) {
        return argument.arity().max() > 0;
    }

    private static List<String> optionNames(CommandSpec command) {
        return options(command).stream().map(OptionSpec::longestName).toList();
    }

    /** What may stand where no option does: the commands below, or a value. */
    private static List<String> arguments(CommandSpec command) {
        if (!command.subcommands().isEmpty()) {
            return List.copyOf(command.subcommands().keySet());
        }
        if (command.userObject() instanceof CommandLine.HelpCommand) {
            return List.copyOf(command.parent().subcommands().keySet());
        }
        return command.positionalParameters().stream()
                .findFirst()
                .map(ShellCompletion::allowed)
                .orElse(List.of());
    }

    /** The values of an argument: those that are declared, or what stands for what a shell looks up; empty where nobody knows. */
    private static List<String> allowed(ArgSpec argument) {
        if (argument.completionCandidates() != null) {
            return StreamSupport.stream(argument.completionCandidates().spliterator(), false)
                    .toList();
        }
        String label = argument.paramLabel();
        boolean ofFlows = label.equals("ID")
                && (argument instanceof PositionalParamSpec
                        || String.join(" ", argument.description()).contains("flow"));
        if (ofFlows) {
            return List.of(FLOWS);
        }
        return label.startsWith("FILE") ? List.of(FILES) : label.equals("DIR") ? List.of(FOLDERS) : List.of();
    }

    private String fish() {
        StringBuilder script = new StringBuilder("""
                # fish completion of waybill
                function __waybill_flows
                  set -l words (commandline -opc)
                  set -l home .
                  if set -l at (contains -i -- --home $words)
                    set home $words[(math $at + 1)]
                  end
                  for file in $home/routes/*.toml
                    set -l id (string replace -r '\\.toml$' '' (basename $file))
                    test $id = datasets; and continue
                    while read -l line
                      string match -qr '^\\[' -- $line; and break
                      if set -l found (string match -r '^id\\s*=\\s*"([^"]*)"' -- $line)
                        set id $found[2]
                        break
                      end
                    end <$file
                    string match -qr '^[A-Za-z0-9_-]+$' -- $id; or continue
                    echo $id
                  end
                end
                complete -c waybill -f
                """);
        commands().forEach((path, command) -> {
            String condition = condition(path, command);
            command.subcommands()
                    .forEach((name, below) -> line(
                            script,
                            condition,
                            "-a " + quotedForFish(name),
                            first(below.getCommandSpec().usageMessage().description())));
            if (command.subcommands().isEmpty()) {
                String arguments = forFish(arguments(command));
                if (!arguments.isEmpty()) {
                    line(script, condition, arguments, "");
                }
            }
            options(command).forEach(option -> line(script, condition, option(option), first(option.description())));
        });
        return script.toString();
    }

    /** When the words so far are those of a command, and of none below it. */
    private static String condition(String path, CommandSpec command) {
        List<String> conditions = new ArrayList<>();
        for (String word : path.strip().split(" ")) {
            if (!word.isEmpty()) {
                conditions.add("__fish_seen_subcommand_from " + word);
            }
        }
        if (!command.subcommands().isEmpty()) {
            conditions.add("not __fish_seen_subcommand_from "
                    + String.join(" ", command.subcommands().keySet()));
        }
        return String.join("; and ", conditions);
    }

    private static String option(OptionSpec option) {
        StringBuilder words = new StringBuilder();
        for (String name : option.names()) {
            words.append(name.startsWith("--") ? "-l " : "-s ")
                    .append(name.replaceFirst("^-+", ""))
                    .append(' ');
        }
        if (takesValue(option)) {
            List<String> allowed = allowed(option);
            words.append(allowed.isEmpty() ? "-x" : "-r " + forFish(allowed));
        }
        return words.toString().strip();
    }

    private static String forFish(List<String> words) {
        if (words.isEmpty()) {
            return "";
        }
        return switch (words.get(0)) {
            case FLOWS -> "-a '(__waybill_flows)'";
            case FILES -> "-F";
            case FOLDERS -> "-a '(__fish_complete_directories)'";
            default -> "-a " + quotedForFish(String.join(" ", words));
        };
    }

    private static void line(StringBuilder script, String condition, String what, String means) {
        script.append("complete -c waybill -n ")
                .append(quotedForFish(condition))
                .append(' ')
                .append(what)
                .append(means.isEmpty() ? "" : " -d " + quotedForFish(means))
                .append('\n');
    }

    private static String quotedForFish(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }

    /** Up to where it goes into particulars. */
    private static String first(String[] description) {
        String text = description.length == 0 ? "" : description[0];
        return text.replaceFirst("[;:.] .*", "").replaceFirst("\\.$", "").replaceFirst("; \\$\\{.*", "");
    }
}
