package io.waybill.server;

import java.util.Locale;

/** What somebody may do, with the data sets, flows and runs that a grant is for. */
public enum Role {
    /** See flows, plans, runs. */
    VIEW,
    /** Also make, change and remove flows, run and pause them, and export by a call. */
    CREATE,
    /** Also fetch the files of runs. */
    DOWNLOAD,
    /** All of these, and what the others may not: placeholders and places that no connection names. */
    ADMIN;

    /** Whether who has this may do what another role is for. */
    public boolean includes(Role other) {
        return this == ADMIN || this == other || other == VIEW;
    }

    /** As it is written. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
