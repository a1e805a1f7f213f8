package io.waybill.route;

import io.waybill.flow.Report.Metric;
import io.waybill.flow.ReportKeys;
import io.waybill.flow.Values;
import java.util.Map;

/** A {@link Metric} of a report as a bean of a route file. */
public class MetricBean extends KeyedBean {

    public MetricBean() {
        super(ReportKeys.OF_A_METRIC, null);
    }

    /** @throws IllegalArgumentException when it is none; the message says what is wrong */
    Metric toMetric() {
        Metric metric = Metric.of(values());
        if (metric == null) {
            throw new IllegalArgumentException(ReportKeys.FUNCTION.property() + " " + ReportKeys.FUNCTION.missing());
        }
        metric.refusal().ifPresent(refusal -> {
            throw new IllegalArgumentException(refusal.asOption().toString());
        });
        return metric;
    }

    /** The bean's properties for a metric. */
    static Map<String, Object> properties(Metric metric) {
        return Values.NONE
                .with(ReportKeys.FUNCTION, metric.function())
                .with(ReportKeys.COLUMN, metric.column())
                .with(ReportKeys.NAME, metric.name())
                .with(ReportKeys.PERCENT, metric.percent())
                .properties(ReportKeys.OF_A_METRIC);
    }
}
