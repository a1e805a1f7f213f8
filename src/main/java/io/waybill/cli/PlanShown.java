package io.waybill.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What {@code waybill plan} shows of a plan, wherever it was made. */
record PlanShown(JsonNode plan) {

    void print(Terminal out) {
        out.fact(13, "flow", text("flow"));
        if (plan.has("refused")) {
            out.fact(13, "refused", "a run that you ask for: " + text("refused"));
        }
        if (plan.has("most_rows")) {
            out.fact(
                    13,
                    "limit",
                    "a run that you ask for fails with more than " + text("most_rows") + " rows, by the grant");
        }
        if (plan.has("feed")) {
            printFeed(out);
        } else if (plan.has("many_tables")) {
            printTables(out);
        } else {
            printExport(out);
        }
    }

    private void printTables(Terminal out) {
        long count = plan.path("table_count").asLong();
        out.fact(
                13,
                "tables",
                count + " like " + text("dataset") + " of data source " + text("datasource") + ", "
                        + (plan.path("tables_at_once").asLong() == 1
                                ? "one after the other"
                                : plan.path("tables_at_once").asLong() + " side by side")
                        + (text("on_failure").equals("stop")
                                ? "; where one fails, no more begin"
                                : "; where one fails, the others go on"));
        out.fact(13, "mode", text("mode"));
        plan.path("notes").forEach(note -> out.fact(13, "note", note.asText()));
        printTakeover(out);
        printTriggers(out);
        List<JsonNode> tables = new ArrayList<>();
        plan.path("many_tables").forEach(tables::add);
        out.line("");
        Table.of("table", "rows", "columns", "window", "file").print(out, tables, PlanShown::row);
        for (JsonNode table : tables) {
            if (table.path("left_out").isTextual()) {
                out.line("  " + table.path("table").asText() + ": "
                        + table.path("left_out").asText());
            }
            if (table.has("refused")) {
                out.line("  " + table.path("table").asText() + ": refused: "
                        + table.path("refused").asText());
            }
            if (table.has("notes")) {
                out.line("  " + table.path("table").asText() + ": "
                        + table.path("guarantee").asText());
            }
        }
        List<JsonNode> wrong =
                tables.stream().filter(table -> table.has("problem")).toList();
        if (!wrong.isEmpty()) {
            out.line("");
            out.line(out.bold(wrong.size() + " of " + count + " cannot be exported"));
            wrong.forEach(table -> out.line("  " + table.path("table").asText() + ": "
                    + table.path("problem").asText()));
        }
    }

    private static List<String> row(JsonNode table) {
        if (!table.has("window")) {
            return List.of(table.path("table").asText(), "", "", "", table.has("problem") ? "not exported" : "");
        }
        return List.of(
                table.path("table").asText(),
                table.path("rows").asText(),
                Integer.toString(table.path("columns").size()),
                table.path("window").asText(),
                table.path("file").asText());
    }

    private String text(String field) {
        return plan.path(field).asText();
    }

    private void printFeed(Terminal out) {
        plan.path("facts")
                .forEach(fact -> out.fact(
                        13, fact.path("name").asText(), fact.path("words").asText()));
        out.fact(13, "last batch", text("last_batch_words"));
        printTriggers(out);
        if (!plan.path("marking_lines").isEmpty()) {
            out.line("");
            out.line(out.bold("marks of its tables, for a datasets.toml elsewhere"));
            plan.get("marking_lines").forEach(line -> out.line("  " + line.asText()));
        }
        printSql(out);
        out.line("");
        Table.of("column", "type", "").print(out, columns(), column -> cells(column, "name", "type", "role"));
    }

    private void printTakeover(Terminal out) {
        if (plan.path("takeover").isTextual()) {
            out.fact(13, "taken over", text("takeover"));
        }
    }

    private void printTriggers(Terminal out) {
        plan.path("triggers").forEach(words -> out.fact(13, "trigger", words.asText()));
    }

    private void printSql(Terminal out) {
        out.line("");
        out.line(out.bold("SQL"));
        text("sql").lines().forEach(line -> out.line("  " + line));
    }

    private List<JsonNode> columns() {
        List<JsonNode> columns = new ArrayList<>();
        plan.path("columns").forEach(columns::add);
        return columns;
    }

    private static List<String> cells(JsonNode column, String... fields) {
        return Stream.of(fields).map(field -> column.path(field).asText()).toList();
    }

    private void printExport(Terminal out) {
        out.fact(
                13,
                "data set",
                text("dataset") + ": " + text("location") + " of data source " + text("datasource") + " ("
                        + text("product") + "), " + text("kind").replace('_', ' '));
        out.fact(13, "window", text("window"));
        if (plan.path("rows_from").isTextual()) {
            out.fact(13, "limit", text("rows_from"));
        }
        if (plan.has("notes")) {
            out.fact(13, "guarantee", text("guarantee"));
            plan.get("notes").forEach(note -> out.line("             " + note.asText()));
        }
        out.fact(13, "rows", text("rows").isEmpty() ? "unknown" : text("rows"));
        out.fact(13, "reading", text("reading"));
        if (plan.path("writing").isTextual()) {
            out.fact(13, "writing", text("writing"));
        }
        for (JsonNode delivery : plan.path("deliveries")) {
            out.fact(
                    13,
                    "file",
                    delivery.path("file").asText() + (delivery.path("several").asBoolean() ? " and following" : ""));
            out.fact(13, "delivered", delivery.path("delivered").asText());
            if (delivery.path("waybill").isTextual()) {
                out.fact(13, "waybill", delivery.path("waybill").asText());
            }
        }
        printTakeover(out);
        printTriggers(out);
        printSql(out);
        int number = 0;
        for (JsonNode parameter : plan.path("parameters")) {
            number++;
            out.line("  parameter " + number + ": " + parameter.asText());
        }
        out.line("");
        printColumns(out);
        if (!plan.path("excluded").isEmpty()) {
            List<String> names = new ArrayList<>();
            plan.get("excluded").forEach(name -> names.add(name.asText()));
            out.line(String.join(", ", names) + " left out by transform");
        }
        if (plan.path("left_out").isTextual()) {
            out.line(text("left_out"));
        }
        if (plan.path("marks_not_followed").isTextual()) {
            out.line(text("marks_not_followed"));
        }
        if (plan.has("expectations")) {
            out.line("");
            out.line(out.bold("expected"));
            plan.get("expectations").forEach(words -> out.line("  " + words.asText()));
        }
    }

    private void printColumns(Terminal out) {
        String format = "in " + text("format");
        if (columns().stream().noneMatch(column -> column.has("privacy"))) {
            Table.of("column", "type", format)
                    .print(out, columns(), column -> cells(column, "name", "type", "file_type"));
            return;
        }
        Table.of("column", "type", format, "leaves").print(out, columns(), column -> {
            List<String> cells = new ArrayList<>(cells(column, "name", "type", "file_type"));
            cells.add(column.has("leaves") ? column.get("leaves").asText() : "as it is");
            return cells;
        });
    }
}
