package io.waybill.flow;

/** Which rows of a data set an export stands for. */
public enum ExportMode {
    FULL,
    BATCH,
    INCREMENTAL,
    CHANGES_ONLY;

    /** The name as flows write it. */
    public String label() {
        return Form.lower(this);
    }

    /**
     * Reads {@link #label}.
     *
     * @throws IllegalArgumentException when it is none; the message says what is allowed
     */
    public static ExportMode parse(String label) {
        return Form.Choice.of(ExportMode.class).parse(label, "is not a mode");
    }
}
