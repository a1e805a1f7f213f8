package io.waybill.flow;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;

/** What goes together in one expectation and what does not: for flow files, and for the beans of a route. */
final class ExpectationRules {

    /** What Java's regular expressions have and RE2's have not. */
    private static final java.util.regex.Pattern OF_JAVA = java.util.regex.Pattern.compile("\\(\\?<?[=!]|\\\\[1-9k]");

    private final Expectation expectation;
    private final List<Refusal> refusals = new ArrayList<>();

    private ExpectationRules(Expectation expectation) {
        this.expectation = expectation;
    }

    static List<Refusal> check(Expectation expectation) {
        ExpectationRules rules = new ExpectationRules(expectation);
        rules.checkColumns();
        rules.checkSomething();
        rules.checkNulls();
        rules.checkValues();
        rules.checkPattern();
        rules.checkRows();
        return rules.refusals;
    }

    private void refuse(Key<?> key, String message) {
        refusals.add(new Refusal(key.name(), message));
    }

    /** Whether it asks for that; {@code false} does not. */
    private boolean asks(Key<?> key) {
        return expectation.values().has(key) && !Boolean.FALSE.equals(expectation.get(key));
    }

    private List<Key<?>> asked(List<Key<?>> keys) {
        return keys.stream().filter(this::asks).toList();
    }

    private static String names(List<Key<?>> keys) {
        return keys.stream().map(Key::name).collect(Collectors.joining(", "));
    }

    private void checkColumns() {
        if (asks(ExpectKeys.COLUMN) && asks(ExpectKeys.COLUMNS)) {
            refuse(ExpectKeys.COLUMNS, "is there beside column; one of them is allowed");
            return;
        }
        Key<?> key = asks(ExpectKeys.COLUMN) ? ExpectKeys.COLUMN : ExpectKeys.COLUMNS;
        List<String> columns = expectation.columns();
        if (columns.stream().anyMatch(String::isBlank) || asks(ExpectKeys.COLUMNS) && columns.isEmpty()) {
            refuse(key, "is empty");
        }
        for (String column : columns) {
            if (columns.indexOf(column) != columns.lastIndexOf(column)) {
                refuse(key, "\"" + column + "\" is there twice");
                break;
            }
        }
        List<Key<?>> ofAColumn = asked(ExpectKeys.OF_A_COLUMN);
        List<Key<?>> ofTheExport = asked(ExpectKeys.OF_THE_EXPORT);
        if (columns.isEmpty() && !ofAColumn.isEmpty()) {
            refuse(
                    ExpectKeys.COLUMN,
                    "is missing; " + names(ofAColumn) + (ofAColumn.size() == 1 ? " is" : " are") + " about a column");
        }
        if (!columns.isEmpty() && !ofTheExport.isEmpty()) {
            refuse(
                    ofTheExport.get(0),
                    "is about the export as a whole, and stands beside " + key.name()
                            + "; write it as an expectation of its own");
        }
    }

    private void checkSomething() {
        if (asked(ExpectKeys.OF_A_COLUMN).isEmpty()
                && asked(ExpectKeys.OF_THE_EXPORT).isEmpty()) {
            refuse(
                    expectation.columns().isEmpty() ? ExpectKeys.MIN_ROWS : ExpectKeys.NOT_NULL,
                    "is missing, or another that says what is expected; allowed: "
                            + names(
                                    expectation.columns().isEmpty()
                                            ? ExpectKeys.OF_THE_EXPORT
                                            : ExpectKeys.OF_A_COLUMN));
        }
    }

    private void checkNulls() {
        Share share = expectation.get(ExpectKeys.NULL_SHARE);
        if (share != null && asks(ExpectKeys.NOT_NULL)) {
            refuse(ExpectKeys.NULL_SHARE, "is there beside not_null; one of them is allowed");
        }
        if (share != null && share.isMoreThanAll()) {
            refuse(ExpectKeys.NULL_SHARE, share + " is more than all; 0% to 100% is allowed");
        }
    }

    private void checkValues() {
        Scalars between = expectation.list(ExpectKeys.BETWEEN);
        if (between != null && between.values().size() != 2) {
            refuse(
                    ExpectKeys.BETWEEN,
                    "holds " + between.values().size() + " values; the lowest and the highest are expected: [1, 10]");
        }
        Scalars in = expectation.list(ExpectKeys.IN);
        if (in != null && in.values().isEmpty()) {
            refuse(ExpectKeys.IN, "is empty, and no value would be in it");
        }
        if (in != null && new HashSet<>(in.values()).size() < in.values().size()) {
            refuse(ExpectKeys.IN, "holds a value twice");
        }
    }

    private void checkPattern() {
        String pattern = expectation.get(ExpectKeys.MATCHES);
        if (pattern == null) {
            return;
        }
        try {
            Pattern.compile(pattern);
        } catch (PatternSyntaxException e) {
            refuse(
                    ExpectKeys.MATCHES,
                    "\"" + pattern + "\" is not a regular expression of RE2: " + e.getDescription()
                            + (e.getPattern() == null || e.getPattern().equals(pattern) ? "" : " " + e.getPattern())
                            + (OF_JAVA.matcher(pattern).find()
                                    ? "; look-ahead, look-behind and back references are not in it"
                                    : ""));
        }
    }

    private void checkRows() {
        Long least = inRange(ExpectKeys.MIN_ROWS);
        Long most = inRange(ExpectKeys.MAX_ROWS);
        if (least != null && most != null && least > most) {
            refuse(ExpectKeys.MAX_ROWS, most + " is less than min_rows, " + least);
        }
        String sql = expectation.get(ExpectKeys.SQL);
        if (sql != null && sql.isBlank()) {
            refuse(ExpectKeys.SQL, "is empty");
        }
        // what ends a text differs between databases: none inside one is told from one between statements
        if (sql != null && sql.strip().replaceAll(";\\s*$", "").indexOf(';') >= 0) {
            refuse(
                    ExpectKeys.SQL,
                    "\"" + sql.strip().replaceAll("\\s+", " ")
                            + "\" holds a semicolon, which begins another statement; one SELECT is allowed, and ; in a text of it is"
                            + " written as CHR(59) or CHAR(59)");
        }
    }

    /** A number of a bean's is checked here. */
    private Long inRange(Key<Long> key) {
        Long number = expectation.get(key);
        try {
            if (number != null) {
                key.form().check(number);
            }
        } catch (IllegalArgumentException e) {
            refuse(key, e.getMessage());
            return null;
        }
        return number;
    }
}
