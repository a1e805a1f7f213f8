package io.waybill.cli;

import io.waybill.WaybillException;
import io.waybill.flow.InvalidFlowException;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;

/** The {@code waybill} command. */
@Command(
        name = "waybill",
        versionProvider = Main.Version.class,
        description = {
            "Exports data sets: a flow reads a database, writes CSV, TSV, JSON, JSON lines or Parquet, and publishes"
                    + " the files with a waybill that proves them.",
            ""
        },
        footer = {
            "",
            "Flows are routes/*.toml; data sources are waybill.datasource.<name>.* in application.properties.",
            "",
            "Exit codes: 0 done, 1 a run failed, 2 wrong usage or a wrong flow, 3 verification failed,",
            "4 a run is quarantined: something that was expected does not hold, and nothing was delivered,",
            "5 waybill serve has stopped and left runs to the next start.",
            "",
            "Try:  waybill demo            exports a demo database in every mode and format",
            "      waybill init            makes a first flow for your own database",
            "      waybill run ID          runs one flow now",
            "      waybill plan ID         shows what it would do"
        })
public final class Main extends WaybillCommand {

    /** Those that go on until they are stopped, and tell what they do meanwhile. */
    private static final Set<String> STAYING = Set.of("serve", "work");

    private static final String HOME = "--home";

    /** In the order that the usage shows them. */
    private static final List<Class<?>> COMMANDS = List.of(
            DemoCommand.class,
            InitCommand.class,
            ListCommand.class,
            ValidateCommand.class,
            ImportCommand.class,
            PlanCommand.class,
            PreviewCommand.class,
            RunCommand.class,
            HistoryCommand.class,
            ShowCommand.class,
            VerifyCommand.class,
            RedriveCommand.class,
            ReleaseCommand.class,
            DiscardCommand.class,
            BackfillCommand.class,
            WatermarkCommand.class,
            FeedCommand.class,
            PauseCommand.class,
            ResumeCommand.class,
            AuditCommand.class,
            CheckCommand.class,
            DetokenizeCommand.class,
            RouteCommand.class,
            ServeCommand.class,
            WorkCommand.class,
            NodesCommand.class,
            TokenCommand.class,
            AccessCommand.class,
            SessionsCommand.class,
            CompletionCommand.class,
            CommandLine.HelpCommand.class);

    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Show stack traces, and what Camel logs.")
    private boolean debug;

    @Option(
            names = HOME,
            paramLabel = "DIR",
            scope = ScopeType.INHERIT,
            description = "Work in this folder, with its routes/ and application.properties, instead of the one this is"
                    + " called in.")
    private String home;

    public static void main(String[] arguments) {
        System.exit(exitCodeOf(arguments));
    }

    /** Runs the command of a process that has more to end than this; answers its exit code. */
    public static int exitCodeOf(String[] arguments) {
        // Camel looks options up in lower case, as the machine's language has it: in Turkish, it does not find its own
        Locale.setDefault(Locale.ROOT);
        StandardOutput out = StandardOutput.take();
        int exitCode = run(arguments);
        return out.lost()
                .map(reason -> {
                    printError(
                            utf8(System.err),
                            "what this command prints could not be written: " + reason + "; what it did is done");
                    return exitCode == ExitCode.DONE ? ExitCode.FAILED : exitCode;
                })
                .orElse(exitCode);
    }

    /** Runs a command; answers its exit code. */
    static int run(String... arguments) {
        boolean debug = List.of(arguments).contains("--debug");
        String command = command(arguments);
        List<Logger> log = LogLines.setUp(debug, STAYING.contains(command));
        if (System.getProperty("h2.bindAddress") == null) {
            // processes of this machine share the ledger's file through a port, which is nobody else's business
            System.setProperty("h2.bindAddress", "127.0.0.1");
        }
        Calls calls = new Calls();
        CommandLine commandLine = withCommands(command)
                .setUsageHelpWidth(100)
                .setColorScheme(CommandLine.Help.defaultColorScheme(Terminal.ansiOfHelp()))
                .setOut(utf8(System.out))
                .setErr(utf8(System.err))
                .setParameterExceptionHandler(calls)
                .setExecutionStrategy(calls)
                .setExecutionExceptionHandler(calls);
        Thread.setDefaultUncaughtExceptionHandler((thread, e) -> failure(e, commandLine, debug));
        try {
            return commandLine.execute(arguments);
        } catch (Error e) {
            return failure(e, commandLine, debug);
        } finally {
            // until now: a logger that nobody holds forgets its level
            Reference.reachabilityFence(log);
        }
    }

