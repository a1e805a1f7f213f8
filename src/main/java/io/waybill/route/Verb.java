package io.waybill.route;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** The steps of a flow's route that are Waybill's own. */
public enum Verb {
    /** Where a route begins, at the times of a trigger. */
    CLOCK,
    /** Where a route begins, when the database says something on a channel. */
    LISTEN,
    /** Looks whether the data set has something new for a trigger; the body becomes true or false. */
    LOOK,
    /** Looks whether a stream's next batch may begin; the body becomes true or false. */
    DUE,
    /** Plans the run; the body becomes its SQL. */
    BEGIN,
    /** Plans a run of the rows, or the maps, in the body; these become its rows. */
    TAKE,
    /** Writes the rows into staged parts; the body becomes their list. */
    STAGE,
    /** Turns to one of several destinations; the body becomes the files that it lacks. */
    DELIVERY,
    /** Takes one staged part; the body becomes its file, for the destination's endpoint. */
    PART,
    /** Puts all files of a run into one mail; the body becomes its text. */
    MAIL,
    /** Checks what was published and writes the waybill; the body becomes its file. */
    MANIFEST,
    /** One of several destinations has all files. */
    DELIVERED,
    /** One of several destinations does not get the files: takes back what it has. */
    UNDELIVERED,
    /** Ends the run; the body becomes its result. */
    COMPLETE,
    /** Cleans up after a failure, and keeps what was not delivered. */
    FAIL,
    /** Takes one undelivered file; the body becomes its file. */
    LETTER,
    /** Takes a failed run up again; the body becomes its undelivered files. */
    REDRIVE,
    /** The body becomes what there is to tell of the run, as JSON. */
    NOTICE,
    /** Begins the run of a flow that exports many tables; the body becomes these. */
    TABLES,
    /** Ends such a run, when the runs of its tables have ended; the body becomes its result. */
    GATHER,
    /** Writes a batch of a feed; the body becomes its result. */
    FEED,
    /** The flows behind a feed have run. */
    FOLLOWED,
    /** Runs an export that its options describe; the body becomes its result. */
    EXPORT,
    /** Runs an export, which its options describe, of the rows or the maps in the body; the body becomes its result. */
    SINK,
    /** Runs the flow; the body becomes its result. */
    RUN;

    public static Verb parse(String name) {
        return Arrays.stream(values())
                .filter(verb -> verb != RUN && verb.label().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("waybill: \"" + name + "\" is not a verb; allowed: "
                        + Arrays.stream(values())
                                .filter(verb -> verb != RUN)
                                .map(Verb::label)
                                .collect(Collectors.joining(", "))));
    }

    /** Whether a route begins there, and none sends to it. */
    boolean isBeginning() {
        return this == CLOCK || this == LISTEN;
    }

    /** As people write it. */
    String shown() {
        return this == RUN ? "waybill:<flow>" : "waybill:" + label();
    }

    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
