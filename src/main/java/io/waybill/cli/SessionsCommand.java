package io.waybill.cli;

import static io.waybill.cli.Table.column;
import static io.waybill.cli.Table.number;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.server.AccessReview;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code waybill sessions}: who is logged in on the page. */
@Command(
        name = "sessions",
        description = "Lists who is logged in on the page of waybill serve, and ends their sessions.",
        subcommands = {SessionsCommand.ListAll.class, SessionsCommand.End.class})
final class SessionsCommand extends WaybillCommand {

    @Override
    public Integer call() {
        return usage();
    }

    /** {@code waybill sessions list}. */
    @Command(name = "list", description = "Lists who has sessions, and how many.")
    static final class ListAll extends WorkspaceCommand {

        private static final Table TABLE = new Table(column("id"), column("holder"), number("sessions"));

        @Option(names = "--json", description = "Print them as one JSON object.")
        private boolean json;

        @Override
        int call(Workspace workspace) {
            // a holder of several grants has one line here
            List<AccessReview.Held> holders =
                    List.copyOf(AccessReview.of(workspace.ledger().server(), Instant.now()).stream()
                            .filter(held -> held.sessions() > 0)
                            .collect(Collectors.toMap(
                                    AccessReview.Held::id,
                                    Function.identity(),
                                    (one, other) -> one,
                                    java.util.LinkedHashMap::new))
                            .values());
            if (json) {
                ObjectNode object = ResultJson.JSON.createObjectNode();
                ArrayNode sessions = object.putArray("sessions");
                holders.forEach(held -> sessions.addObject()
                        .put("id", held.id())
                        .put("name", held.holder())
                        .put("sessions", held.sessions()));
                print(object);
            } else if (holders.isEmpty()) {
                out().line("nobody is logged in on the page");
            } else {
                TABLE.print(out(), holders, held -> List.of(held.id(), held.holder(), String.valueOf(held.sessions())));
            }
            return ExitCode.DONE;
        }
    }

    /** {@code waybill sessions end}. */
    @Command(
            name = "end",
            description = {
                "Ends all sessions of somebody, from now on.",
                "Who has the token still, or whom the OpenID provider knows still, may log in again."
            })
    static final class End extends WorkspaceCommand {

        @Parameters(
                paramLabel = "ID",
                description = "The id of a token, or of a user; waybill sessions list shows them.")
        private String id;

        @Override
        int call(Workspace workspace) {
            int ended = workspace.ledger().server().sessions().endAll(id);
            if (ended == 0) {
                throw new WrongUsageException(
                        "there is no session of \"" + id + "\"; waybill sessions list shows whose there are");
            }
            out().line(ended
                    + (ended == 1 ? " session of " : " sessions of ")
                    + id
                    + (ended == 1 ? " has ended" : " have ended"));
            return ExitCode.DONE;
        }
    }
}