    private static PrintWriter utf8(OutputStream out) {
        return new PrintWriter(
                new ShownText(new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8))), true);
    }

    /** The first argument that is neither an option nor an option's value; empty where there is none. */
    private static String command(String... arguments) {
        for (int i = 0; i < arguments.length; i++) {
            if (arguments[i].equals("--")) {
                return "";
            }
            if (arguments[i].equals(HOME)) {
                i++;
            } else if (!arguments[i].startsWith("-")) {
                return arguments[i];
            }
        }
        return "";
    }

    /** With all commands, as they are declared. */
    static CommandLine withAllCommands() {
        return withCommands("");
    }

    /** With the command that is called alone: to look at all of them takes a tenth of a small run. With all, where none is, to name them. */
    static CommandLine withCommands(String called) {
        CommandLine commandLine = new CommandLine(new Main());
        List<Class<?>> meant = COMMANDS.stream()
                .filter(command -> command != CommandLine.HelpCommand.class
                        && command.getSimpleName().toLowerCase(Locale.ROOT).equals(called + "command"))
                .toList();
        for (Class<?> command : meant.isEmpty() ? COMMANDS : meant) {
            commandLine.addSubcommand(command);
        }
        return commandLine;
    }

    private static int execute(ParseResult parsed) {
        Main main = (Main) parsed.commandSpec().root().userObject();
        Path here = Path.of("").toAbsolutePath();
        if (main.home != null && !isSame(Workspace.userPath(main.home), here)) {
            throw new CommandLine.ParameterException(
                    parsed.commandSpec().commandLine(),
                    "--home: the launcher, waybill, goes to that folder before it starts Java");
        }
        if (main.home == null && Workspace.isLaunchersOwn() && !asksForHelp(parsed)) {
            Terminal.err(parsed.commandSpec().commandLine().getErr())
                    .line("working in " + here + ", since " + System.getProperty(Workspace.CALLED_IN)
                            + " has neither routes/ nor application.properties; --home DIR takes another folder");
        }
        return new CommandLine.RunLast().execute(parsed);
    }

    private static boolean asksForHelp(ParseResult parsed) {
        return parsed.asCommandLineList().stream()
                .anyMatch(command -> command.isUsageHelpRequested()
                        || command.isVersionHelpRequested()
                        || command.getCommand() instanceof CommandLine.HelpCommand);
    }

    private static boolean isSame(Path one, Path other) {
        try {
            return Files.isSameFile(one, other);
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public Integer call() {
        return usage();
    }

    private static int wrongUsage(CommandLine.ParameterException e) {
        PrintWriter err = e.getCommandLine().getErr();
        printError(err, UsageHint.of(e));
        return ExitCode.WRONG;
    }

    private static int failure(Throwable e, CommandLine commandLine, boolean debug) {
        PrintWriter err = commandLine.getErr();
        Throwable known = known(e);
        printError(err, message(known));
        if (debug) {
            e.printStackTrace(err);
        }
        err.flush();
        boolean hasRun = known instanceof WaybillException problem && problem.stage() != WaybillException.Stage.PLAN;
        return isOurs(known) && !hasRun ? ExitCode.WRONG : ExitCode.FAILED;
    }

    private static boolean isOurs(Throwable e) {
        return e instanceof WaybillException || e instanceof InvalidFlowException || e instanceof WrongUsageException;
    }

    /** The exception of ours within those of Camel. */
    static Throwable known(Throwable e) {
        return WaybillException.causes(e).filter(Main::isOurs).findFirst().orElse(e);
    }

    static String message(Throwable e) {
        if (isOurs(e)) {
            return e.getMessage();
        }
        Throwable root =
                WaybillException.causes(e).reduce((outer, inner) -> inner).orElse(e);
        String text = root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
        return text.lines().findFirst().orElse(text);
    }

    static void printError(PrintWriter err, String message) {
        Terminal terminal = Terminal.err(err);
        message.lines().forEach(line -> terminal.line(terminal.red("error:") + " " + line));
    }

    /** What picocli calls. No lambdas: Java does not remember classes of as old a form as picocli's where a lambda is of them. */
    private static final class Calls
            implements CommandLine.IExecutionStrategy,
                    CommandLine.IParameterExceptionHandler,
                    CommandLine.IExecutionExceptionHandler {

        @Override
        public int execute(ParseResult parsed) {
            return Main.execute(parsed);
        }

        @Override
        public int handleParseException(CommandLine.ParameterException e, String[] arguments) {
            return wrongUsage(e);
        }

        @Override
        public int handleExecutionException(Exception e, CommandLine commandLine, ParseResult parsed) {
            return failure(e, commandLine, parsed.originalArgs().contains("--debug"));
        }
    }

    /** The version, from the jar. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"waybill " + (version == null ? "(not packaged)" : version)};
        }
    }
}
