package io.waybill.route;

import io.waybill.flow.NearestName;
import io.waybill.flow.Refusal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The options that each verb takes, as they are written. Camel reads a number of an endpoint's option leniently: {@code abc} is 0, and
 * {@code 5m} is 300000. So they are looked at before.
 */
public final class StepOptions {

    /** How an option is written. */
    private enum Kind {
        TEXT,
        FLAG,
        /** A number of up to 18 digits. */
        LONG,
        /** A number of up to nine digits. */
        INT
    }

    /** What any endpoint of Camel takes. */
    private static final Map<String, Kind> COMMON =
            Map.of("lazyStartProducer", Kind.FLAG, "exchangePattern", Kind.TEXT);

    private static final Map<String, Kind> BEGIN = begin();

    private StepOptions() {}

    private static Map<String, Kind> begin() {
        Map<String, Kind> options = new HashMap<>();
        for (String text : List.of(
                "sourceDatasetId",
                "datasource",
                "namespace",
                "filePath",
                "deliveries",
                "mode",
                "batchId",
                "format",
                "columns",
                "excludeColumns",
                "select",
                "piiPolicy",
                "filters",
                "orderBy",
                "chunkBy",
                "chunkEvery",
                "compression",
                "encryption",
                "ifExists",
                "watermarkLag",
                "watermarkWait",
                "watermarkNulls",
                "overlap",
                "schemaChange",
                "timezone",
                "dataSet",
                "dataFormat")) {
            options.put(text, Kind.TEXT);
        }
        for (String number :
                List.of("limit", "maxRowsPerFile", "targetFileSizeBytes", "maxRowGroupsPerFile", "maxArchiveSize")) {
            options.put(number, Kind.LONG);
        }
        options.put("parallelism", Kind.INT);
        for (String flag : List.of("skipEmpty", "checksums", "sinceLastExport")) {
            options.put(flag, Kind.FLAG);
        }
        return Map.copyOf(options);
    }

    /** The options of a verb, without those of any endpoint. */
    static Set<String> of(Verb verb) {
        return options(verb).keySet();
    }

    private static Map<String, Kind> options(Verb verb) {
        return switch (verb) {
            case BEGIN -> BEGIN;
            case RUN -> Map.of("mode", Kind.TEXT, "batchId", Kind.TEXT);
            case DELIVERY -> Map.of("delivery", Kind.TEXT);
            case MAIL -> Map.of("sizeLimit", Kind.LONG, "link", Kind.TEXT);
            case DUE -> Map.of("maxRows", Kind.LONG, "maxDelay", Kind.TEXT);
            case STAGE, PART, MANIFEST, DELIVERED, UNDELIVERED, COMPLETE, FAIL, LETTER, REDRIVE, NOTICE -> Map.of();
        };
    }

    /** What is wrong with options as they stand in a URI. */
    public static List<Refusal> check(Verb verb, Map<String, Object> given) {
        Map<String, Kind> known = options(verb);
        List<Refusal> refusals = new ArrayList<>();
        given.forEach((name, value) -> {
            Kind kind = known.getOrDefault(name, COMMON.get(name));
            String wrong = kind == null ? unknown(verb, name, known) : problem(kind, String.valueOf(value));
            if (wrong != null) {
                refusals.add(new Refusal(name, wrong));
            }
        });
        return refusals;
    }

    private static String unknown(Verb verb, String name, Map<String, Kind> known) {
        for (Verb other : Verb.values()) {
            if (options(other).containsKey(name)) {
                return "is an option of " + shown(other) + ", not of " + shown(verb);
            }
        }
        return "is not an option of " + shown(verb)
                + (known.isEmpty()
                        ? ", which has none"
                        : "; allowed: " + String.join(", ", new TreeSet<>(known.keySet())))
                + NearestName.hint(name, known.keySet());
    }

    private static String shown(Verb verb) {
        return verb == Verb.RUN ? "waybill:<flow>" : "waybill:" + verb.label();
    }

    private static String problem(Kind kind, String value) {
        return switch (kind) {
            case TEXT -> null;
            case FLAG ->
                value.equals("true") || value.equals("false") ? null : "\"" + value + "\" is not true or false";
            case LONG -> number(value, 18);
            case INT -> number(value, 9);
        };
    }

    private static String number(String value, int digits) {
        return value.matches("-?[0-9]{1," + digits + "}")
                ? null
                : "\"" + value + "\" is not a number; a whole number of up to " + digits
                        + " digits is allowed, without unit and without separators";
    }
}
