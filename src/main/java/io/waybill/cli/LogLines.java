package io.waybill.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * The log of a process that the command line started: one line each on standard error, with what went wrong; stack traces and
 * what Camel says come with {@code --debug} alone. It never shows debug messages of Camel's, which have the values of properties,
 * secrets among them.
 */
final class LogLines extends Formatter {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSXXX", Locale.ROOT);

    private static final String ROOT = "";

    /** A command prints what it comes to; only what is on the way to that is to be logged. */
    private static final Map<String, Level> COMMAND =
            Map.of(ROOT, Level.SEVERE, "io.waybill", Level.OFF, "io.waybill.rows", Level.WARNING);

    /** A service tells of runs; routes by hand log under names of their own. */
    private static final Map<String, Level> SERVICE = Map.of(ROOT, Level.INFO);

    /** What a service tells of the libraries at work is what they warn of. */
    private static final List<String> LIBRARIES = List.of(
            "org.apache", "org.quartz", "org.flywaydb", "org.jdbi", "org.postgresql", "com.zaxxer", "software.amazon");

    /** The route of a flow logs a failure itself, or the command prints it: in one line. */
    private static final List<String> TOLD_OTHERWISE = List.of(
            "org.apache.camel.processor.errorhandler",
            "org.apache.camel.component.quartz.CamelJob",
            "org.apache.camel.component.timer.TimerConsumer",
            "org.apache.camel.impl.engine.AbstractCamelContext",
            "com.zaxxer.hikari");

    private final boolean debug;
    private final boolean service;

    LogLines(boolean debug, boolean service) {
        this.debug = debug;
        this.service = service;
    }

    /**
     * Sets up the log of this process.
     *
     * @return the loggers that were set up, to be kept as long as it runs
     */
    static List<Logger> setUp(boolean debug, boolean service) {
        // whatever lies beside Waybill's libraries: drivers are put there, and an older build may have left its own
        System.setProperty("slf4j.provider", "org.slf4j.jul.JULServiceProvider");
        System.setProperty("slf4j.internal.verbosity", "WARN");
        LogManager.getLogManager().reset();
        ConsoleHandler handler = new ConsoleHandler();
        handler.setLevel(Level.ALL);
        handler.setFormatter(new LogLines(debug, service));
        Logger.getLogger(ROOT).addHandler(handler);
        return levels(debug, service).entrySet().stream()
                .map(entry -> {
                    Logger logger = Logger.getLogger(entry.getKey());
                    logger.setLevel(entry.getValue());
                    return logger;
                })
                .toList();
    }

    /** From now on a line is an object of JSON, for what collects logs. */
    static void setUpJson(boolean debug) {
        for (Handler handler : Logger.getLogger(ROOT).getHandlers()) {
            handler.setFormatter(new JsonLogLines(debug));
        }
    }

    private static Map<String, Level> levels(boolean debug, boolean service) {
        if (debug) {
            return Map.of(ROOT, Level.INFO, "io.waybill", Level.FINE);
        }
        Map<String, Level> levels = new HashMap<>(service ? SERVICE : COMMAND);
        if (service) {
            LIBRARIES.forEach(name -> levels.put(name, Level.WARNING));
        }
        TOLD_OTHERWISE.forEach(name -> levels.put(name, Level.OFF));
        return levels;
    }

    @Override
    public String format(LogRecord entry) {
        StringBuilder line = new StringBuilder();
        if (debug || service) {
            line.append(TIME.format(entry.getInstant().atOffset(ZoneOffset.UTC)))
                    .append(' ')
                    .append(level(entry.getLevel()))
                    .append(' ')
                    .append(debug ? shortName(entry.getLoggerName()) + " - " : "");
        } else {
            line.append(entry.getLevel().intValue() >= Level.SEVERE.intValue() ? "error: " : "warning: ");
        }
        line.append(formatMessage(entry));
        Throwable thrown = entry.getThrown();
        if (thrown != null && !debug) {
            String reason = Main.message(Main.known(thrown));
            line.append(line.indexOf(reason) < 0 ? ": " + reason : "");
        }
        line.append('\n');
        if (thrown != null && debug) {
            line.append(trace(thrown));
        }
        return ShownText.of(line.toString());
    }

    static String trace(Throwable thrown) {
        StringWriter trace = new StringWriter();
        thrown.printStackTrace(new PrintWriter(trace, true));
        return trace.toString();
    }

    static String level(Level level) {
        if (level.intValue() >= Level.SEVERE.intValue()) {
            return "ERROR";
        }
        if (level.intValue() >= Level.WARNING.intValue()) {
            return "WARN";
        }
        return level.intValue() >= Level.INFO.intValue() ? "INFO" : "DEBUG";
    }

    private static String shortName(String logger) {
        return logger == null ? "-" : logger.substring(logger.lastIndexOf('.') + 1);
    }
}
