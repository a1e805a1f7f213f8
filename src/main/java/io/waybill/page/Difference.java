package io.waybill.page;

import com.github.difflib.text.DiffRow;
import com.github.difflib.text.DiffRow.Tag;
import com.github.difflib.text.DiffRowGenerator;
import java.util.ArrayList;
import java.util.List;

/**
 * In what one text differs from another, line by line.
 *
 * @param lines those that differ, and some around them
 */
record Difference(List<Line> lines) {

    private static final int AROUND = 3;

    /** What a line is. */
    enum Kind {
        SAME,
        REMOVED,
        ADDED,
        /** It stands for lines that are the same, and not shown. */
        GAP
    }

    /**
     * A line.
     *
     * @param sign what stands before it
     * @param words what that means, for who does not see it
     */
    record Line(Kind kind, String sign, String words, String text) {

        static Line of(Kind kind, String text) {
            return switch (kind) {
                case SAME -> new Line(kind, " ", "", text);
                case REMOVED -> new Line(kind, "−", "removed: ", text);
                case ADDED -> new Line(kind, "+", "added: ", text);
                case GAP -> new Line(kind, "…", "lines that are the same", text);
            };
        }

        String cssClass() {
            return "diff-" + Words.lower(kind);
        }
    }

    static Difference of(String before, String after) {
        List<DiffRow> rows = DiffRowGenerator.create()
                .lineNormalizer(line -> line) // the page does what it takes for HTML
                .build()
                .generateDiffRows(lines(before), lines(after));
        List<Line> lines = new ArrayList<>();
        List<Line> added = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            DiffRow row = rows.get(i);
            if (row.getTag() == Tag.EQUAL) {
                lines.addAll(added);
                added.clear();
                if (isNear(rows, i)) {
                    lines.add(Line.of(Kind.SAME, row.getOldLine()));
                } else if (lines.isEmpty() || lines.get(lines.size() - 1).kind() != Kind.GAP) {
                    lines.add(Line.of(Kind.GAP, ""));
                }
                continue;
            }
            if (row.getTag() != Tag.INSERT) {
                lines.add(Line.of(Kind.REMOVED, row.getOldLine()));
            }
            if (row.getTag() != Tag.DELETE) {
                added.add(Line.of(Kind.ADDED, row.getNewLine()));
            }
        }
        lines.addAll(added);
        return new Difference(lines);
    }

    /** Line breaks that differ are shown as such. */
    private static List<String> lines(String text) {
        return text.isEmpty()
                ? List.of()
                : List.of(text.replaceFirst("\n$", "")
                        .replace("\r\n", "␍\n")
                        .replaceFirst("\r$", "␍")
                        .split("\n", -1));
    }

    private static boolean isNear(List<DiffRow> rows, int i) {
        for (int k = Math.max(0, i - AROUND); k <= Math.min(rows.size() - 1, i + AROUND); k++) {
            if (rows.get(k).getTag() != Tag.EQUAL) {
                return true;
            }
        }
        return false;
    }

    boolean isEmpty() {
        return lines.stream().allMatch(line -> line.kind() == Kind.SAME || line.kind() == Kind.GAP);
    }
}
