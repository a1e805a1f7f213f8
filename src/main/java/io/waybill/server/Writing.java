package io.waybill.server;

import io.waybill.flow.EncryptionKeys;
import io.waybill.flow.Engine;
import io.waybill.flow.ExpectKeys;
import io.waybill.flow.Export;
import io.waybill.flow.ExportKeys;
import io.waybill.flow.Feed;
import io.waybill.flow.Flow;
import io.waybill.flow.PathTemplate;
import io.waybill.flow.toml.TomlText;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What somebody may write into a flow, and begin by it, who is no administrator of all. A flow runs in the server, with all that the server
 * may: what it names has to be within the rights of who names it.
 */
record Writing(Desk desk) {

    private static final Pattern BRACES = Pattern.compile("\\{\\{");

    /** What Camel makes braces of when it leaves a placeholder for later. */
    private static final Pattern UNRESOLVED = Pattern.compile("@@\\[|]@@");

    private static final Pattern VARIABLE =
            Pattern.compile("\\{\\{\\s*(?:" + String.join("|", PathTemplate.VARIABLES) + ")\\s*}}");

    private static final String ADMIN = "role admin@* is needed to write ";

    /**
     * Reads a flow that a caller has written. Placeholders are resolved for administrators alone: for others they stay as they are written,
     * and {@link #check} refuses them.
     *
     * @throws Refused where it is wrong
     */
    Flow read(Caller caller, String name, String text) {
        if (!caller.maySomewhere(Role.CREATE)) {
            throw Refused.forbidden("role create is needed to write flows");
        }
        return caller.mayEverywhere(Role.ADMIN)
                ? desk.files().parse(name, text)
                : desk.files().parse(name, text, UnaryOperator.identity());
    }

    /** A placeholder is a setting of the server, or of its environment: a secret, maybe. */
    private static void refusePlaceholders(String file, String text) {
        List<String> texts;
        try {
            texts = TomlText.of(text).texts();
        } catch (IllegalArgumentException e) {
            return; // it is no flow, as reading it says better
        }
        List<String> problems = new ArrayList<>();
        for (String each : texts) {
            if (UNRESOLVED.matcher(each).find()) {
                problems.add(file + ": @@[ and ]@@ are Camel's for a property placeholder; " + ADMIN + "one");
            }
            Matcher variable = VARIABLE.matcher(each);
            Matcher braces = BRACES.matcher(each);
            int at = 0;
            while (braces.find(at)) {
                if (!variable.find(braces.start()) || variable.start() != braces.start()) {
                    int end = each.indexOf("}}", braces.start());
                    problems.add(file + ": " + each.substring(braces.start(), end < 0 ? each.length() : end + 2)
                            + " is a property placeholder; " + ADMIN + "one");
                    break;
                }
                at = variable.end();
            }
        }
        if (!problems.isEmpty()) {
            throw Refused.wrong(problems.stream().distinct().toList());
        }
    }

    /**
     * Looks at a flow that a caller has written.
     *
     * @param text what they have written
     * @throws Refused where it goes beyond what they may
     */
    void check(Caller caller, Flow flow, String text) {
        if (caller.mayEverywhere(Role.ADMIN)) {
            return;
        }
        refusePlaceholders(flow.place().file(), text);
        List<String> problems = new ArrayList<>();
        if (!flow.notifications().isEmpty()) {
            problems.add("notifications: " + ADMIN + "them");
        }
        // no default: what a new type's writer may do has to be said
        problems.addAll(
                switch (flow.type()) {
                    case EXPORT_FLOW -> ofExport(flow.export());
                    // a feed names its data set, and flows: both are looked at below
                    case CHANGE_FEED, DELTA_PUBLISHING -> List.<String>of();
                });
        if (!problems.isEmpty()) {
            String file = flow.place().file();
            throw Refused.wrong(
                    problems.stream().map(problem -> file + ": " + problem).toList());
        }
        requireThen(caller, flow);
        new DateRights(desk).requireWritten(caller, flow);
        new SourceRights(desk).require(caller, flow);
        if (flow.export() != null) {
            List<String> taken = new Neighbours(desk).problems(caller, flow);
            if (!taken.isEmpty()) {
                throw Refused.wrong(taken.stream()
                        .map(problem -> flow.place().file() + ": " + problem)
                        .toList());
            }
        }
    }

