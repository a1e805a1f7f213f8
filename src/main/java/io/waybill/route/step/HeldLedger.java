package io.waybill.route.step;

import io.waybill.WaybillException;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.LedgerSettings;
import io.waybill.settings.Settings;
import io.waybill.settings.SettingsTable;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ledger of a component, opened when it is first asked for, and what goes on by it until it is closed: the leases of runs are renewed, and
 * where the process stays, it sees to what others have left, and reads ranges of their runs.
 */
final class HeldLedger {

    private static final Logger LOG = LoggerFactory.getLogger(HeldLedger.class);

    private final WaybillComponent component;
    private Ledger ledger;
    private LedgerAhead ahead;
    private volatile Heartbeat heartbeat;
    private RangesForOthers ranges;
    private volatile boolean stays;

    HeldLedger(WaybillComponent component) {
        this.component = component;
    }

    private Map<String, String> settings() {
        return Settings.of(component.getCamelContext()).ledger();
    }

    /** Whether there is one, or one is set: a file is made when somebody needs it. */
    boolean isThere() {
        Map<String, String> settings = settings();
        return settings.containsKey("url") || LedgerSettings.isFileThere(settings);
    }

    /** @throws WaybillException when its database cannot be reached */
    synchronized Ledger open() {
        if (ledger == null) {
            ledger = ahead == null ? LedgerSettings.open(settings(), component.getClock()) : openedAhead();
            heartbeat = new Heartbeat(component, component.starts().runs(), ledger);
            readForOthers();
        }
        return ledger;
    }

    /** It, where somebody has opened it. */
    synchronized Optional<Ledger> opened() {
        return Optional.ofNullable(ledger);
    }

    /** Has one that is a file, and there, opened while the context starts: both take their time. */
    void openAhead() {
        Map<String, String> settings = settings();
        if (LedgerSettings.isFileThere(settings)) {
            openAhead(settings);
        }
    }

    synchronized void openAhead(Map<String, String> settings) {
        ahead = LedgerAhead.begin(component.getCamelContext(), settings, component.getClock());
    }

    private Ledger openedAhead() {
        LedgerAhead opening = ahead;
        ahead = null; // where it fails, the next who asks opens it anew
        return opening.await();
    }

    /** Has the process stay. */
    synchronized void stay() {
        stays = true;
        if (ledger != null) {
            readForOthers();
        }
    }

    boolean stays() {
        return stays;
    }

    /** A process that runs one flow, and ends, has nobody look. */
    private void readForOthers() {
        boolean triggers = Boolean.parseBoolean(component.setting(SettingsTable.TRIGGERS));
        if (ranges == null && (stays || triggers)) {
            ranges = new RangesForOthers(component, ledger);
        }
    }

    /** Who may read ranges for others has a ledger to look for them in, before a run of its own asks for one. */
    void offerRanges() {
        if (settings().containsKey("url") && RangesForOthers.offers(component)) {
            component.later().in(Duration.ZERO, this::openForOthers);
        }
    }

    private void openForOthers() {
        try {
            open();
        } catch (WaybillException e) { // the first run says it, too
            LOG.warn("No ranges are read for others: {}", e.getMessage());
        }
    }

    /** How long this process leaves a time of a trigger to others that share it. */
    Duration turn(String trigger, Instant due) {
        Heartbeat beating = heartbeat;
        return beating == null ? Duration.ZERO : beating.turn(trigger, due);
    }

    synchronized void close() {
        if (ahead != null) {
            ahead.close();
            ahead = null;
        }
        if (ledger == null) {
            return;
        }
        if (ranges != null) {
            ranges.stop();
            ranges = null;
        }
        heartbeat.stop();
        heartbeat = null;
        ledger.close();
        ledger = null;
    }
}
