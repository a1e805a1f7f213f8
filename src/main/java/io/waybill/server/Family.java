package io.waybill.server;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.SummarySnapshot;
import io.prometheus.metrics.model.snapshots.SummarySnapshot.SummaryDataPointSnapshot;
import java.util.ArrayList;
import java.util.List;

/** The values of one name, each under labels of its own, until they are told. */
final class Family {

    private enum Kind {
        COUNTER,
        GAUGE,
        SUMMARY
    }

    private record Value(Labels labels, long count, double value) {}

    private final Kind kind;
    private final String name;
    private final String help;
    private final List<Value> values = new ArrayList<>();

    private Family(Kind kind, String name, String help) {
        this.kind = kind;
        this.name = name;
        this.help = help;
    }

    /** What only grows; its name gets {@code _total} behind it. */
    static Family counter(String name, String help) {
        return new Family(Kind.COUNTER, name, help);
    }

    static Family gauge(String name, String help) {
        return new Family(Kind.GAUGE, name, help);
    }

    /** How often, and how much altogether. */
    static Family summary(String name, String help) {
        return new Family(Kind.SUMMARY, name, help);
    }

    /** @param labels names and values in turns */
    Family add(double value, String... labels) {
        return add(0, value, labels);
    }

    Family add(long count, double sum, String... labels) {
        values.add(new Value(Labels.of(labels), count, sum));
        return this;
    }

    MetricSnapshot snapshot() {
        return switch (kind) {
            case COUNTER -> {
                CounterSnapshot.Builder counter =
                        CounterSnapshot.builder().name(name).help(help);
                values.forEach(
                        value -> counter.dataPoint(new CounterDataPointSnapshot(value.value, value.labels, null, 0)));
                yield counter.build();
            }
            case GAUGE -> {
                GaugeSnapshot.Builder gauge = GaugeSnapshot.builder().name(name).help(help);
                values.forEach(value -> gauge.dataPoint(new GaugeDataPointSnapshot(value.value, value.labels, null)));
                yield gauge.build();
            }
            case SUMMARY -> {
                SummarySnapshot.Builder summary =
                        SummarySnapshot.builder().name(name).help(help);
                values.forEach(value -> summary.dataPoint(SummaryDataPointSnapshot.builder()
                        .count(value.count)
                        .sum(value.value)
                        .labels(value.labels)
                        .build()));
                yield summary.build();
            }
        };
    }
}