    private List<String> ofExport(Export export) {
        List<String> problems = new ArrayList<>(new Places(desk).problems(export));
        if (!export.format().isNamed()) {
            problems.add("exporter_config.data_format: " + ADMIN + "code of the server's");
        }
        if (export.get(ExportKeys.DEAD_LETTER) != null) {
            problems.add("dead_letter: " + ADMIN + "one");
        }
        if (export.expectations().stream().anyMatch(expected -> expected.get(ExpectKeys.SQL) != null)) {
            problems.add("expect.sql: " + ADMIN + "SQL");
        }
        if (!export.get(EncryptionKeys.RECIPIENTS).isEmpty()) {
            problems.add("encryption.recipients: " + ADMIN + "files of the server");
        }
        if (export.get(EncryptionKeys.SIGN_WITH) != null) {
            problems.add("encryption.sign_with: " + ADMIN + "a file of the server");
        }
        if (export.engine() == Engine.PUSHDOWN
                && export.deliveries().stream()
                        .anyMatch(delivery -> delivery.kind().takesFromDatabases())) {
            problems.add(
                    "engine: " + ADMIN + "\"pushdown\" into a bucket, which the database reaches by rights of its own");
        }
        if (export.get(ExportKeys.PUSHDOWN_ACCESS) != null) {
            problems.add("pushdown_access: " + ADMIN + "what lets a database into a bucket");
        }
        return problems;
    }

    /**
     * Looks at the flows that run after a flow, and after those: who has it run has them run too.
     *
     * @throws Refused where the caller may not run one of them; one that they may not see is as if there were none
     */
    void requireThen(Caller caller, Flow flow) {
        requireThen(caller, flow, new LinkedHashSet<>(Set.of(flow.id())));
    }

    private void requireThen(Caller caller, Flow flow, Set<String> seen) {
        Feed feed = flow.feed();
        for (String id : feed == null ? List.<String>of() : feed.then()) {
            if (!seen.add(id)) {
                continue;
            }
            String named = "then: flow \"" + id + "\"";
            Flow next = desk.files()
                    .find(id)
                    .filter(found -> caller.may(Role.VIEW, Target.of(found)))
                    .orElseThrow(() -> Refused.wrong(List.of("then: there is no flow \"" + id + "\"")));
            if (!caller.may(Role.CREATE, Target.of(next))) {
                throw Refused.forbidden(named + ": role create is needed");
            }
            caller.requirePii(Role.CREATE, next);
            new DateRights(desk).requireBegun(caller, next);
            requireThen(caller, next, seen);
        }
    }

    /**
     * Looks at a flow that a caller has run now.
     *
     * @throws Refused where what would run goes beyond what they may
     */
    void checkRun(Caller caller, Flow flow) {
        new Places(desk).refuseLinks(flow);
        caller.requirePii(Role.CREATE, flow);
        new DateRights(desk).requireAsked(caller, flow);
        if (!caller.mayEverywhere(Role.ADMIN)) {
            requireThen(caller, flow);
        }
    }

    /**
     * Looks at what runs a flow would have. Who gives it an id, or another namespace, has what runs there are of that id by it: also those of
     * a flow that was removed, and was somebody else's.
     *
     * @param before the flow as it was; null for none
     * @throws Refused where there are runs, and the caller may not have what is left of the flow
     */
    void requireItsRuns(Caller caller, Flow flow, Flow before) {
        boolean stays = before != null && before.namespace().equals(flow.namespace());
        if (stays || caller.may(Role.CREATE, Target.gone(flow.id()))) {
            return;
        }
        if (desk.records().history().flows(true).contains(flow.id())) {
            throw Refused.forbidden("flow \"" + flow.id() + "\" has runs" + (before == null ? " of before" : "")
                    + ": role create is needed for flow:" + flow.id() + " itself, or everywhere"
                    + (before == null ? "; choose another id" : ", to move it to another namespace"));
        }
    }
}
