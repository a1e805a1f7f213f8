package io.waybill.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A table that fits the terminal. Where it is too wide, first the cells of columns that may be cut are, the widest first and
 * none below its least width; then columns that may be left out go, in the order of their ranks. What is printed to a file is whole.
 */
final class Table {

    private static final String GAP = "  ";
    private static final String CUT = "…";

    /** What columns are cut to where the least widths are too much for the terminal. */
    private static final int NARROWEST = 8;

    private final List<Column> columns;

    Table(Column... columns) {
        this.columns = List.of(columns);
    }

    /** One whose columns all stay as wide as they are. */
    static Table of(String... titles) {
        return new Table(Stream.of(titles).map(Table::column).toArray(Column[]::new));
    }

    /**
     * @param least how narrow it may become; 0 where it is never cut
     * @param rank when it is left out, beginning with 1; 0 where it always stays
     */
    record Column(String title, boolean toTheRight, int least, int rank) {

        /** Lets its cells be cut where the room is scarce. */
        Column cutTo(int narrowest) {
            return new Column(title, toTheRight, narrowest, rank);
        }

        /** Lets it be left out where the room is scarce: those of a lower rank go before those of a higher one. */
        Column leftOut(int when) {
            return new Column(title, toTheRight, least, when);
        }
    }

    /** A column of text. */
    static Column column(String title) {
        return new Column(title, false, 0, 0);
    }

    /** A column of numbers. */
    static Column number(String title) {
        return new Column(title, true, 0, 0);
    }

    /** @param row the cells of one of them */
    <T> void print(Terminal out, List<T> things, Function<T, List<String>> row) {
        print(out, things.stream().map(row).toList());
    }

    /** Answers how many columns were left out. */
    int print(Terminal out, List<List<String>> rows) {
        List<Integer> shown =
                new ArrayList<>(IntStream.range(0, columns.size()).boxed().toList());
        int[] widths = widths(rows);
        while (!fit(shown, widths, out.columns(), Integer.MAX_VALUE)) {
            Integer scarce = shown.stream()
                    .filter(i -> columns.get(i).rank() > 0)
                    .min(Comparator.comparingInt(i -> columns.get(i).rank()))
                    .orElse(null);
            if (scarce == null) {
                fit(shown, widths, out.columns(), NARROWEST); // or the terminal wraps the lines
                break;
            }
            shown.remove(scarce);
            widths = widths(rows);
        }
        out.line(out.bold(line(columns.stream().map(Column::title).toList(), shown, widths)));
        for (List<String> row : rows) {
            out.line(line(row, shown, widths));
        }
        return columns.size() - shown.size();
    }

    private int[] widths(List<List<String>> rows) {
        return IntStream.range(0, columns.size())
                .map(i -> Math.max(
                        width(columns.get(i).title()),
                        rows.stream().mapToInt(row -> width(row.get(i))).max().orElse(0)))
                .toArray();
    }

    /** Narrows columns until all are in the room; answers whether they are. */
    private boolean fit(List<Integer> shown, int[] widths, int room, int narrowest) {
        long tooMuch = shown.stream().mapToLong(i -> widths[i]).sum() + (long) GAP.length() * (shown.size() - 1) - room;
        while (tooMuch > 0) {
            Integer widest = shown.stream()
                    .filter(i -> columns.get(i).least() > 0
                            && widths[i] > Math.min(columns.get(i).least(), narrowest))
                    .max(Comparator.comparingInt(i -> widths[i]))
                    .orElse(null);
            if (widest == null) {
                return false;
            }
            widths[widest]--;
            tooMuch--;
        }
        return true;
    }

    private String line(List<String> cells, List<Integer> shown, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i : shown) {
            String cell = cut(cells.get(i), widths[i]);
            String padding = " ".repeat(widths[i] - width(cell));
            line.append(line.isEmpty() ? "" : GAP)
                    .append(columns.get(i).toTheRight() ? padding + cell : cell + padding);
        }
        return line.toString().stripTrailing();
    }

    private static int width(String text) {
        return text.codePointCount(0, text.length());
    }

    private static String cut(String text, int width) {
        return width(text) <= width ? text : text.substring(0, text.offsetByCodePoints(0, width - 1)) + CUT;
    }
}
