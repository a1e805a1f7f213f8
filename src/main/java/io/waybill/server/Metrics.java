package io.waybill.server;

import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.waybill.flow.ExportedTable;
import io.waybill.flow.Flow;
import io.waybill.flow.toml.FlowFolder;
import io.waybill.ledger.Pauses;
import io.waybill.ledger.RunEntry.Status;
import io.waybill.ledger.RunTotal;
import io.waybill.ledger.Watermark;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What runs have come to, for Prometheus. What grows is read from where it is added up, so that a look costs no more with the number of runs.
 */
final class Metrics {

    private final Desk desk;
    private final PrometheusRegistry process = new PrometheusRegistry();

    Metrics(Desk desk) {
        this.desk = desk;
        JvmMetrics.builder().register(process);
    }

    /** All that somebody may see, in Prometheus' text format. */
    String text(Caller caller) {
        FlowFolder folder = desk.files().all();
        Predicate<String> seen = flow -> {
            Flow known = folder.flows().get(flow);
            return caller.may(Role.VIEW, known == null ? Target.gone(flow) : Target.of(known));
        };
        List<MetricSnapshot> all = new ArrayList<>(new Look(folder, seen).families());
        process.scrape().forEach(all::add);
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try {
            PrometheusTextFormatWriter.create().write(text, new MetricSnapshots(all));
        } catch (IOException e) {
            throw new UncheckedIOException("bytes can be written", e);
        }
        return text.toString(StandardCharsets.UTF_8);
    }

    /** One look at all, as somebody sees it. */
    private final class Look {

        private final FlowFolder folder;
        private final Predicate<String> seen;
        private final Set<String> flows;
        private final Instant now = desk.clock().instant();

        Look(FlowFolder folder, Predicate<String> seen) {
            this.folder = folder;
            this.seen = seen;
            this.flows = folder.flows().keySet().stream().filter(seen).collect(Collectors.toCollection(TreeSet::new));
        }

        List<MetricSnapshot> families() {
            List<MetricSnapshot> all = new ArrayList<>(ended());
            all.addAll(watermarks());
            Map<String, Long> active = desk.component().activeRuns().stream()
                    .collect(Collectors.groupingBy(run -> ExportedTable.flow(run.flow()), Collectors.counting()));
            all.add(counted("waybill_active_runs", "Runs under way in this process.", active));
            all.add(counted(
                    "waybill_dead_letters",
                    "Runs whose files are kept, and were not delivered.",
                    desk.records().history().deadLetters()));
            all.add(counted(
                    "waybill_quarantined_runs",
                    "Runs that wait for somebody to release or discard them.",
                    desk.ledger().quarantine().all().keySet().stream()
                            .collect(Collectors.groupingBy(ExportedTable::flow, Collectors.counting()))));
            all.add(counted(
                    "waybill_paused",
                    "1 where the triggers of the flow start nothing.",
                    desk.ledger().pauses().all().stream().collect(Collectors.toMap(Pauses.Pause::flow, pause -> 1L))));
            all.add(nodes());
            all.add(Family.gauge(
                            "waybill_waiting_firings",
                            "What triggers have started that waits for the ledger or a database.")
                    .add(desk.component().getWaitingFirings())
                    .snapshot());
            return all;
        }

        /** Those that are there, and those that were killed within a day. */
        private MetricSnapshot nodes() {
            Family nodes = Family.gauge(
                    "waybill_nodes", "Processes that share the ledger, by whether they are there, and by version.");
            desk.ledger().nodes().all().stream()
                    .collect(Collectors.groupingBy(
                            node -> List.of(node.version(), node.isThere() ? "there" : "gone"), Collectors.counting()))
                    .forEach((of, count) -> nodes.add(count, "version", of.get(0), "state", of.get(1)));
            return nodes.snapshot();
        }

