package io.waybill.page;

import io.waybill.flow.Span;
import io.waybill.ledger.Tokens;
import io.waybill.ledger.Tokens.DailyLimits;
import io.waybill.ledger.Tokens.Token;
import io.waybill.server.AccessReview;
import io.waybill.server.Answer;
import io.waybill.server.Call;
import io.waybill.server.FormFields;
import io.waybill.server.Grant;
import io.waybill.server.Inside;
import io.waybill.server.Operation;
import io.waybill.server.Refused;
import io.waybill.server.Role;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Who may do what, by which token or as whose user: seen, made and ended by who may do all. */
final class AccessPages {

    private static final int MOST_NAME = 100;
    private static final int MOST_GRANTS = 4_000;

    private final Inside inside;
    private final Paper paper;

    AccessPages(Inside inside, Paper paper) {
        this.inside = inside;
        this.paper = paper;
    }

    /**
     * Who holds something.
     *
     * @param held all that they hold, at least one
     * @param token what they prove that by; null for a user of a provider
     */
    record Holder(List<AccessReview.Held> held, Token token) {

        AccessReview.Held first() {
            return held.get(0);
        }
    }

    List<Operation> operations() {
        return List.of(
                Operation.page("accessPage", "/access", Role.ADMIN, "Who may do what, for people.", call -> {
                    requireAdmin(call);
                    return page(call, 200, null, null);
                }),
                Operation.page("accessFile", "/access/csv", Role.ADMIN, "Who may do what, as a file.", this::file)
                        .answers(200, "text/csv"),
                Operation.form("createTokenForm", "/access/tokens", Role.ADMIN, "Makes a token.", this::create),
                Operation.page(
                        "revokeTokenPage",
                        "/access/tokens/{id}/revoke",
                        Role.ADMIN,
                        "Asks whether a token is to end.",
                        this::askRevoke),
                Operation.form(
                        "revokeTokenForm", "/access/tokens/{id}/revoke", Role.ADMIN, "Ends a token.", this::revoke),
                Operation.form(
                        "endSessionsForm",
                        "/access/sessions/{id}/end",
                        Role.ADMIN,
                        "Ends the sessions that somebody has.",
                        this::endSessions));
    }

    private static void requireAdmin(Call call) {
        if (!call.caller().mayEverywhere(Role.ADMIN)) {
            throw Refused.forbidden("this is for who may do all: role admin for * is needed");
        }
    }

    private List<AccessReview.Held> held() {
        return AccessReview.of(inside.records(), inside.clock().instant());
    }

    private List<Holder> holders() {
        Map<String, Token> tokens =
                inside.records().tokens().all().stream().collect(Collectors.toMap(Token::id, Function.identity()));
        return held().stream()
                .collect(Collectors.groupingBy(AccessReview.Held::id, LinkedHashMap::new, Collectors.toList()))
                .entrySet()
                .stream()
                .map(each -> new Holder(each.getValue(), tokens.get(each.getKey())))
                .toList();
    }

    private Answer page(Call call, int status, String problem, String secret) {
        Map<String, Object> shown = new HashMap<>();
        shown.put("holders", holders());
        shown.put("problem", problem);
        shown.put("secret", secret);
        shown.put("form", status == 200 ? new FormFields(Map.of()) : call.form());
        return paper.page(call, status, "access", Place.ACCESS, "Access", shown);
    }

    private Answer create(Call call) {
        requireAdmin(call);
        try {
            FormFields form = call.form();
            Tokens.Created created = inside.records()
                    .tokens(call.caller().actor())
                    .create(name(form), grants(form), expiresAt(form), limits(form));
            return page(call, 200, null, created.secret());
        } catch (IllegalArgumentException e) {
            return page(call, 422, e.getMessage(), null);
        }
    }

    private static String name(FormFields form) {
        return form.text("name")
                .filter(name -> name.length() <= MOST_NAME && name.chars().noneMatch(Character::isISOControl))
                .orElseThrow(() -> new IllegalArgumentException("Name: 1 to " + MOST_NAME + " characters are allowed"));
    }

    private static String grants(FormFields form) {
        String written = form.text("grants")
                .orElseThrow(() -> new IllegalArgumentException("Grants: at least one is needed, like view@*"));
        try {
            String grants = Grant.parse(written).stream().map(Grant::toString).collect(Collectors.joining(", "));
            if (grants.length() > MOST_GRANTS) {
                throw new IllegalArgumentException("all together have more than " + MOST_GRANTS + " characters");
            }
            return grants;
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("Grants: " + e.getMessage(), e);
        }
    }

    private static DailyLimits limits(FormFields form) {
        return new DailyLimits(
                limit(form, "max_rows", "Rows a day"),
                limit(form, "max_bytes", "Bytes a day"),
                limit(form, "max_exports", "Runs a day"));
    }

    private static Long limit(FormFields form, String name, String title) {
        return form.text(name)
                .map(text -> {
                    if (!text.matches("[1-9][0-9]{0,17}")) {
                        throw new IllegalArgumentException(
                                title + ": \"" + text
                                        + "\" is not a limit; a whole number from 1 on is allowed, without unit and separators");
                    }
                    return Long.valueOf(text);
                })
                .orElse(null);
    }

    private Instant expiresAt(FormFields form) {
        return form.text("expires")
                .map(span -> {
                    try {
                        return inside.clock()
                                .instant()
                                .atZone(ZoneOffset.UTC)
                                .plus(Span.parse(span))
                                .toInstant();
                    } catch (RuntimeException e) {
                        throw new IllegalArgumentException(
                                "Ends after: \"" + span + "\" is not a span of time; write for example 90d", e);
                    }
                })
                .orElse(null);
    }

    private Answer askRevoke(Call call) {
        requireAdmin(call);
        String id = call.variable("id");
        Holder holder = holders().stream()
                .filter(each -> each.token() != null
                        && each.token().id().equals(id)
                        && each.token().revokedAt() == null)
                .findFirst()
                .orElseThrow(() -> noToken(id));
        return paper.page(
                call,
                "revoke",
                Place.ACCESS,
                "Revoke " + holder.token().name(),
                Map.of("holder", holder, "isOwn", id.equals(call.caller().id())));
    }

    private static Refused noToken(String id) {
        return Refused.notFound("there is no token \"" + id + "\" that opens anything");
    }

    private Answer revoke(Call call) {
        requireAdmin(call);
        String id = call.variable("id");
        if (!inside.records().tokens(call.caller().actor()).revoke(id)) {
            throw noToken(id);
        }
        return Paper.goTo("/access");
    }

    private Answer endSessions(Call call) throws Exception {
        requireAdmin(call);
        inside.ask(call, "endSessions").of("id", call.variable("id")).answer();
        return Paper.goTo("/access");
    }

    private Answer file(Call call) {
        requireAdmin(call);
        return Answer.text(200, "text/csv; charset=utf-8", AccessReview.csv(held()))
                .with("Content-Disposition", "attachment; filename=\"access.csv\"");
    }
}
