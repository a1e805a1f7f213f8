package io.waybill.flow.toml;

import io.waybill.flow.NearestName;
import io.waybill.flow.Problem;
import java.util.ArrayList;
import java.util.List;

/**
 * The keys of an export that are checked, and that this version cannot carry out: each that is used is noted, so that the
 * flow loads and says so when it is run.
 */
final class LaterKeys {

    private static final List<String> TRANSFORMS =
            List.of("exclude", "hash", "mask", "tokenize", "truncate", "generalize", "domain");
    private static final List<String> METRICS = List.of("count", "sum", "avg", "min", "max", "count_distinct");

    private final TomlSection section;
    private final List<Problem> notYet;

    LaterKeys(TomlSection section, List<Problem> notYet) {
        this.section = section;
        this.notYet = notYet;
    }

    /** Checks the keys; answers the columns that privacy excludes, which is done already. */
    List<String> check() {
        checkReport();
        checkChoice("engine", List.of("camel", "spark"), "camel");
        return checkPrivacy();
    }

    private void later(String key, String message) {
        notYet.add(new Problem(section.place(key), section.path(key), message));
    }

    private void checkChoice(String key, List<String> allowed, String runs) {
        String text = section.text(key);
        if (text == null) {
            return;
        }
        if (!allowed.contains(text)) {
            section.problem(
                    key,
                    "\"" + text + "\" is not known; allowed: " + String.join(", ", allowed)
                            + NearestName.hint(text, allowed));
        } else if (!text.equals(runs)) {
            later(key, "\"" + text + "\" cannot run yet; \"" + runs + "\" can");
        }
    }

    private void checkReport() {
        TomlSection report = section.section("report", "report.");
        if (report == null) {
            return;
        }
        report.texts("group_by");
        for (TomlSection metric : report.sections("metrics")) {
            String function = metric.requiredText("function");
            if (function != null && !METRICS.contains(function)) {
                metric.problem(
                        "function",
                        "\"" + function + "\" is not known; allowed: " + String.join(", ", METRICS)
                                + NearestName.hint(function, METRICS));
            }
            metric.text("column");
            metric.text("name");
            metric.refuseUnknownKeys();
        }
        checkPeriod(report.section("time_bucket", "report.time_bucket."), List.of("hour", "day", "week", "month"));
        report.refuseUnknownKeys();
        later("report", "cannot run yet");
    }

    private static void checkPeriod(TomlSection period, List<String> allowed) {
        if (period == null) {
            return;
        }
        period.requiredText("column");
        String every = period.requiredText("every");
        if (every != null && !allowed.contains(every)) {
            period.problem(
                    "every",
                    "\"" + every + "\" is not known; allowed: " + String.join(", ", allowed)
                            + NearestName.hint(every, allowed));
        }
        period.refuseUnknownKeys();
    }

    private List<String> checkPrivacy() {
        List<String> excluded = new ArrayList<>();
        TomlSection privacy = section.section("privacy", "privacy.");
        if (privacy == null) {
            return excluded;
        }
        for (String column : privacy.keys()) {
            TomlSection detailed = privacy.value(column) instanceof String
                    ? null
                    : privacy.section(column, privacy.path(column) + ".");
            String transform = detailed == null ? privacy.text(column) : detailed.requiredText("transform");
            if (transform == null) {
                continue;
            }
            if (!TRANSFORMS.contains(transform)) {
                privacy.problem(
                        column,
                        "\"" + transform + "\" is not known; allowed: " + String.join(", ", TRANSFORMS)
                                + NearestName.hint(transform, TRANSFORMS));
            } else if (transform.equals("exclude")) {
                excluded.add(column);
            } else {
                notYet.add(new Problem(
                        privacy.place(column),
                        privacy.path(column),
                        "\"" + transform + "\" cannot run yet; exclude can"));
            }
        }
        return excluded;
    }
}
