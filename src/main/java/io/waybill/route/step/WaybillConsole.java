package io.waybill.route.step;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.WaybillException;
import io.waybill.facts.FactsJson;
import io.waybill.flow.Form;
import io.waybill.ledger.Ledger;
import io.waybill.ledger.RunEntry;
import io.waybill.run.ActiveRun;
import io.waybill.run.RunJson;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.camel.spi.annotations.DevConsole;
import org.apache.camel.support.console.AbstractDevConsole;

/**
 * What Camel's developer console shows of Waybill, as text and as JSON: the runs under way, the last ones, the ledger, versions. Who looks changes
 * nothing, and makes no ledger. It takes {@code flow}, to show one alone, and {@code limit}, how many of the last runs.
 */
@DevConsole(name = "waybill", displayName = "Waybill", description = WaybillConsole.SHOWS)
public final class WaybillConsole extends AbstractDevConsole {

    static final String SHOWS = "Runs under way, the last runs, the ledger, and versions";

    private static final String FLOW = "flow";
    private static final String LIMIT = "limit";
    private static final int MOST = 1000;
    private static final int USUAL = 10;

    private static final TypeReference<LinkedHashMap<String, Object>> MAP = new TypeReference<>() {};

    public WaybillConsole() {
        super("camel", "waybill", "Waybill", SHOWS);
    }

    /** What is asked for; a flow of null for all. */
    private record Asked(String flow, int limit) {

        static Asked of(Map<String, Object> options) {
            Object limit = options.get(LIMIT);
            return new Asked((String) options.get(FLOW), limit == null ? USUAL : limit(limit.toString()));
        }

        private static int limit(String text) {
            try {
                int limit = Integer.parseInt(text);
                if (limit >= 1 && limit <= MOST) {
                    return limit;
                }
            } catch (NumberFormatException e) {
                // is told below
            }
            throw new IllegalArgumentException(
                    "limit: \"" + text + "\" is no number of runs; 1 to " + MOST + " is allowed");
        }

        boolean covers(String id) {
            return flow == null || flow.equals(id);
        }
    }

    private WaybillComponent component() {
        return getCamelContext().getComponent("waybill", WaybillComponent.class);
    }

    @Override
    protected Map<String, Object> doCallJson(Map<String, Object> options) {
        Asked asked = Asked.of(options);
        WaybillComponent component = component();
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("version", version());
        shown.put("camel", getCamelContext().getVersion());
        shown.put("java", System.getProperty("java.version"));
        shown.put("open", open(asked).stream().map(WaybillConsole::json).toList());
        shown.put("waiting_firings", component.getWaitingFirings());
        Map<String, Object> ledger = new LinkedHashMap<>();
        ledger.put("place", component.getLedgerPlace());
        shown.put("ledger", ledger);
        try {
            shown.put("paused", List.copyOf(new TreeSet<>(component.paused())));
            shown.put("quarantined", component.quarantined());
            Map<String, String> silent =
                    component.hasLedger() ? component.ledger().silent() : Map.of();
            Duration retention = component.retention();
            shown.put(
                    "runs",
                    last(asked).stream()
                            .map(run -> map(RunJson.of(run, silent, retention)))
                            .toList());
            ledger.put("last_success", component.getLastSuccess());
        } catch (WaybillException e) {
            ledger.put("error", e.getMessage());
        }
        return shown;
    }

    @Override
    protected String doCallText(Map<String, Object> options) {
        Asked asked = Asked.of(options);
        WaybillComponent component = component();
        List<String> lines = new ArrayList<>();
        lines.add("Waybill " + version() + ", Camel " + getCamelContext().getVersion() + ", Java "
                + System.getProperty("java.version"));
        lines.add("Ledger: " + component.getLedgerPlace());
        List<ActiveRun> open = open(asked);
        lines.add("Runs under way: " + (open.isEmpty() ? "none" : ""));
        open.forEach(run -> lines.add("    " + run.flow() + " " + run.runId() + " since " + run.startedAt() + ", "
                + run.rowsToDeliver() + " rows"));
        if (component.getWaitingFirings() > 0) {
            lines.add("Firings that wait for the ledger: " + component.getWaitingFirings());
        }
        try {
            if (!component.paused().isEmpty()) {
                lines.add("Paused: " + String.join(", ", new TreeSet<>(component.paused())));
            }
            component.quarantined().forEach((flow, run) -> lines.add("Quarantined: " + flow + " by run " + run));
            List<RunEntry> last = last(asked);
            lines.add("Last runs: " + (last.isEmpty() ? "none" : ""));
            last.forEach(run -> lines.add("    " + words(run)));
        } catch (WaybillException e) {
            lines.add("The ledger cannot be asked: " + e.getMessage());
        }
        return String.join("\n", lines) + "\n";
    }

    private static String words(RunEntry run) {
        return run.startedAt() + " " + run.flow() + " " + run.runId() + " " + Form.lower(run.status()) + ", "
                + run.rows() + " rows" + (run.error() == null ? "" : ": " + run.error());
    }

    private List<ActiveRun> open(Asked asked) {
        return component().activeRuns().stream()
                .filter(run -> asked.covers(run.flow()))
                .sorted(Comparator.comparing(ActiveRun::startedAt))
                .toList();
    }

    private List<RunEntry> last(Asked asked) {
        if (!component().hasLedger()) {
            return List.of();
        }
        Ledger ledger = component().ledger();
        return ledger.runs(asked.flow(), null, asked.limit());
    }

    private static Map<String, Object> json(ActiveRun run) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("run_id", run.runId());
        shown.put("flow", run.flow());
        shown.put("started_at", run.startedAt().toString());
        shown.put("rows", run.rowsToDeliver());
        shown.put("bytes", run.bytes());
        shown.put("staged", run.isStaged());
        return shown;
    }

    private static Map<String, Object> map(ObjectNode run) {
        return FactsJson.MAPPER.convertValue(run, MAP);
    }

    private static String version() {
        String version = WaybillConsole.class.getPackage().getImplementationVersion();
        return version == null ? "(not packaged)" : version;
    }
}
