package io.waybill.flow;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Finds the name that somebody meant when they mistyped it. */
public final class NearestName {

    /** What else things are called, by people who come from elsewhere. */
    private static final Map<String, List<String>> MEANT = Map.ofEntries(
            Map.entry("cron", List.of("schedule")),
            Map.entry("col", List.of("column")),
            Map.entry("cols", List.of("columns")),
            Map.entry("tz", List.of("timezone")),
            Map.entry("where", List.of("filters")),
            Map.entry("sort", List.of("order_by", "orderBy")),
            Map.entry("path", List.of("file_path", "filePath")),
            Map.entry("table", List.of("source_dataset_id", "sourceDatasetId")),
            Map.entry("separator", List.of("delimiter")),
            Map.entry("gz", List.of("gzip")),
            Map.entry("zst", List.of("zstd")),
            Map.entry("europe/wien", List.of("Europe/Vienna")),
            Map.entry("europe/genf", List.of("Europe/Zurich")),
            Map.entry("europe/roma", List.of("Europe/Rome")),
            Map.entry("europe/praha", List.of("Europe/Prague")),
            Map.entry("europe/warszawa", List.of("Europe/Warsaw")),
            Map.entry("europe/lisboa", List.of("Europe/Lisbon")),
            Map.entry("europe/athen", List.of("Europe/Athens")),
            Map.entry("europe/kopenhagen", List.of("Europe/Copenhagen")));

    private NearestName() {}

    /** The known name nearest to the given one, where one is near enough to be meant. */
    public static Optional<String> of(String given, Collection<String> known) {
        String wanted = given.toLowerCase(Locale.ROOT);
        return MEANT.getOrDefault(wanted, List.of()).stream()
                .filter(known::contains)
                .findFirst()
                .or(() -> nearest(wanted, known));
    }

    private static Optional<String> nearest(String wanted, Collection<String> known) {
        return known.stream()
                .filter(name -> distance(wanted, name.toLowerCase(Locale.ROOT)) <= Math.max(2, wanted.length() / 3))
                .min(Comparator.<String>comparingInt(name -> distance(wanted, name.toLowerCase(Locale.ROOT)))
                        .thenComparing(Comparator.naturalOrder()));
    }

    /** {@code ; did you mean "x"?}, or nothing. */
    public static String hint(String given, Collection<String> known) {
        return of(given, known).map(name -> "; did you mean \"" + name + "\"?").orElse("");
    }

    /** The one of those allowed that is given, in small or in large letters; empty where it is none of them. */
    public static Optional<String> same(String given, Collection<String> allowed) {
        return allowed.stream().filter(given::equalsIgnoreCase).findFirst();
    }

    /** What is said of a name that is none of those allowed: {@code "x" is not known; allowed: a, b}. */
    public static String refusal(String given, String what, Collection<String> allowed) {
        return "\"" + given + "\" " + what + "; allowed: " + String.join(", ", allowed)
                + (given == null ? "" : hint(given, allowed));
    }

    /** Levenshtein's distance. */
    private static int distance(String one, String other) {
        int[] previous = new int[other.length() + 1];
        for (int j = 0; j <= other.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int[] current = new int[other.length() + 1];
            current[0] = i;
            for (int j = 1; j <= other.length(); j++) {
                int change = one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1;
                current[j] = Math.min(Math.min(current[j - 1], previous[j]) + 1, previous[j - 1] + change);
            }
            previous = current;
        }
        return previous[other.length()];
    }
}
