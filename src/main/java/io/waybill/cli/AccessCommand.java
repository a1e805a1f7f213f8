package io.waybill.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.ledger.Tokens.Token;
import io.waybill.server.Grant;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code waybill access}: who holds what, for those who have to look through it from time to time. */
@Command(
        name = "access",
        description =
                "Lists who may do what by the server: each role and what it is for, by which token, last used when.")
final class AccessCommand extends WorkspaceCommand {

    private static final int DAYS = 90;

    private static final Table TABLE = Table.of("holder", "role", "for", "token", "state", "last used", "unused");

    @Option(names = "--csv", description = "Print a CSV file.")
    private boolean csv;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    /** A role that somebody holds. */
    private record Held(Token token, Grant grant, Instant now) {

        /** Whether it opens something, and nobody has come with it for long. */
        boolean isUnused() {
            Instant used = token.lastUsedAt() == null ? token.createdAt() : token.lastUsedAt();
            return token.holds(now) && used.isBefore(now.minus(Duration.ofDays(DAYS)));
        }

        List<String> cells() {
            String text = grant.toString();
            return List.of(
                    token.name(),
                    text.substring(0, text.indexOf('@')),
                    text.substring(text.indexOf('@') + 1),
                    token.id(),
                    TokenCommand.state(token, now),
                    token.lastUsedAt() == null ? "never" : HistoryCommand.time(token.lastUsedAt()),
                    isUnused() ? DAYS + " days" : "");
        }
    }

    @Override
    int call(Workspace workspace) {
        Instant now = Instant.now();
        List<Held> held = workspace.ledger().server().tokens().all().stream()
                .flatMap(token -> Grant.parse(token.grants()).stream().map(grant -> new Held(token, grant, now)))
                .toList();
        if (json) {
            ObjectNode object = ResultJson.JSON.createObjectNode();
            var array = object.putArray("access");
            held.forEach(each -> array.add(TokenCommand.toJson(each.token(), now)
                    .put("grant", each.grant().toString())
                    .put("unused_for_90_days", each.isUnused())));
            print(object);
        } else if (csv) {
            out().line("holder,role,for,token,state,last_used,unused");
            held.forEach(each -> out().line(String.join(
                    ",", each.cells().stream().map(AccessCommand::cell).toList())));
        } else if (held.isEmpty()) {
            out().line("no tokens: who is at this machine may do all, and nobody else anything");
        } else {
            TABLE.print(out(), held, Held::cells);
        }
        return ExitCode.DONE;
    }

    /** RFC 4180; and no spreadsheet takes a name for a formula. */
    private static String cell(String text) {
        String safe = Stream.of("=", "+", "-", "@").anyMatch(text::startsWith) ? "'" + text : text;
        return safe.matches("[^,\"\\r\\n]*") ? safe : "\"" + safe.replace("\"", "\"\"") + "\"";
    }
}
