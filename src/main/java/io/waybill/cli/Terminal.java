package io.waybill.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;

/**
 * What people read, on one of the two streams: numbers with their units, tables, colours where that stream is a terminal and
 * NO_COLOR is not set. The launcher tells which streams are, since Java's own answer changed with its versions.
 *
 * @param columns how many characters a line has room for
 */
record Terminal(PrintWriter out, boolean coloured, int columns) {

    /** No terminal is said to be wider, and a file has no width. */
    static final int UNLIMITED = Integer.MAX_VALUE;

    private static final int LEAST_COLUMNS = 20;

    /** Standard output of a command. */
    static Terminal out(CommandSpec spec) {
        boolean terminal = is("out");
        return new Terminal(
                spec.commandLine().getOut(), terminal && wantsColours(), terminal ? columnsOfTerminal() : UNLIMITED);
    }

    /** Standard error. */
    static Terminal err(PrintWriter err) {
        return new Terminal(err, isWatched() && wantsColours(), UNLIMITED);
    }

    /** Whether a person reads standard output, rather than a program. */
    static boolean isRead() {
        return is("out");
    }

    /** Whether a person answers: there is somebody at standard input, who also sees what is asked. */
    static boolean isAnswered() {
        return is("in") && is("out");
    }

    /** Whether a person watches standard error, where progress shows. */
    static boolean isWatched() {
        return is("err");
    }

    /** The colours of picocli's help. */
    static Ansi ansiOfHelp() {
        return is("out") && is("err") && wantsColours() ? Ansi.ON : Ansi.OFF;
    }

    private static boolean is(String stream) {
        return List.of(System.getProperty("waybill.tty", "").split(",")).contains(stream);
    }

    private static boolean wantsColours() {
        String without = System.getenv("NO_COLOR");
        return (without == null || without.isEmpty()) && !"dumb".equals(System.getenv("TERM"));
    }

    private static int columnsOfTerminal() {
        String columns = System.getenv("COLUMNS");
        if (columns == null || !columns.matches("[1-9]\\d{0,4}")) {
            return UNLIMITED;
        }
        return Math.max(LEAST_COLUMNS, Integer.parseInt(columns));
    }

    void line(String text) {
        out.println(text);
        out.flush();
    }

    /** One fact of several, whose values stand below each other. */
    void fact(int width, String name, String value) {
        line(bold(name) + " ".repeat(Math.max(1, width - name.length())) + value);
    }

    String bold(String text) {
        return coloured ? "\u001b[1m" + text + "\u001b[0m" : text;
    }

    String red(String text) {
        return coloured ? "\u001b[1;31m" + text + "\u001b[0m" : text;
    }

    static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    static String size(long bytes) {
        if (bytes < 1000) {
            return bytes + " B";
        }
        if (bytes < 1_000_000) {
            return String.format(Locale.ROOT, "%.1f kB", bytes / 1e3);
        }
        return bytes < 1_000_000_000
                ? String.format(Locale.ROOT, "%.1f MB", bytes / 1e6)
                : String.format(Locale.ROOT, "%.2f GB", bytes / 1e9);
    }

    /** How much that is. */
    static String amount(long rows, long bytes) {
        return count(rows) + " rows, " + size(bytes);
    }

    static String seconds(long millis) {
        return String.format(Locale.ROOT, millis < 10_000 ? "%.2f s" : "%.0f s", millis / 1e3);
    }
}
