package io.waybill.flow;

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
        throw new IllegalArgumentException(
                "\"" + label + "\" is not a mode; allowed: full, batch, incremental, changes_only");
    }
}
