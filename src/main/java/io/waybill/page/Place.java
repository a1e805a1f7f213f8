package io.waybill.page;

import java.util.List;

/**
 * A part of the pages that the navigation leads to.
 *
 * @param path where it begins
 * @param words what it is called
 * @param isOfAdmin whether it is for who may do all alone
 */
record Place(String path, String words, boolean isOfAdmin) {

    /** Of pages that are none of these. */
    static final Place NONE = new Place("", "", false);

    static final Place FLOWS = new Place("/", "Flows", false);
    static final Place DATA_SETS = new Place("/datasets", "Data sets", false);
    static final Place RUNS = new Place("/runs", "Runs", false);
    static final Place WAITING = new Place("/waiting", "Waiting", false);
    static final Place ACCESS = new Place("/access", "Access", true);
    static final Place AUDIT = new Place("/audit", "Audit", true);

    static final Place NODES = new Place("/nodes", "Nodes", true);

    static final List<Place> ALL = List.of(FLOWS, DATA_SETS, RUNS, WAITING, ACCESS, AUDIT, NODES);
}
