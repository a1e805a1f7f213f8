package io.waybill.flow.toml;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Puts the commas into inline tables that are written over several lines without them. Nothing else changes, and no line
 * moves, so that a parser's positions are those of the user's file.
 */
final class RelaxedToml {

    private final String text;
    private final StringBuilder strict;
    private final Deque<Character> open = new ArrayDeque<>();
    /** Where in {@code strict} the last character that means something ends; whether a comma belongs there is not known yet. */
    private int lastEnd = -1;

    private char last;
    private boolean lineBroken;

    private RelaxedToml(String text) {
        this.text = text;
        this.strict = new StringBuilder(text.length() + 16);
    }

    static String toStrict(String text) {
        return new RelaxedToml(text).rewrite();
    }

    private String rewrite() {
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i);
            int end = i + 1;
            if (c == '#') {
                end = endOfLine(i);
                strict.append(text, i, end);
            } else if (c == '\n') {
                lineBroken = true;
                strict.append(c);
            } else if (Character.isWhitespace(c)) {
                strict.append(c);
            } else {
                insertComma(c);
                end = c == '"' || c == '\'' ? endOfString(text, i) : end;
                strict.append(text, i, end);
                track(c);
                last = c;
                lastEnd = strict.length();
                lineBroken = false;
            }
            i = end;
        }
        return strict.toString();
    }

    private void insertComma(char next) {
        boolean inTable = !open.isEmpty() && open.peek() == '{';
        if (inTable && lineBroken && last != '{' && last != ',' && last != '=' && next != '}' && next != ',') {
            strict.insert(lastEnd, ',');
        }
    }

    private void track(char c) {
        if (c == '{' || c == '[') {
            open.push(c);
        } else if ((c == '}' || c == ']') && !open.isEmpty()) {
            open.pop();
        }
    }

    private int endOfLine(int from) {
        int end = text.indexOf('\n', from);
        return end < 0 ? text.length() : end;
    }

    /** Where a text in quotes ends that begins somewhere. */
    static int endOfString(String text, int from) {
        char quote = text.charAt(from);
        String three = String.valueOf(quote).repeat(3);
        if (text.startsWith(three, from)) {
            int end = from + 3;
            while (end < text.length() && !text.startsWith(three, end)) {
                end += quote == '"' && text.charAt(end) == '\\' ? 2 : 1;
            }
            end = Math.min(text.length(), end + 3);
            int most = Math.min(text.length(), end + 2);
            while (end < most && text.charAt(end) == quote) {
                end++; // a multi-line string may end in quotes of its own: one or two
            }
            return end;
        }
        for (int end = from + 1; end < text.length(); end++) {
            char c = text.charAt(end);
            if (c == '\n') {
                return end; // not closed; the parser will say so
            }
            if (c == '\\' && quote == '"') {
                end++;
            } else if (c == quote) {
                return end + 1;
            }
        }
        return text.length();
    }
}
