package io.waybill.route.step;

import io.waybill.WaybillException;
import io.waybill.flow.ExportKeys;
import io.waybill.ledger.Division;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.PlannedRun;
import io.waybill.ledger.RunEntry;
import io.waybill.route.FlowSteps;
import io.waybill.route.Verb;
import io.waybill.rows.HeldSources;
import io.waybill.rows.RangeReader;
import io.waybill.run.Plan;
import io.waybill.run.Planner;
import io.waybill.run.RangesOfOthers;
import io.waybill.settings.SettingsTable;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads ranges of runs of other processes that share the ledger, one at a time: of flows that this process has as well, and plans alike. It
 * looks for them as long as it stays, or has triggers.
 */
final class RangesForOthers {

    private static final Logger LOG = LoggerFactory.getLogger(RangesForOthers.class);

    private static final long LOOK_EVERY_MS = 1000;

    private final WaybillComponent component;
    private final Ledger ledger;
    private final ScheduledExecutorService executor;

    /** Runs that this process takes part in, by their ids. */
    private final Map<String, RangesOfOthers> taking = new HashMap<>();

    /** Runs that it cannot take part in. */
    private final Set<String> refused = new HashSet<>();

    private volatile RangesOfOthers current;
    private volatile boolean stopped;

    RangesForOthers(WaybillComponent component, Ledger ledger) {
        this.component = component;
        this.ledger = ledger;
        this.executor = context().getExecutorServiceManager().newSingleThreadScheduledExecutor(this, "waybill-ranges");
        executor.scheduleWithFixedDelay(this::look, LOOK_EVERY_MS, LOOK_EVERY_MS, TimeUnit.MILLISECONDS);
    }

    private CamelContext context() {
        return component.getCamelContext();
    }

    /** Whether this process offers to read ranges of others' runs. */
    static boolean offers(WaybillComponent component) {
        return Boolean.parseBoolean(component.setting(SettingsTable.READS_FOR_OTHERS))
                && (component.stays() || Boolean.parseBoolean(component.setting(SettingsTable.TRIGGERS)))
                && component.steps(Verb.BEGIN).anyMatch(RangesForOthers::isDivided);
    }

    private static boolean isDivided(WaybillEndpoint begin) {
        return begin.get(ExportKeys.PROCESSES) > 1;
    }

    private void look() {
        try {
            if (stopped || component.isDraining() || !offers(component)) {
                return;
            }
            List<Division> open = ledger.divisions().open();
            forgetAllBut(open.stream().map(Division::runId).collect(Collectors.toSet()));
            for (Division division : open) {
                takePart(division);
            }
        } catch (RuntimeException e) { // the next look tries again
            LOG.warn("Ranges of other processes' runs are not looked for: {}", e.getMessage());
        }
    }

    private void forgetAllBut(Set<String> runs) {
        taking.entrySet().removeIf(each -> {
            boolean gone = !runs.contains(each.getKey());
            if (gone) {
                each.getValue().close();
            }
            return gone;
        });
        refused.retainAll(runs);
    }

    private void takePart(Division division) {
        if (refused.contains(division.runId())) {
            return;
        }
        try {
            RangesOfOthers ranges = taking.get(division.runId());
            if (ranges == null) {
                ranges = planned(division);
                if (ranges == null) {
                    return;
                }
                taking.put(division.runId(), ranges);
                Optional<String> obstacle = ranges.obstacle();
                if (obstacle.isPresent()) {
                    refuse(division, obstacle.get());
                    return;
                }
            }
            current = ranges;
            boolean more = true;
            while (more && !stopped && !component.isDraining()) {
                more = ranges.readOne();
            }
        } catch (RuntimeException e) { // of endpoints that are not set up here, too
            refuse(division, e.getMessage());
        } finally {
            current = null;
        }
    }

    /** Who runs it goes on without this process. */
    private void refuse(Division division, String why) {
        refused.add(division.runId());
        LOG.warn("Flow {}: this process takes no part in reading run {}: {}", division.flow(), division.runId(), why);
    }

    /** Null where the flow is not here. */
    private RangesOfOthers planned(Division division) {
        Optional<WaybillEndpoint> begin = component
                .steps(Verb.BEGIN)
                .filter(step -> step.flow().equals(division.flow()))
                .findFirst();
        Optional<PlannedRun> planned = ledger.run(division.runId()).map(RunEntry::planned);
        if (begin.isEmpty() || planned.isEmpty()) {
            return null;
        }
        HeldSources sources = new HeldSources(context());
        boolean made = false;
        try {
            Plan plan = Planning.of(begin.get(), sources)
                    .plan(Planner.Request.again(division.runId(), planned.get(), time(division)));
            String rows = FlowSteps.of(context(), division.flow())
                    .rows()
                    .orElseThrow(() -> WaybillException.refusal(
                            "its route has more than one step rows: between waybill:begin and waybill:stage"));
            RangesOfOthers ranges = new RangesOfOthers(
                    division,
                    plan,
                    ledger,
                    component.stagingCipher(),
                    component.staging(plan).path(),
                    RangeReader.of(context(), rows, sources),
                    sources);
            made = true;
            return ranges;
        } finally {
            if (!made) {
                sources.close();
            }
        }
    }

    /** In whose zone the run's own logical time is. */
    private static ZonedDateTime time(Division division) {
        return Instant.EPOCH.atZone(ZoneId.of(division.zone()));
    }

    void stop() {
        stopped = true;
        RangesOfOthers reading = current;
        if (reading != null) {
            reading.stop();
        }
        context().getExecutorServiceManager().shutdownGraceful(executor);
        taking.values().forEach(RangesOfOthers::close);
    }
}
