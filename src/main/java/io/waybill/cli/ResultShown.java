package io.waybill.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.waybill.facts.BatchFacts;

/**
 * What a run has come to, for people, wherever it ran.
 *
 * @param result as {@code waybill run --json} prints it
 */
record ResultShown(JsonNode result) {

    private String text(String field) {
        return result.path(field).asText();
    }

    private boolean is(String field) {
        return !result.path(field).isMissingNode() && !result.path(field).isNull();
    }

    boolean isDone() {
        return text("status").equals("done");
    }

    boolean isQuarantined() {
        return text("status").equals("quarantined");
    }

    private long bytes() {
        long bytes = 0;
        for (JsonNode file : result.path("files")) {
            bytes += file.path("bytes").asLong();
        }
        return bytes;
    }

    private String changes() {
        JsonNode changes = result.path("changes");
        return new BatchFacts(
                        changes.path("new_rows").asLong(),
                        changes.path("changed_rows").asLong(),
                        changes.path("deleted_rows").asLong(),
                        changes.path("unchanged_rows").asLong())
                .words();
    }

    /** What a run is told as that is done. */
    void print(Terminal out, boolean isFeed) {
        if (result.path("tables").size() > 0) {
            out.line(out.bold(text("flow")) + ": " + result.get("tables").size()
                    + (result.get("tables").size() == 1 ? " table, " : " tables, ")
                    + Terminal.count(result.path("rows").asLong()) + " rows in "
                    + Terminal.seconds(result.path("elapsed_ms").asLong()));
            printTables(out);
        } else if (isFeed) {
            out.line(out.bold(text("flow")) + ": batch " + text("batch_id") + " in "
                    + Terminal.seconds(result.path("elapsed_ms").asLong())
                    + (is("changes") ? ": " + changes() : ""));
        } else {
            out.line(out.bold(text("flow")) + ": "
                    + Terminal.amount(result.path("rows").asLong(), bytes()) + " in "
                    + Terminal.seconds(result.path("elapsed_ms").asLong())
                    + (is("batch_id") ? ", batch " + text("batch_id") : "")
                    + (is("changes") ? ": " + changes() : ""));
            printFiles(out);
        }
        if (is("left_out")) {
            out.line("  " + text("left_out"));
        }
        ExpectationsShown.of(result).printBroken(out);
    }

    /** The tables of a run of many: each in a line. */
    void printTables(Terminal out) {
        for (JsonNode table : result.path("tables")) {
            boolean done = table.path("status").asText().equals("done");
            JsonNode files = table.path("files");
            String where = files.isEmpty()
                    ? "nothing to deliver (skip_empty)"
                    : files.path(0).asText() + (files.size() > 1 ? " and " + (files.size() - 1) + " more" : "");
            out.line("  " + table.path("table").asText() + "  "
                    + (done
                            ? Terminal.count(table.path("rows").asLong())
                                    + (table.path("rows").asLong() == 1 ? " row  " : " rows  ")
                                    + where
                            : table.path("status").isTextual()
                                    ? table.path("status").asText() + " (run "
                                            + table.path("run_id").asText() + ")"
                                    : table.path("error").isTextual() ? "not begun" : "left"));
        }
    }

    private void printFiles(Terminal out) {
        if (result.path("files").isEmpty()) {
            out.line("  nothing to deliver (skip_empty)");
            return;
        }
        for (JsonNode file : result.path("files")) {
            out.line("  " + file.path("path").asText() + "  "
                    + Terminal.amount(
                            file.path("rows").asLong(), file.path("bytes").asLong()));
        }
        printRest(out);
    }

    /** Where the files of a run are that was kept: what has become of it, in a word. */
    void printDelivered(Terminal out, String what) {
        out.line(out.bold(text("flow")) + ": run " + text("run_id") + " is " + what + ": "
                + Terminal.amount(result.path("rows").asLong(), bytes()));
        result.path("files").forEach(file -> out.line("  " + file.path("path").asText()));
        printRest(out);
    }

    /** The waybill, and where else the files are. */
    private void printRest(Terminal out) {
        if (is("waybill")) {
            out.line("  " + text("waybill"));
        }
        for (int i = 1; i < result.path("deliveries").size(); i++) {
            JsonNode delivery = result.path("deliveries").path(i);
            out.line("  and to " + delivery.path("id").asText() + ": "
                    + delivery.path("place").asText());
        }
    }

    /** What went wrong, for people. */
    String message() {
        String kept = is("dead_letter") ? text("dead_letter") : "the server";
        boolean hasFiles = is("dead_letter") || result.path("undelivered").asBoolean();
        String id = text("run_id");
        if (isQuarantined()) {
            return "run " + id + " is quarantined, and nothing was delivered: " + text("error")
                    + (hasFiles
                            ? "\nits files are kept in " + kept + "; waybill release " + id
                                    + " --reason \"…\" publishes them, waybill discard " + id
                                    + " --reason \"…\" removes them"
                            : "");
        }
        return text("error")
                + (hasFiles ? "\nits files are kept in " + kept + "; waybill redrive " + id + " delivers them" : "");
    }
}
