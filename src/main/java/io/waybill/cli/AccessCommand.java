package io.waybill.cli;

import io.waybill.server.AccessReview;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code waybill access}: who holds what, for those who have to look through it from time to time. */
@Command(
        name = "access",
        description =
                "Lists who may do what by the server: each role and what it is for, by which token, last used when.")
final class AccessCommand extends WorkspaceCommand {

    private static final Table TABLE =
            Table.of("holder", "role", "for", "token", "state", "last used", "unused", "dates", "sessions");

    @Option(names = "--csv", description = "Print a CSV file.")
    private boolean csv;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Override
    int call(Workspace workspace) {
        if (csv && json) {
            throw new WrongUsageException("--csv and --json do not go together");
        }
        List<AccessReview.Held> held = AccessReview.of(workspace.ledger().server(), Instant.now());
        if (json) {
            print(AccessReview.json(held));
        } else if (csv) {
            AccessReview.csv(held).lines().forEach(out()::line);
        } else if (held.isEmpty()) {
            out().line("no tokens: who is at this machine may do all, and nobody else anything");
        } else {
            TABLE.print(out(), held, AccessCommand::shown);
        }
        return ExitCode.DONE;
    }

    private static List<String> shown(AccessReview.Held held) {
        List<String> cells = new ArrayList<>(held.cells());
        if (held.lastUsedAt() != null) {
            cells.set(AccessReview.COLUMNS.indexOf("last_used"), HistoryCommand.time(held.lastUsedAt()));
        }
        return cells;
    }
}
