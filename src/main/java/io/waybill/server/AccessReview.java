package io.waybill.server;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.facts.FactsJson;
import io.waybill.flow.DateLimit;
import io.waybill.ledger.ServerRecords;
import io.waybill.ledger.Subjects.Subject;
import io.waybill.ledger.Tokens.Token;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Who may do what, and when they came last: for those who have to look through it from time to time. */
public final class AccessReview {

    /** After so many days of not being used something is told. */
    public static final int DAYS = 90;

    /** What the columns are called. */
    public static final List<String> COLUMNS =
            List.of("holder", "role", "for", "token", "state", "last_used", "unused", "dates", "sessions");

    private AccessReview() {}

    /**
     * A role that somebody holds.
     *
     * @param holder who that is
     * @param grant the role, and what it is for; of a user of a provider, as their groups allowed when they came last
     * @param id the token's, or what the ledger calls a user
     * @param state {@code open}, {@code expired}, {@code revoked}; of a user, {@code user}
     * @param lastUsedAt null for never
     * @param isUnused whether it opens something, and nobody has come with it for long
     * @param dates of which days the rows may be that leave by the role
     * @param sessions how many of the page are open by it, or by that user
     */
    public record Held(
            String holder,
            String grant,
            String id,
            String state,
            Instant lastUsedAt,
            boolean isUnused,
            DateLimit dates,
            int sessions) {

        /** As a table shows it, in the order of the columns. */
        public List<String> cells() {
            return List.of(
                    holder,
                    grant.substring(0, grant.indexOf('@')),
                    grant.substring(grant.indexOf('@') + 1),
                    id,
                    state,
                    lastUsedAt == null ? "never" : lastUsedAt.toString(),
                    isUnused ? DAYS + " days" : "",
                    dates.words(),
                    sessions == 0 ? "" : Integer.toString(sessions));
        }
    }

    /** All, those whose token opens nothing any more among them. */
    public static List<Held> of(ServerRecords records, Instant now) {
        List<Held> all = new ArrayList<>();
        Map<String, Integer> sessions = records.sessions().open();
        for (Token token : records.tokens().all()) {
            Instant used = token.lastUsedAt() == null ? token.createdAt() : token.lastUsedAt();
            for (Grant grant : Grant.parse(token.grants())) {
                all.add(new Held(
                        token.name(),
                        grant.toString(),
                        token.id(),
                        state(token, now),
                        token.lastUsedAt(),
                        token.holds(now) && isLong(used, now),
                        grant.dates(),
                        token.holds(now) ? sessions.getOrDefault(token.id(), 0) : 0));
            }
        }
        for (Subject user : records.subjects().all()) {
            for (Grant grant : Grant.parse(user.grants())) {
                all.add(new Held(
                        user.name(),
                        grant.toString(),
                        user.id(),
                        "user",
                        user.lastUsedAt(),
                        isLong(user.lastUsedAt(), now),
                        grant.dates(),
                        sessions.getOrDefault(user.id(), 0)));
            }
        }
        return all;
    }

    private static boolean isLong(Instant used, Instant now) {
        return used.isBefore(now.minus(Duration.ofDays(DAYS)));
    }

    /** What can be said of a token in a word. */
    public static String state(Token token, Instant now) {
        return token.revokedAt() != null ? "revoked" : token.holds(now) ? "open" : "expired";
    }

    /** A file of them, RFC 4180. */
    public static String csv(List<Held> held) {
        return Stream.concat(Stream.of(COLUMNS), held.stream().map(Held::cells))
                .map(cells -> cells.stream().map(AccessReview::cell).collect(Collectors.joining(",")) + "\n")
                .collect(Collectors.joining());
    }

    /** No spreadsheet takes a name for a formula. */
    private static String cell(String text) {
        String safe = Stream.of("=", "+", "-", "@").anyMatch(text::startsWith) ? "'" + text : text;
        return safe.matches("[^,\"\\r\\n]*") ? safe : "\"" + safe.replace("\"", "\"\"") + "\"";
    }

    /** An object of them. */
    public static ObjectNode json(List<Held> held) {
        ObjectNode json = FactsJson.MAPPER.createObjectNode();
        var array = json.putArray("access");
        held.forEach(each -> array.addObject()
                .put("name", each.holder())
                .put("grant", each.grant())
                .put("id", each.id())
                .put("state", each.state())
                .put(
                        "last_used_at",
                        each.lastUsedAt() == null ? null : each.lastUsedAt().toString())
                .put("unused_for_90_days", each.isUnused())
                .put("dates", each.dates().isNone() ? null : each.dates().words())
                .put("sessions", each.sessions()));
        return json;
    }

    /** The call that shows it. */
    static Operation operation(Desk desk) {
        return Operation.of(
                        "getAccess",
                        "GET",
                        "/v2/access",
                        Role.ADMIN,
                        "Who may do what, and when they came last.",
                        call -> answer(desk, call))
                .query("format", "json, or csv for a file; json without it");
    }

    private static Answer answer(Desk desk, Call call) {
        if (!call.caller().mayEverywhere(Role.ADMIN)) {
            throw Refused.forbidden("role admin@* is needed");
        }
        List<Held> held = of(desk.records(), desk.clock().instant());
        return switch (call.parameter("format").orElse("json")) {
            case "json" -> Answer.json(200, json(held));
            case "csv" ->
                Answer.text(200, "text/csv; charset=utf-8", csv(held))
                        .with("Content-Disposition", "attachment; filename=\"access.csv\"");
            default ->
                throw Refused.badRequest(
                        "format: \"" + call.parameter("format").orElseThrow() + "\" is not known; allowed: json, csv");
        };
    }
}