        private List<MetricSnapshot> ended() {
            Family runs = Family.counter("waybill_runs", "Runs that have ended, by how.");
            Family rows = Family.counter("waybill_run_rows", "Rows of runs that have ended.");
            Family bytes = Family.counter("waybill_run_bytes", "Bytes of the files of runs that are done.");
            Family seconds = Family.summary("waybill_run_duration_seconds", "How long runs took that have ended.");
            Family success = Family.gauge(
                    "waybill_last_success_timestamp_seconds", "When a run of the flow was done last, in Unix time.");
            Family age =
                    Family.gauge("waybill_last_success_age_seconds", "How long ago a run of the flow was done last.");
            for (RunTotal total : totals()) {
                String[] labels = {
                    "flow", total.flow(), "status", total.status().name().toLowerCase(Locale.ROOT)
                };
                runs.add(total.runs(), labels);
                rows.add(total.rows(), labels);
                seconds.add(total.runs(), total.milliseconds() / 1000.0, labels);
                if (total.status() == Status.DONE) {
                    bytes.add(total.bytes(), "flow", total.flow());
                    if (total.runs() > 0) {
                        success.add(seconds(total.last()), "flow", total.flow());
                        age.add(secondsSince(total.last()), "flow", total.flow());
                    }
                }
            }
            return List.of(
                    runs.snapshot(),
                    rows.snapshot(),
                    bytes.snapshot(),
                    seconds.snapshot(),
                    success.snapshot(),
                    age.snapshot());
        }

        /** Also those of flows that have not ended so yet: who counts from the first on misses none. */
        private List<RunTotal> totals() {
            List<RunTotal> totals = desk.records().history().totals().stream()
                    .filter(total -> seen.test(total.flow()))
                    .collect(Collectors.toCollection(ArrayList::new));
            Map<String, Set<Status>> known = totals.stream()
                    .collect(Collectors.groupingBy(
                            RunTotal::flow, Collectors.mapping(RunTotal::status, Collectors.toSet())));
            for (String flow : flows) {
                for (Status status : List.of(Status.DONE, Status.FAILED)) {
                    if (!known.getOrDefault(flow, Set.of()).contains(status)) {
                        totals.add(new RunTotal(flow, status, 0, 0, 0, 0, Instant.EPOCH));
                    }
                }
            }
            return totals;
        }

        private List<MetricSnapshot> watermarks() {
            Family lag = Family.gauge(
                    "waybill_watermark_lag_seconds",
                    "How long ago the highest watermark was that is exported, where it is a time.");
            Family moved = Family.gauge(
                    "waybill_watermark_changed_timestamp_seconds", "When the watermark was moved last, in Unix time.");
            // of a flow of many tables, that of the one that is behind the others
            Map<String, Instant> changed = new TreeMap<>();
            Map<String, Instant> reached = new TreeMap<>();
            for (Watermark mark : desk.ledger().watermarks().all()) {
                String id = ExportedTable.flow(mark.flow());
                if (seen.test(id)) {
                    Flow flow = folder.flows().get(id);
                    changed.merge(id, mark.changedAt(), Metrics::earlier);
                    WatermarkTime.of(mark.value(), flow == null ? null : flow.timezone())
                            .ifPresent(time -> reached.merge(id, time, Metrics::earlier));
                }
            }
            changed.forEach((flow, time) -> moved.add(seconds(time), "flow", flow));
            reached.forEach((flow, time) -> lag.add(secondsSince(time), "flow", flow));
            return List.of(lag.snapshot(), moved.snapshot());
        }

        /** By flow, with a zero for each that is served. */
        private MetricSnapshot counted(String name, String help, Map<String, Long> values) {
            Map<String, Long> all = new HashMap<>();
            flows.forEach(flow -> all.put(flow, 0L));
            all.putAll(values);
            Family family = Family.gauge(name, help);
            all.forEach((flow, value) -> {
                if (seen.test(flow)) {
                    family.add(value, "flow", flow);
                }
            });
            return family.snapshot();
        }

        private double secondsSince(Instant time) {
            return Math.max(0, Duration.between(time, now).toMillis()) / 1000.0;
        }

        private static double seconds(Instant time) {
            return time.toEpochMilli() / 1000.0;
        }
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }
}
