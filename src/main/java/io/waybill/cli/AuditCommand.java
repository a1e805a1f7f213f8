package io.waybill.cli;

import static io.waybill.cli.Table.column;
import static io.waybill.cli.Table.number;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.ledger.Audit;
import io.waybill.ledger.AuditHead;
import io.waybill.ledger.AuditVerdict;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code waybill audit}. */
@Command(
        name = "audit",
        description =
                "Lists who changed or asked for what, the latest first; verify shows that nobody has changed the record.",
        footer = {
            "",
            "Examples:",
            "  waybill audit --flow orders_new --since 7d",
            "  waybill audit --action \"watermark set\" --json",
            "  waybill audit head                    the hash to keep elsewhere",
            "  waybill audit verify --head 3f9a…     that what was there then is there still"
        },
        subcommands = {AuditCommand.Verify.class, AuditCommand.Head.class})
final class AuditCommand extends WorkspaceCommand {

    private static final Table TABLE = new Table(
            number("number").leftOut(1),
            column("at"),
            column("by").leftOut(2),
            column("action"),
            column("subject").cutTo(12),
            column("detail").cutTo(24));

    @Option(names = "--flow", paramLabel = "ID", description = "Only what is about that flow, or about a run of it.")
    private String flow;

    @Option(names = "--subject", paramLabel = "ID", description = "Only what is about that run, or that flow itself.")
    private String subject;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description =
                    "Only what was done then or later: 2026-01-15, 2026-01-15T18:00, or so long ago: 12h, 2 days.")
    private String since;

    @Option(names = "--actor", paramLabel = "NAME", description = "Only what that user did.")
    private String actor;

    @Option(names = "--action", paramLabel = "ACTION", description = "Only such: run, redrive, \"watermark set\" …")
    private String action;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "20",
            description = "At most so many; ${DEFAULT-VALUE}.")
    private int limit;

    @Option(names = "--json", description = "Print the entries as one JSON object.")
    private boolean json;

    @Override
    int call(Workspace workspace) {
        if (limit < 1) {
            throw new WrongUsageException("--limit: " + limit + " is too small; at least 1 is allowed");
        }
        Audit.Filter filter = new Audit.Filter(flow, subject, SinceOption.parse(since), actor, action);
        List<Audit.Entry> entries = workspace.ledger().audit().latest(filter, limit);
        if (json) {
            ObjectNode object = ResultJson.JSON.createObjectNode();
            object.set("entries", ResultJson.JSON.valueToTree(entries));
            print(object);
        } else if (entries.isEmpty()) {
            out().line("no entries");
        } else {
            TABLE.print(out(), entries, AuditCommand::row);
        }
        return ExitCode.DONE;
    }

    private static List<String> row(Audit.Entry entry) {
        return List.of(
                String.valueOf(entry.number()),
                HistoryCommand.time(entry.at()),
                entry.actor(),
                entry.action(),
                entry.subject(),
                entry.detail() == null ? "" : entry.detail().lines().findFirst().orElse(""));
    }

    @Command(
            name = "verify",
            description = {
                "Walks along all entries, and names the first that was changed, removed or inserted: exit code 3 then.",
                "That the latest ones were cut off, or all written anew, only a hash shows that was kept elsewhere."
            })
    static final class Verify extends WorkspaceCommand {

        @Option(
                names = "--head",
                paramLabel = "HASH",
                description = "A hash that waybill audit head has told before: its entry is to be there still.")
        private String head;

        @Option(names = "--json", description = "Print what is found as one JSON object.")
        private boolean json;

        @Override
        int call(Workspace workspace) {
            if (head != null && !head.matches("[0-9a-fA-F]{64}")) {
                throw new WrongUsageException(
                        "--head: \"" + head + "\" is not a SHA-256, which has 64 digits of 0-9 and a-f");
            }
            Audit audit = workspace.ledger().audit();
            AuditVerdict verdict = audit.verify(head);
            if (json) {
                print(ResultJson.JSON.<ObjectNode>valueToTree(verdict));
            } else if (verdict.problem() != null) {
                error(verdict.problem());
                out().line(upTo(verdict.entries()) + (verdict.bad() == null ? " as written" : " before it as written"));
            } else {
                out().line(words(verdict, audit.chainBegun()));
            }
            return verdict.problem() == null ? ExitCode.DONE : ExitCode.DIFFERENT;
        }

        private static String upTo(long number) {
            return number == 0 ? "no entry" : number == 1 ? "entry 1" : "entries 1 to " + number;
        }

        private static String words(AuditVerdict verdict, Optional<Audit.Entry> begun) {
            if (verdict.unchained() > 0) {
                return "the entries of an earlier version, " + verdict.unchained()
                        + ", are not chained yet: the next entry does that";
            }
            return (verdict.entries() == 0 ? "no entries" : upTo(verdict.entries()) + " as written")
                    + begun.map(entry -> "; those before entry " + entry.number() + " were chained at "
                                    + HistoryCommand.time(entry.at()) + ", as they were then")
                            .orElse("")
                    + (verdict.asked() == null ? "" : "; the hash is that of entry " + verdict.asked());
        }
    }

    @Command(
            name = "head",
            description = "Prints the hash of the latest entry, to be kept elsewhere for verify --head.")
    static final class Head extends WorkspaceCommand {

        @Option(names = "--json", description = "Print its number and its hash as one JSON object.")
        private boolean json;

        @Override
        int call(Workspace workspace) {
            Optional<AuditHead> head = workspace.ledger().audit().head();
            if (head.isEmpty()) {
                error("nothing is chained yet");
                return ExitCode.FAILED;
            }
            if (json) {
                print(ResultJson.JSON.<ObjectNode>valueToTree(head.get()));
            } else {
                out().line(head.get().sha256());
            }
            return ExitCode.DONE;
        }
    }
}
