package io.waybill.page;

import io.waybill.ledger.RunEntry;
import io.waybill.server.Answer;
import io.waybill.server.Call;
import io.waybill.server.Inside;
import io.waybill.server.Operation;
import io.waybill.server.Role;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What waits for somebody to decide: files that were not delivered, and runs that are quarantined. */
final class WaitingPage {

    private final Inside inside;
    private final Paper paper;

    WaitingPage(Inside inside, Paper paper) {
        this.inside = inside;
        this.paper = paper;
    }

    /**
     * A run that waits.
     *
     * @param superseded why its files must not be delivered any more; null where they may
     */
    record Waiting(
            String id,
            String flow,
            Instant startedAt,
            long rows,
            boolean isQuarantined,
            String error,
            String superseded,
            boolean mayDecide) {}

    List<Operation> operations() {
        return List.of(Operation.page(
                "waitingPage", "/waiting", Role.VIEW, "What waits for a decision, for people.", this::show));
    }

    private Answer show(Call call) {
        List<RunEntry> runs = new ArrayList<>();
        inside.ledger().quarantine().all().values().stream()
                .map(id -> inside.ledger().run(id).orElse(null))
                .filter(Objects::nonNull)
                .forEach(runs::add);
        runs.addAll(inside.ledger().undelivered());
        List<Waiting> waiting = runs.stream()
                .filter(run -> inside.may(call, Role.VIEW, run.flow()))
                .map(run -> waiting(call, run))
                .toList();
        return paper.page(call, "waiting", Place.WAITING, "Waiting", Map.of("runs", waiting));
    }

    private Waiting waiting(Call call, RunEntry run) {
        return new Waiting(
                run.runId(),
                run.flow(),
                run.startedAt(),
                run.rows(),
                run.status() == RunEntry.Status.QUARANTINED,
                inside.told(call, run.error()),
                run.planned() == null ? null : inside.redrive().superseded(run).orElse(null),
                inside.may(call, Role.CREATE, run.flow()));
    }
}
