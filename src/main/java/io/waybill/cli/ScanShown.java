package io.waybill.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.run.ColumnScan;
import io.waybill.run.ColumnScan.Proposal;
import java.util.List;

/** What {@code waybill plan --scan} shows: no values. */
record ScanShown(String dataSet, List<Proposal> proposals) {

    void print(Terminal out) {
        out.line("");
        out.line(out.bold("looks like data of persons, by the first " + Terminal.count(ColumnScan.ROWS) + " rows"));
        if (proposals.isEmpty()) {
            out.line("  nothing that is not marked or looked at already; that proves nothing");
            return;
        }
        Table.of("  column", "why")
                .print(out, proposals, proposal -> List.of("  " + proposal.column(), proposal.why()));
        out.line("");
        out.line("Nothing is marked by that. What is right of it goes into columns of [[dataset]] id = \"" + dataSet
                + "\" in datasets.toml; what is not, with pii = false:");
        proposals.forEach(proposal -> out.line("  " + proposal.line() + ","));
    }

    ObjectNode putInto(ObjectNode json) {
        json.set("scan", ResultJson.JSON.valueToTree(proposals));
        return json;
    }
}
