package io.waybill.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.flow.FileFormat;
import io.waybill.flow.Flow;
import io.waybill.route.step.Preview;
import io.waybill.run.Planner;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code waybill preview}. */
@Command(
        name = "preview",
        description = "Shows the first rows of an export as they would leave: its mode, its filters, what becomes of"
                + " columns; runs nothing, and moves no watermark.",
        footer = {
            "",
            "At a terminal they are a table; elsewhere the text of the export's file where that is text, which --format",
            "asks for everywhere.",
            "",
            "Examples:",
            "  waybill preview orders_full",
            "  waybill preview orders_full --rows 100 --format csv > sample.csv"
        })
final class PreviewCommand extends ServedCommand {

    @Parameters(paramLabel = "ID", description = "The flow's id; waybill list shows them.")
    private String id;

    @Option(
            names = "--table",
            paramLabel = "TABLE",
            description = "Of a flow of many tables, the one to look at, with its schema.")
    private String table;

    @Option(
            names = "--rows",
            paramLabel = "N",
            defaultValue = "" + Preview.USUAL_ROWS,
            description = "So many rows at most; ${DEFAULT-VALUE}, up to " + Preview.MOST_ROWS + ".")
    private int rows;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            completionCandidates = Texts.class,
            description = "Print them as a file of csv, tsv, json or jsonl would begin; with the flow's options where"
                    + " it is the flow's own format.")
    private String format;

    @Option(names = "--json", description = "Print the rows, with their columns, as one JSON object.")
    private boolean json;

    /** Formats of text, for shells. */
    static final class Texts implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return List.of("csv", "tsv", "json", "jsonl").iterator();
        }
    }

    @Override
    int call(Workspace workspace) throws Exception {
        check();
        FileFormat text = null;
        try {
            text = format == null ? null : Preview.textFormat(workspace.context(), format);
        } catch (IllegalArgumentException e) {
            throw new WrongUsageException("--format: " + e.getMessage());
        }
        Flow flow = workspace.flow(id);
        workspace.context().start();
        return show(Preview.plan(
                        workspace.context(),
                        flow,
                        workspace.dataSet(flow),
                        Planner.Request.look("preview", Instant.now().atZone(flow.timezone())),
                        rows,
                        text,
                        table)
                .read("", reading -> {}));
    }

    @Override
    int call(ServerClient there) {
        check();
        return show(there.get("/v2/flows/" + ServerClient.segment(id) + "/preview?rows=" + rows
                + (format == null ? "" : "&format=" + ServerClient.segment(format))
                + (table == null ? "" : "&table=" + ServerClient.segment(table))));
    }

    private void check() {
        if (rows < 1 || rows > Preview.MOST_ROWS) {
            throw new WrongUsageException("--rows: " + rows + " is not between 1 and " + Preview.MOST_ROWS);
        }
        if (json && format != null) {
            throw new WrongUsageException("--format: does not go with --json, whose rows have a form of their own");
        }
    }

    private int show(ObjectNode preview) {
        if (json) {
            preview.remove("text");
            print(preview);
        } else if (preview.path("text").isTextual() && (format != null || !Terminal.isRead())) {
            preview.path("text").asText().lines().forEach(out()::line);
        } else {
            new PreviewShown(preview).print(out());
        }
        return ExitCode.DONE;
    }
}
