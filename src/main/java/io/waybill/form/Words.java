package io.waybill.form;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The words of the declarations, as a page has them. */
public final class Words {

    private static final Pattern MARKED = Pattern.compile("`([^`]*)`|\\[([^\\]]*)]\\([^)]*\\)");
    /** What points into the documentation, which is not at hand here. */
    private static final Pattern POINTER =
            Pattern.compile("[;:,]? ?\\[(below|[a-z]+\\.md)]\\([^)]*\\)|, `\\[\\[?[a-z._]+]?]`");

    /** So many characters of code stand beside each other in the narrowest column. */
    private static final int MOST_SHORT = 22;

    private Words() {}

    /**
     * A piece of a text.
     *
     * @param isCode whether it is written as code
     */
    public record Piece(String text, boolean isCode) {

        /** Whether a line has room for all of it, wherever it stands. */
        public boolean isShort() {
            return text.length() <= MOST_SHORT;
        }

        /** Its words, and what stands between them. */
        public List<String> words() {
            return List.of(text.split("(?<= )|(?= )"));
        }
    }

    static List<Piece> pieces(String markdown) {
        String text = POINTER.matcher(markdown).replaceAll("");
        List<Piece> pieces = new ArrayList<>();
        Matcher marked = MARKED.matcher(text);
        int end = 0;
        while (marked.find()) {
            add(pieces, text.substring(end, marked.start()), false);
            add(pieces, marked.group(1) == null ? marked.group(2) : marked.group(1), marked.group(1) != null);
            end = marked.end();
        }
        add(pieces, text.substring(end), false);
        return pieces;
    }

    private static void add(List<Piece> pieces, String text, boolean isCode) {
        if (!text.isEmpty()) {
            pieces.add(new Piece(text, isCode));
        }
    }

    static String plain(String markdown) {
        StringBuilder plain = new StringBuilder();
        pieces(markdown).forEach(piece -> plain.append(piece.text()));
        return plain.toString();
    }

    /** {@code max_rows_per_file} as people write it. */
    static String title(String key) {
        String words = key.replace('_', ' ')
                .replaceAll("\\bid\\b", "ID")
                .replaceAll("\\bpii\\b", "PII")
                .replaceAll("\\bdataset\\b", "data set")
                .replaceAll("\\bdatasource\\b", "data source")
                .replaceAll("^op$", "operator");
        return Character.toUpperCase(words.charAt(0)) + words.substring(1);
    }

    /** One of several. */
    static String one(String key) {
        return switch (key) {
            case "expect" -> "expectation";
            case "having" -> "condition";
            default -> singular(key);
        };
    }

    private static String singular(String key) {
        return key.endsWith("ies") ? key.substring(0, key.length() - 3) + "y" : key.replaceFirst("s$", "");
    }
}
