package io.waybill.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** What {@code waybill preview} shows of the first rows, wherever they were read. */
record PreviewShown(JsonNode preview) {

    private static final int NARROWEST = 12;

    void print(Terminal out) {
        List<JsonNode> rows = new ArrayList<>();
        preview.path("rows").forEach(rows::add);
        List<String> names = new ArrayList<>();
        (rows.isEmpty()
                        ? List.<String>of()
                        : (Iterable<String>) () -> rows.get(0).fieldNames())
                .forEach(names::add);
        out.line(out.bold(text("flow")) + ": " + text("dataset") + ", " + text("mode") + ", as " + text("format") + ", "
                + count(rows.size()));
        if (!rows.isEmpty()) {
            out.line("");
            int leftOut = table(names, rows)
                    .print(
                            out,
                            rows.stream()
                                    .map(row -> names.stream()
                                            .map(name -> cell(row.path(name)))
                                            .toList())
                                    .toList());
            if (leftOut > 0) {
                out.line("and " + leftOut + (leftOut == 1 ? " column" : " columns")
                        + " more, for which the terminal is too narrow; --json shows all");
            }
        }
        printLeaving(out);
    }

    private String count(int rows) {
        if (rows == 0) {
            return "no rows";
        }
        boolean more = preview.path("more").asBoolean();
        String counted = rows == 1 ? "row" : rows + " rows";
        return more
                ? "the first " + counted + " of more"
                : rows == 1 ? "one row, and there is no other" : "all " + counted;
    }

    private String text(String field) {
        return preview.path(field).asText();
    }

    /** Where the room is scarce, the last columns go first. */
    private static Table table(List<String> names, List<JsonNode> rows) {
        return new Table(names.stream()
                .map(name -> column(name, names.size() - names.indexOf(name), rows))
                .toArray(Table.Column[]::new));
    }

    private static Table.Column column(String name, int rank, List<JsonNode> rows) {
        boolean numbers =
                rows.stream().map(row -> row.path(name)).allMatch(value -> value.isNumber() || value.isNull());
        return (numbers ? Table.number(name) : Table.column(name))
                .cutTo(NARROWEST)
                .leftOut(rank);
    }

    /** On one line, whatever the value holds. */
    private static String cell(JsonNode value) {
        if (value.isNull()) {
            return "NULL";
        }
        if (value.isBigDecimal()) {
            return value.decimalValue().toPlainString();
        }
        return (value.isValueNode() ? value.asText() : value.toString())
                .replace("\n", "\\n")
                .replace("\r", "\\r")
                .replace("\t", "\\t");
    }

    private void printLeaving(Terminal out) {
        List<String> notes = new ArrayList<>();
        preview.path("columns").forEach(column -> {
            if (column.has("leaves")) {
                notes.add(column.path("name").asText() + ": "
                        + column.path("leaves").asText());
            }
        });
        preview.path("excluded").forEach(name -> notes.add(name.asText() + ": left out"));
        for (String field : List.of("left_out", "marks_not_followed")) {
            if (preview.path(field).isTextual()) {
                notes.add(text(field));
            }
        }
        if (!notes.isEmpty()) {
            out.line("");
            notes.forEach(out::line);
        }
    }
}
