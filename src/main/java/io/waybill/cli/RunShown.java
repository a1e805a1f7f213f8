package io.waybill.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** What {@code waybill show} shows of a run, wherever it was asked for. */
record RunShown(JsonNode run) {

    /** @param here whether its files are where the question was asked */
    void print(Terminal out, boolean here) {
        String id = text("run_id");
        out.fact(11, "run", id + " of flow " + text("flow"));
        if (run.has("pause")) {
            JsonNode pause = run.get("pause");
            out.fact(
                    11,
                    "paused",
                    "the flow is, since " + HistoryCommand.time(pause.path("since"))
                            + (pause.has("actor") ? ", by " + pause.get("actor").asText() : "") + " (waybill resume "
                            + text("flow") + ")");
        }
        out.fact(11, "status", HistoryCommand.status(run) + (is("ended_at") ? "" : ", in stage " + text("stage")));
        if (is("error")) {
            out.fact(11, "error", text("error"));
        }
        out.fact(
                11,
                "started",
                HistoryCommand.time(run.path("started_at"))
                        + (run.has("pid") ? ", by " + HistoryCommand.owner(run) : ""));
        if (is("ended_at")) {
            out.fact(11, "ended", HistoryCommand.time(run.path("ended_at")) + ", after " + HistoryCommand.took(run));
        }
        if (run.has("mode")) {
            printPlanned(out);
        }
        if (is("dead_letter") || run.path("undelivered").asBoolean()) {
            out.fact(11, "kept in", (is("dead_letter") ? text("dead_letter") : "the server") + kept(id, here));
        }
        run.path("changes").forEach(change -> printChange(out, change));
        for (JsonNode column : run.path("treatments")) {
            out.fact(
                    11,
                    "column",
                    column.path("column").asText() + ": "
                            + column.path("privacy").asText()
                            + (column.path("key").isTextual()
                                    ? ", with key " + column.path("key").asText()
                                    : ""));
        }
        out.fact(11, "rows", Terminal.count(run.path("rows").asLong()));
        if (run.has("ranges")) {
            out.fact(11, "ranges", ranges(run.get("ranges")));
        }
        if (is("parent")) {
            out.fact(11, "one of", "the tables of run " + text("parent"));
        }
        if (is("tables_words")) {
            out.fact(11, "tables", text("tables_words"));
            for (JsonNode table : run.path("table_runs")) {
                out.fact(
                        11,
                        "run",
                        table.path("run_id").asText() + "  "
                                + table.path("flow").asText() + "  "
                                + table.path("status").asText() + ", "
                                + Terminal.count(table.path("rows").asLong()) + " rows"
                                + (table.path("error").isTextual()
                                        ? ": " + table.path("error").asText()
                                        : ""));
            }
        } else {
            printFiles(out);
        }
        ExpectationsShown.of(run).print(out);
    }

    private static String ranges(JsonNode ranges) {
        List<String> readers = new ArrayList<>();
        ranges.path("readers")
                .forEach(reader -> readers.add("process " + reader.path("pid").asText() + " on "
                        + reader.path("host").asText() + " "
                        + reader.path("ranges").asInt() + " ("
                        + Terminal.count(reader.path("rows").asLong()) + " rows)"));
        int again = ranges.path("leased_again").asInt();
        return ranges.path("read").asInt() + " of " + ranges.path("count").asInt() + " read"
                + (readers.isEmpty() ? "" : ": " + String.join(", ", readers))
                + (again == 0 ? "" : "; " + again + " read again, since a process has ended");
    }

    private String text(String field) {
        return run.path(field).asText();
    }

    private boolean is(String field) {
        return run.path(field).isTextual();
    }

    private void printPlanned(Terminal out) {
        out.fact(
                11,
                "data set",
                text("dataset") + ", mode " + text("mode")
                        + (run.path("batch_id").isNull() ? "" : ", batch " + text("batch_id")));
        out.fact(
                11,
                "window",
                text("window")
                        + (run.has("first_day") ? "; of these, rows from " + text("first_day") + " on" : "")
                        + (run.has("first_day_by") ? ", by the " + text("first_day_by") : ""));
        if (!run.has("deliveries")) {
            if (is("root")) {
                out.fact(11, label(text("root")), text("root"));
            }
            return;
        }
        for (JsonNode delivery : run.get("deliveries")) {
            String place = delivery.path("place").asText();
            out.fact(
                    11,
                    label(place),
                    place + ": " + delivery.path("id").asText() + ", "
                            + delivery.path("status").asText().toLowerCase(java.util.Locale.ROOT)
                            + (delivery.path("error").isTextual()
                                    ? ": " + delivery.path("error").asText()
                                    : ""));
        }
    }

    private static String label(String place) {
        return place.startsWith("/") ? "folder" : "place ";
    }

    /** What may become of its files. */
    private String kept(String id, boolean here) {
        return switch (text("status")) {
            case "quarantined" ->
                (here ? "" : " on " + text("host")) + " (waybill release " + id + " or waybill discard " + id
                        + ", with --reason)";
            case "discarded" -> " (waybill discard " + id + " removes the rest)";
            default -> " (waybill redrive " + id + ")";
        };
    }

    private static void printChange(Terminal out, JsonNode change) {
        String action = change.path("action").asText();
        String before = switch (action) {
            case "run" -> ", with ";
            case "redrive" -> ", after: ";
            default -> ": ";
        };
        out.fact(
                11,
                action.equals("run") ? "asked for" : action,
                HistoryCommand.time(change.path("at")) + ", by "
                        + change.path("actor").asText()
                        + (change.path("detail").isTextual()
                                ? before + change.path("detail").asText()
                                : ""));
    }

    private void printFiles(Terminal out) {
        if (run.path("files").isEmpty()) {
            return;
        }
        out.line("");
        List<JsonNode> files = new ArrayList<>();
        run.get("files").forEach(files::add);
        Table.of("file", "rows", "size", "SHA-256")
                .print(
                        out,
                        files,
                        file -> List.of(
                                file.path("name").asText(),
                                Terminal.count(file.path("rows").asLong()),
                                Terminal.size(file.path("bytes").asLong()),
                                file.path("sha256").asText()));
    }

    /** The files of a run in one cell of a table. */
    static String files(JsonNode files) {
        return files.isEmpty()
                ? "-"
                : files.path(0).path("name").asText()
                        + (files.size() > 1 ? " and " + (files.size() - 1) + " more" : "");
    }
}
