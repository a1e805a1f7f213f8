package io.waybill.page;

import io.waybill.ledger.Audit;
import io.waybill.ledger.AuditVerdict;
import io.waybill.route.step.LogicalTime;
import io.waybill.server.Answer;
import io.waybill.server.Call;
import io.waybill.server.Inside;
import io.waybill.server.Operation;
import io.waybill.server.Refused;
import io.waybill.server.Role;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Who did what, and whether the record is as it was written. */
final class AuditPage {

    private static final int MOST = 100;
    private static final List<String> FILTERS = List.of("flow", "subject", "actor", "action", "since");

    private final Inside inside;
    private final Paper paper;

    AuditPage(Inside inside, Paper paper) {
        this.inside = inside;
        this.paper = paper;
    }

    List<Operation> operations() {
        return List.of(Operation.page("auditPage", "/audit", Role.ADMIN, "Who did what, for people.", this::show)
                .query("flow", "about that flow, or a run of it")
                .query("subject", "about that flow itself, or that run")
                .query("actor", "by them")
                .query("action", "such alone")
                .query("since", "of then or later")
                .query("before", "older than the one of that number")
                .query("verify", "true to walk along the chain of all entries"));
    }

    private Answer show(Call call) {
        if (!call.caller().mayEverywhere(Role.ADMIN)) {
            throw Refused.forbidden("this is for who may do all: role admin for * is needed");
        }
        Map<String, String> filters = new HashMap<>();
        FILTERS.forEach(name -> call.parameter(name)
                .map(String::strip)
                .filter(value -> !value.isEmpty())
                .ifPresent(value -> filters.put(name, value)));
        Map<String, Object> shown = new HashMap<>();
        String problem = null;
        List<Audit.Entry> entries = List.of();
        String older = null;
        long before = before(call);
        try {
            entries = inside.ledger()
                    .audit()
                    .latest(
                            new Audit.Filter(
                                    filters.get("flow"),
                                    filters.get("subject"),
                                    since(filters.get("since")),
                                    filters.get("actor"),
                                    filters.get("action")),
                            before,
                            MOST + 1);
            if (entries.size() > MOST) {
                entries = entries.subList(0, MOST);
                older = older(filters, entries.get(MOST - 1).number());
            }
        } catch (IllegalArgumentException e) {
            problem = "Since: " + e.getMessage();
        }
        AuditVerdict verdict = call.flag("verify") ? inside.ledger().audit().verify(null) : null;
        shown.put("entries", entries);
        shown.put("older", older);
        shown.put("isFirst", before == Long.MAX_VALUE);
        shown.put("filters", filters);
        shown.put("problem", problem);
        shown.put("verdict", verdict);
        shown.put("head", inside.ledger().audit().head().orElse(null));
        return paper.page(call, problem == null ? 200 : 400, "audit", Place.AUDIT, "Audit", shown);
    }

    private static long before(Call call) {
        return call.parameter("before")
                .map(text -> {
                    if (!text.matches("[1-9]\\d{0,17}")) {
                        throw Refused.badRequest("before: \"" + text + "\" is not the number of an entry");
                    }
                    return Long.valueOf(text);
                })
                .orElse(Long.MAX_VALUE);
    }

    private static String older(Map<String, String> filters, long before) {
        return "/audit?"
                + filters.entrySet().stream()
                        .map(filter -> filter.getKey() + "=" + Words.inPath(filter.getValue()) + "&")
                        .collect(Collectors.joining())
                + "before=" + before;
    }

    private Instant since(String text) {
        return text == null ? null : LogicalTime.since(text, inside.clock().instant());
    }
}
