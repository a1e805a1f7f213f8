package io.waybill.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.ledger.Tokens;
import io.waybill.ledger.Tokens.DailyLimits;
import io.waybill.ledger.Tokens.Token;
import io.waybill.server.AccessReview;
import io.waybill.server.Grant;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code waybill token}: who may come by the server. */
@Command(
        name = "token",
        description = "Makes, lists and revokes the tokens that open the server of waybill serve.",
        subcommands = {TokenCommand.Create.class, TokenCommand.ListAll.class, TokenCommand.Revoke.class})
final class TokenCommand extends WaybillCommand {

    private static final int MOST_NAME = 100;
    private static final int MOST_GRANTS = 4_000;

    @Override
    public Integer call() {
        return usage();
    }

    /** What a token says of itself. */
    static ObjectNode toJson(Token token, Instant now) {
        return ResultJson.JSON
                .createObjectNode()
                .put("id", token.id())
                .put("name", token.name())
                .put("grants", token.grants())
                .put("state", state(token, now))
                .put("created_at", token.createdAt().toString())
                .put("created_by", token.createdBy())
                .put("expires_at", text(token.expiresAt()))
                .put("revoked_at", text(token.revokedAt()))
                .put("last_used_at", text(token.lastUsedAt()));
    }

    private static String text(Instant time) {
        return time == null ? null : time.toString();
    }

    static String state(Token token, Instant now) {
        return AccessReview.state(token, now);
    }

    /** {@code waybill token create}. */
    @Command(
            name = "create",
            description = "Makes a token, and shows it: once, since it is not kept.",
            footer = {
                "",
                "Roles: view, create (also changes and runs flows), download (also fetches files), admin.",
                "",
                "Examples:",
                "  waybill token create nightly --grant create@namespace:sales --expires 90d",
                "  waybill token create bi --grant view@* --grant download@flow:orders_*"
            })
    static final class Create extends WorkspaceCommand {

        @Parameters(paramLabel = "NAME", description = "Who or what has it.")
        private String name;

        @Option(
                names = "--grant",
                paramLabel = "ROLE@WHAT",
                required = true,
                description =
                        "What it allows: a role, and *, namespace:NAME, flow:NAME or dataset:NAME; after it pii, max-rows=NUMBER, rows-a-day, bytes-a-day, exports-a-day=NUMBER.")
        private List<String> grants;

        @Option(
                names = "--expires",
                paramLabel = "TIME",
                description = "When it ends: 2027-01-15, or after so long: 90d; never without it.")
        private String expires;

        @Option(names = "--max-rows", paramLabel = "N", description = "Rows that it exports in 24 hours, at most.")
        private Long rows;

        @Option(names = "--max-bytes", paramLabel = "N", description = "Bytes of files in 24 hours, at most.")
        private Long bytes;

        @Option(names = "--max-exports", paramLabel = "N", description = "Runs in 24 hours, at most.")
        private Long exports;

        @Option(names = "--json", description = "Print it as one JSON object.")
        private boolean json;

        @Override
        int call(Workspace workspace) {
            if (name.isBlank() || name.length() > MOST_NAME || name.chars().anyMatch(Character::isISOControl)) {
                throw new WrongUsageException("NAME: 1 to " + MOST_NAME + " characters are allowed");
            }
            Tokens.Created created = workspace
                    .ledger()
                    .server()
                    .tokens()
                    .create(
                            name,
                            grants(),
                            expiresAt(),
                            new DailyLimits(
                                    limit("--max-rows", rows),
                                    limit("--max-bytes", bytes),
                                    limit("--max-exports", exports)));
            if (json) {
                print(toJson(created.token(), Instant.now()).put("token", created.secret()));
            } else {
                out().line(created.secret());
                aside("token " + created.token().id() + " for " + name + "; it is not shown again");
            }
            return ExitCode.DONE;
        }

        /** Beside the output, which a script takes for the token. */
        private void aside(String message) {
            Terminal.err(spec().commandLine().getErr()).line(message);
        }

        private String grants() {
            String all = grants.stream()
                    .flatMap(text -> parse(text).stream())
                    .distinct()
                    .map(Grant::toString)
                    .collect(Collectors.joining(", "));
            if (all.length() > MOST_GRANTS) {
                throw new WrongUsageException("--grant: all together have more than " + MOST_GRANTS + " characters");
            }
            return all;
        }

        private static List<Grant> parse(String text) {
            try {
                return Grant.parse(text);
            } catch (IllegalArgumentException e) {
                throw new WrongUsageException("--grant: " + e.getMessage());
            }
        }

        private static Long limit(String option, Long value) {
            if (value != null && value < 1) {
                throw new WrongUsageException(option + ": " + value + " is too small; at least 1 is allowed");
            }
            return value;
        }

        private Instant expiresAt() {
            if (expires == null) {
                return null;
            }
            try {
                Instant time = expires.matches("\\d{4}-.*")
                        ? LocalDate.parse(expires).atStartOfDay(ZoneOffset.UTC).toInstant()
                        : ZonedDateTime.now(ZoneOffset.UTC)
                                .plus(io.waybill.flow.Span.parse(expires))
                                .toInstant();
                if (time.isAfter(Instant.now())) {
                    return time;
                }
                throw new WrongUsageException("--expires: " + expires + " is over");
            } catch (DateTimeException | IllegalArgumentException e) {
                throw new WrongUsageException(
                        "--expires: \"" + expires + "\" is not a time; write for example 2027-01-15 or 90d");
            }
        }
    }

    /** {@code waybill token list}. */
    @Command(name = "list", description = "Lists the tokens, those that have ended too.")
    static final class ListAll extends WorkspaceCommand {

        private static final Table TABLE = Table.of("token", "name", "grants", "state", "expires", "last used");

        @Option(names = "--json", description = "Print them as one JSON object.")
        private boolean json;

        @Override
        int call(Workspace workspace) {
            List<Token> tokens = workspace.ledger().server().tokens().all();
            Instant now = Instant.now();
            if (json) {
                ObjectNode object = ResultJson.JSON.createObjectNode();
                tokens.forEach(token -> object.withArray("tokens").add(toJson(token, now)));
                if (tokens.isEmpty()) {
                    object.putArray("tokens");
                }
                print(object);
            } else if (tokens.isEmpty()) {
                out().line("no tokens: who is at this machine needs none");
            } else {
                TABLE.print(
                        out(),
                        tokens,
                        token -> List.of(
                                token.id(),
                                token.name(),
                                token.grants(),
                                state(token, now),
                                token.expiresAt() == null ? "never" : HistoryCommand.time(token.expiresAt()),
                                token.lastUsedAt() == null ? "never" : HistoryCommand.time(token.lastUsedAt())));
            }
            return ExitCode.DONE;
        }
    }

    /** {@code waybill token revoke}. */
    @Command(name = "revoke", description = "Has a token open nothing any more, from now on.")
    static final class Revoke extends WorkspaceCommand {

        @Parameters(paramLabel = "TOKEN", description = "The token's id; waybill token list shows them.")
        private String id;

        @Override
        int call(Workspace workspace) {
            if (!workspace.ledger().server().tokens().revoke(id)) {
                throw new WrongUsageException(
                        "there is no token \"" + id + "\" that opens anything; waybill token list shows them");
            }
            out().line("token " + id + " opens nothing any more");
            return ExitCode.DONE;
        }
    }
}
