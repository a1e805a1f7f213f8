package io.waybill.server;

import io.waybill.flow.DateLimit;
import io.waybill.flow.Flow;
import io.waybill.ledger.Subjects;
import io.waybill.ledger.Tokens.DailyLimits;
import io.waybill.ledger.Tokens.Token;
import io.waybill.route.step.AskedRun;
import io.waybill.server.oidc.Identity;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Who calls.
 *
 * @param actor who that is, for the record
 * @param name who that is, for themselves
 * @param grants what they may do
 * @param id what the ledger calls them: the id of a token, or of a user of a provider; null for the user of this machine
 * @param limits what a day of theirs may come to, whatever they ask for
 */
public record Caller(String actor, String name, List<Grant> grants, String id, DailyLimits limits) {

    public Caller {
        grants = List.copyOf(grants);
    }

    /** The user of this machine, where no token was ever made. */
    static Caller local() {
        return new Caller(
                System.getProperty("user.name") + " (local)",
                System.getProperty("user.name") + " (local)",
                List.of(new Grant(Role.ADMIN, Grant.Kind.ALL, "*")),
                null,
                DailyLimits.NONE);
    }

    /** Who need not say who they are. */
    static Caller nobody() {
        return new Caller("nobody", "nobody", List.of(), null, DailyLimits.NONE);
    }

    static Caller of(Token token) {
        return new Caller(
                "token " + token.id() + " " + token.name(),
                token.name(),
                Grant.parse(token.grants()),
                token.id(),
                token.limits() == null ? DailyLimits.NONE : token.limits());
    }

    /** @param grants what they may do, by their groups */
    static Caller of(Identity identity, List<Grant> grants) {
        String id = Subjects.id(identity.issuer(), identity.subject());
        return new Caller("user " + id + " " + identity.name(), identity.name(), grants, id, DailyLimits.NONE);
    }

    /** Whether that holds of a thing. */
    public boolean may(Role role, Target target) {
        return grants.stream().anyMatch(grant -> grant.role().includes(role) && grant.covers(target));
    }

    /** Whether columns marked {@code pii} may leave as they are by what somebody does with a thing. */
    boolean mayPii(Role role, Target target) {
        return grants.stream().anyMatch(grant -> grant.pii() && grant.role().includes(role) && grant.covers(target));
    }

    private Stream<Grant> grants(Role role, Target target) {
        return grants.stream().filter(grant -> grant.role().includes(role) && grant.covers(target));
    }

    /** Which rows a run of a flow may have that somebody asks for. */
    AskedRun.Limits limits(Flow flow, Instant now) {
        Target target = Target.of(flow);
        return new AskedRun.Limits(mostRows(target), firstDay(Role.CREATE, target, flow.letsPersonalDataLeave(), now));
    }

    /** Likewise an export of a data set, whose columns marked {@code pii} are left out. */
    AskedRun.Limits limits(String dataset, Instant now) {
        Target target = Target.ofDataSet(dataset);
        return new AskedRun.Limits(mostRows(target), firstDay(Role.CREATE, target, false, now));
    }

    private long mostRows(Target target) {
        List<Long> all = grants(Role.CREATE, target).map(Grant::maxRows).toList();
        return all.contains(0L) ? 0 : all.stream().max(Long::compare).orElse(0L);
    }

    /**
     * The first day whose rows somebody may have by what they do with a thing; null for any. Of several grants the one that allows most holds.
     *
     * @param pii whether columns marked {@code pii} are among them, so that grants for these alone count
     */
    LocalDate firstDay(Role role, Target target, boolean pii, Instant now) {
        List<LocalDate> all = grants(role, target)
                .filter(grant -> grant.pii() || !pii)
                .map(grant -> grant.dates().firstDay(now))
                .toList();
        return all.contains(null)
                ? null
                : all.stream().min(LocalDate::compareTo).orElse(null);
    }

    /** Which limit a flow has to have for somebody to write it by a grant for one of some things; empty where it has one. */
    Optional<DateLimit> missing(Flow flow, List<Target> targets, Instant now) {
        List<DateLimit> all = targets.stream()
                .flatMap(target -> grants(Role.CREATE, target))
                .filter(grant -> grant.pii() || !flow.letsPersonalDataLeave())
                .map(Grant::dates)
                .toList();
        return all.stream().anyMatch(flow.dateLimit()::isWithin)
                ? Optional.empty()
                : all.stream().min(Comparator.comparing(limit -> limit.firstDay(now)));
    }

    /** What a day may come to of somebody who asks for a run of a thing; of several grants for it the one that allows most holds. */
    DailyLimits daily(Target target) {
        List<DailyLimits> all = grants.stream()
                .filter(grant -> grant.role().includes(Role.CREATE) && grant.covers(target))
                .map(Grant::daily)
                .toList();
        return new DailyLimits(
                least(limits.rows(), most(all, DailyLimits::rows)),
                least(limits.bytes(), most(all, DailyLimits::bytes)),
                least(limits.exports(), most(all, DailyLimits::exports)));
    }

    private static Long most(List<DailyLimits> all, Function<DailyLimits, Long> what) {
        return all.stream().map(what).anyMatch(Objects::isNull)
                ? null
                : all.stream().map(what).max(Long::compare).orElse(null);
    }

    /** Null is no limit. */
    private static Long least(Long one, Long other) {
        return one == null ? other : other == null ? one : Long.valueOf(Math.min(one, other));
    }

    /**
     * Lets somebody go on with a flow whose personal data is not treated, who may.
     *
     * @throws Refused where they may not
     */
    void requirePii(Role role, Flow flow) {
        if (flow.letsPersonalDataLeave() && !mayPii(role, Target.of(flow))) {
            throw Refused.forbidden("flow \"" + flow.id() + "\": pii_policy = \"allow\" takes a grant of role "
                    + role.label() + " with pii");
        }
    }

    /** Whether that holds whatever it is about. */
    public boolean mayEverywhere(Role role) {
        return grants.stream()
                .anyMatch(
                        grant -> grant.kind() == Grant.Kind.ALL && grant.role().includes(role));
    }

    /** Whether that holds of flows by their names, some of which may begin so. */
    boolean mayNameFlows(Role role, String beginning) {
        return grants.stream().anyMatch(grant -> grant.role().includes(role) && grant.namesFlows(beginning));
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
}
