package io.waybill.cli;

import io.waybill.flow.InvalidFlowException;
import io.waybill.flow.WaybillException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The {@code waybill} command. */
@Command(
        name = "waybill",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        description = {
            "Exports data sets: a flow reads a database, writes CSV, TSV, JSON, JSON lines or Parquet, and publishes"
                    + " the files with a waybill that proves them.",
            ""
        },
        subcommands = {
            DemoCommand.class,
            ListCommand.class,
            ValidateCommand.class,
            PlanCommand.class,
            RunCommand.class,
            HistoryCommand.class,
            ShowCommand.class,
            VerifyCommand.class,
            RedriveCommand.class,
            BackfillCommand.class,
            WatermarkCommand.class,
            CheckCommand.class,
            RouteCommand.class,
            ServeCommand.class,
            CommandLine.HelpCommand.class
        },
        footer = {
            "",
            "Flows are routes/*.toml; data sources are waybill.datasource.<name>.* in application.properties.",
            "",
            "Exit codes: 0 done, 1 a run failed, 2 wrong usage or a wrong flow, 3 verification failed.",
            "",
            "Try:  waybill demo            exports a demo database in every mode and format",
            "      waybill run ID          runs one flow now",
            "      waybill plan ID         shows what it would do"
        })
public final class Main implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Show stack traces, and what Camel logs.")
    private boolean debug;

    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    /** Runs a command; answers its exit code. */
    static int run(String... arguments) {
        configureLogging(arguments);
        if (System.getProperty("h2.bindAddress") == null) {
            // processes of this machine share the ledger's file through a port, which is nobody else's business
            System.setProperty("h2.bindAddress", "127.0.0.1");
        }
        CommandLine commandLine = new CommandLine(new Main())
                .setUsageHelpWidth(100)
                .setParameterExceptionHandler(Main::wrongUsage)
                .setExecutionExceptionHandler(Main::failure);
        return commandLine.execute(arguments);
    }

    /**
     * Quiet, since what a user has to know is printed; {@code serve} logs, as a service does. Nothing logs at debug level,
     * where Camel would show the values of properties, secrets among them.
     */
    private static void configureLogging(String... arguments) {
        java.util.List<String> given = java.util.List.of(arguments);
        boolean debug = given.contains("--debug");
        String level = debug || given.contains("serve") ? "info" : "error";
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", level);
        System.setProperty("org.slf4j.simpleLogger.showDateTime", "true");
        System.setProperty("org.slf4j.simpleLogger.dateTimeFormat", "yyyy-MM-dd'T'HH:mm:ss.SSS");
        System.setProperty("org.slf4j.simpleLogger.showShortLogName", "true");
        System.setProperty("org.slf4j.simpleLogger.log.io.waybill", debug ? "debug" : "info");
        if (!debug) {
            // the command prints a failure itself, the route of a flow logs it: in one line
            System.setProperty("org.slf4j.simpleLogger.log.org.apache.camel.processor.errorhandler", "off");
            System.setProperty("org.slf4j.simpleLogger.log.org.apache.camel.component.quartz.CamelJob", "off");
            System.setProperty("org.slf4j.simpleLogger.log.org.quartz", "warn");
            System.setProperty("org.slf4j.simpleLogger.log.com.zaxxer.hikari", "off");
            if (!given.contains("serve")) {
                System.setProperty("org.slf4j.simpleLogger.log.io.waybill", "off");
                System.setProperty("org.slf4j.simpleLogger.log.io.waybill.rows", "warn");
            }
        }
    }

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getOut());
        return ExitCode.WRONG;
    }

    private static int wrongUsage(CommandLine.ParameterException e, String[] arguments) {
        PrintWriter err = e.getCommandLine().getErr();
        printError(err, e.getMessage() + "; see waybill " + subcommand(e.getCommandLine()) + "--help");
        return ExitCode.WRONG;
    }

    private static String subcommand(CommandLine commandLine) {
        return commandLine.getParent() == null ? "" : commandLine.getCommandName() + " ";
    }

    private static int failure(Exception e, CommandLine commandLine, ParseResult parsed) {
        PrintWriter err = commandLine.getErr();
        Throwable known = known(e);
        printError(err, message(known));
        if (parsed.originalArgs().contains("--debug")) {
            e.printStackTrace(err);
        }
        err.flush();
        return known instanceof WaybillException problem && problem.stage() != WaybillException.Stage.PLAN
                ? ExitCode.FAILED
                : known instanceof WaybillException
                                || known instanceof InvalidFlowException
                                || known instanceof WrongUsageException
                        ? ExitCode.WRONG
                        : ExitCode.FAILED;
    }

    /** The exception of ours within those of Camel. */
    static Throwable known(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof WaybillException
                    || cause instanceof InvalidFlowException
                    || cause instanceof WrongUsageException) {
                return cause;
            }
        }
        return e;
    }

    static String message(Throwable e) {
        if (e instanceof WaybillException || e instanceof InvalidFlowException || e instanceof WrongUsageException) {
            return e.getMessage();
        }
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String text = root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
        return text.lines().findFirst().orElse(text);
    }

    static void printError(PrintWriter err, String message) {
        Terminal terminal = new Terminal(err);
        message.lines().forEach(line -> terminal.line(terminal.red("error:") + " " + line));
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
