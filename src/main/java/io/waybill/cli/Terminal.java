package io.waybill.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Help.Ansi;

/** What people read: tables, numbers with their units, colours where the terminal has them and NO_COLOR is not set. */
final class Terminal {

    private final PrintWriter out;
    private final Ansi ansi;

    Terminal(PrintWriter out) {
        this.out = out;
        this.ansi = isTerminal() && System.getenv("NO_COLOR") == null ? Ansi.ON : Ansi.OFF;
    }

    /** Whether a person watches: the launcher tells, since Java's own answer changed with its versions. */
    static boolean isTerminal() {
        return Boolean.getBoolean("waybill.tty");
    }

    void line(String text) {
        out.println(text);
        out.flush();
    }

    String bold(String text) {
        return ansi.enabled() ? "\u001b[1m" + text + "\u001b[0m" : text;
    }

    String red(String text) {
        return ansi.enabled() ? "\u001b[1;31m" + text + "\u001b[0m" : text;
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

    static String seconds(long millis) {
        return String.format(Locale.ROOT, millis < 10_000 ? "%.2f s" : "%.0f s", millis / 1e3);
    }

    /**
     * Prints a table.
     *
     * @param right which columns are aligned to the right
     */
    void table(List<String> header, List<List<String>> rows, int... right) {
        List<Integer> rightAligned = new ArrayList<>();
        for (int column : right) {
            rightAligned.add(column);
        }
        int[] widths = new int[header.size()];
        for (int i = 0; i < widths.length; i++) {
            widths[i] = header.get(i).length();
            for (List<String> row : rows) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        line(bold(row(header, widths, rightAligned)));
        rows.forEach(row -> line(row(row, widths, rightAligned)));
    }

    private static String row(List<String> cells, int[] widths, List<Integer> rightAligned) {
        StringBuilder row = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String padding = " ".repeat(widths[i] - cells.get(i).length());
            row.append(i == 0 ? "" : "  ")
                    .append(rightAligned.contains(i) ? padding + cells.get(i) : cells.get(i) + padding);
        }
        return row.toString().stripTrailing();
    }
}
