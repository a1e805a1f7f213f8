package io.waybill.server;

import io.waybill.flow.DataSet;
import io.waybill.flow.DateLimit;
import io.waybill.flow.ExportRules;
import io.waybill.flow.FirstDay;
import io.waybill.flow.Flow;
import io.waybill.ledger.PlannedRun;
import io.waybill.ledger.RunEntry;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/**
 * Of which days the rows may be that leave by what somebody does, where their grants have date limits. A run that they ask for leaves others
 * out. A flow that they write runs for whoever starts it, a trigger too: it has to have the limit itself.
 */
record DateRights(Desk desk) {

    private Instant now() {
        return desk.clock().instant();
    }

    /** Whether a flow lets no row leave that a caller may not have by grants for some things. */
    boolean allow(Caller caller, Flow flow, List<Target> targets) {
        return caller.missing(flow, targets, now()).isEmpty();
    }

    /** @throws Refused where a caller has written a flow that lets rows leave which none of their grants for it is for */
    void requireWritten(Caller caller, Flow flow) {
        requireWritten(caller, flow, List.of(Target.of(flow)), "flow \"" + flow.id() + "\"");
    }

    /**
     * Likewise by their grants for some things.
     *
     * @param named what these are called
     */
    void requireWritten(Caller caller, Flow flow, List<Target> targets, String named) {
        Optional<DateLimit> missing = caller.missing(flow, targets, now());
        if (missing.isPresent()) {
            requireExport(flow, missing.get().firstDay(now()));
            throw Refused.forbidden("by the caller's grants, " + named + " is for rows from "
                    + missing.get().firstDay(now()) + " on: the flow has to say "
                    + missing.get().asKeys());
        }
    }

    /**
     * A run of a feed has all rows, or it would take those that it leaves out for deleted ones.
     *
     * @throws Refused where a caller may not have all rows of a flow that finds changes
     */
    void requireAsked(Caller caller, Flow flow) {
        firstDay(caller, flow).ifPresent(day -> {
            requireExport(flow, day);
            requireTime(flow.sourceDataset(), day);
        });
    }

    /** @throws Refused where a caller may not have all rows of a data set, and nobody knows of which days they are */
    void requireAsked(Caller caller, String dataset) {
        LocalDate day = caller.limits(dataset, now()).firstDay();
        if (day != null) {
            requireTime(dataset, day);
        }
    }

    private void requireTime(String dataset, LocalDate day) {
        if (timeColumn(dataset) == null) {
            throw Refused.forbidden("rows from " + day + " on, by the grant: " + ExportRules.timeless(dataset));
        }
    }

    /** @throws Refused where a caller may not have all rows that a flow lets leave which runs after another */
    void requireBegun(Caller caller, Flow flow) {
        firstDay(caller, flow).ifPresent(day -> {
            throw Refused.forbidden("then: flow \"" + flow.id() + "\": the caller's grants are for rows from " + day
                    + " on, and a flow that runs after another has all that it lets leave");
        });
    }

    /** The first day whose rows a caller may have of a flow; empty for all that it lets leave. */
    private Optional<LocalDate> firstDay(Caller caller, Flow flow) {
        return allow(caller, flow, List.of(Target.of(flow)))
                ? Optional.empty()
                : Optional.ofNullable(caller.limits(flow, now()).firstDay());
    }

    private static void requireExport(Flow flow, LocalDate day) {
        if (flow.compared().isPresent()) {
            throw Refused.forbidden("flow \"" + flow.id()
                    + "\" finds what has changed in all rows, and the caller's grants are for those from " + day
                    + " on");
        }
    }

    /**
     * Lets somebody go on with the files of a run who may have its rows.
     *
     * @param pii whether columns marked {@code pii} are in them as they are
     * @throws Refused where there may be rows of days before those that they may have
     */
    void requireFiles(Caller caller, Role role, Target target, boolean pii, RunEntry run) {
        LocalDate day = caller.firstDay(role, target, pii, now());
        if (day == null) {
            return;
        }
        PlannedRun planned = run.planned();
        boolean none = planned != null
                && (isFrom(planned.firstDay(), day) || planned.window().isFrom(day, timeColumn(planned.dataset())));
        if (!none) {
            throw Refused.forbidden("run \"" + run.runId() + "\" may have rows of before " + day
                    + ", and the caller's grants of role " + role.label() + " are for those from then on");
        }
    }

    private static boolean isFrom(FirstDay first, LocalDate day) {
        return first != null && !first.day().isBefore(day);
    }

    private String timeColumn(String dataset) {
        DataSet declared = desk.files().all().dataSets().get(dataset);
        return declared == null ? null : declared.timeColumn();
    }
}
