package io.waybill.flow;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Which rows of a data set an export stands for. */
public enum ExportMode {
    FULL,
    BATCH,
    INCREMENTAL,
    CHANGES_ONLY;

    /** The name as flows write it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    private static List<String> labels() {
        return Arrays.stream(values()).map(ExportMode::label).toList();
    }

    /**
     * Reads {@link #label}.
     *
     * @throws IllegalArgumentException when it is none; the message says what is allowed
     */
    public static ExportMode parse(String label) {
        for (ExportMode mode : values()) {
            if (mode.label().equals(label)) {
                return mode;
            }
        }
        throw new IllegalArgumentException("\"" + label + "\" is not a mode; allowed: " + String.join(", ", labels())
                + (label == null ? "" : NearestName.hint(label, labels())));
    }
}
