package io.waybill.flow.toml;

import io.waybill.flow.ExportKeys;
import io.waybill.flow.Filter;
import io.waybill.flow.Report;
import io.waybill.flow.Report.Metric;
import io.waybill.flow.ReportKeys;
import io.waybill.flow.Values;
import java.util.List;
import java.util.Optional;

/** Reads {@code [properties.export.report]}. */
final class ReportReader {

    private ReportReader() {}

    /** Null where there is none, or its metrics are wrong. */
    static Report read(TomlSection export) {
        TomlSection section = export.section(ExportKeys.REPORT);
        if (section == null) {
            return null;
        }
        Values values = section.values(ReportKeys.ALL);
        List<TomlSection> metrics = section.sections(ReportKeys.METRICS);
        List<Metric> right = metrics.stream()
                .map(ReportReader::metric)
                .flatMap(Optional::stream)
                .toList();
        List<Filter> having = FiltersReader.read(section, ReportKeys.HAVING);
        section.refuseUnknownKeys();
        if (right.size() < metrics.size()) {
            return null;
        }
        Report report = Report.of(values, right, having);
        return report == null ? new Report(List.of(), null, right, having) : report;
    }

    /** Empty where it is wrong, which is noted. */
    private static Optional<Metric> metric(TomlSection section) {
        Values values = section.all(ReportKeys.OF_A_METRIC);
        boolean understood = ReportKeys.OF_A_METRIC.stream().allMatch(key -> values.has(key) || !section.has(key));
        Metric metric = understood ? Metric.of(values) : null;
        if (metric != null && metric.refusal().isPresent()) {
            section.problem(metric.refusal().get());
            return Optional.empty();
        }
        return Optional.ofNullable(metric);
    }
}
