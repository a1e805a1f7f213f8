package io.waybill.flow;

/**
 * One column of {@code order_by}.
 *
 * @param column its name
 * @param descending whether the largest comes first
 */
public record Order(String column, boolean descending) {

    /** Reads {@code column}, {@code column asc} or {@code column desc}. */
    public static Order parse(String text) {
        String trimmed = text.trim();
        String lower = trimmed.toLowerCase(java.util.Locale.ROOT);
        if (lower.endsWith(" desc")) {
            return new Order(trimmed.substring(0, trimmed.length() - 5).trim(), true);
        }
        return new Order(
                lower.endsWith(" asc")
                        ? trimmed.substring(0, trimmed.length() - 4).trim()
                        : trimmed,
                false);
    }

    /** The form that {@link #parse} reads. */
    @Override
    public String toString() {
        return descending ? column + " desc" : column;
    }
}
