package io.waybill.server;

import io.waybill.ledger.Tokens.Token;
import java.util.List;

/**
 * Who calls.
 *
 * @param actor who that is, for the record
 * @param grants what they may do
 * @param token what they have proved it by; null for the user of this machine
 */
public record Caller(String actor, List<Grant> grants, Token token) {

    public Caller {
        grants = List.copyOf(grants);
    }

    /** The user of this machine, where no token was ever made. */
    static Caller local() {
        return new Caller(
                System.getProperty("user.name") + " (local)",
                List.of(new Grant(Role.ADMIN, Grant.Kind.ALL, "*")),
                null);
    }

    /** Who need not say who they are. */
    static Caller nobody() {
        return new Caller("nobody", List.of(), null);
    }

    static Caller of(Token token) {
        return new Caller("token " + token.id() + " " + token.name(), Grant.parse(token.grants()), token);
    }

    /** Whether that holds of a thing. */
    public boolean may(Role role, Target target) {
        return grants.stream().anyMatch(grant -> grant.role().includes(role) && grant.covers(target));
    }

    /** Whether that holds whatever it is about. */
    public boolean mayEverywhere(Role role) {
        return grants.stream()
                .anyMatch(
                        grant -> grant.kind() == Grant.Kind.ALL && grant.role().includes(role));
    }

    /** Whether that holds of something. */
    public boolean maySomewhere(Role role) {
        return grants.stream().anyMatch(grant -> grant.role().includes(role));
    }

    /**
     * Lets somebody go on who may.
     *
     * @param what what it is called, for who may see it: {@code flow "orders"}
     * @throws Refused with 404 where they may not even see it, which is as if there were none, else with 403
     */
    public void require(Role role, Target target, String what) {
        if (!may(Role.VIEW, target)) {
            throw Refused.notFound("there is no " + what);
        }
        if (!may(role, target)) {
            throw Refused.forbidden(what + ": role " + role.label() + " is needed");
        }
    }

    /** The id of the token; null for none. */
    public String tokenId() {
        return token == null ? null : token.id();
    }
}
