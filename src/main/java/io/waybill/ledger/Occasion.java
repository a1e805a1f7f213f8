package io.waybill.ledger;

import java.time.Instant;

/** What a run is for: what a trigger starts it for, which one run has, whichever process is the first to begin it; or somebody's wish. */
public sealed interface Occasion {

    /** The longest text of what was seen that the ledger keeps. */
    int LONGEST_SEEN = 1000;

    /**
     * One of a trigger's times.
     *
     * @param trigger the id of the trigger's route
     * @param due the time
     * @param catchesUp whether it is made up for: a run whose process has ended before anybody saw anything of it does not count
     * @param instead the run of this process that had it, and has ended since what it needs was away; null for none
     */
    record Due(String trigger, Instant due, boolean catchesUp, String instead) implements Occasion {

        public Due(String trigger, Instant due) {
            this(trigger, due, false, null);
        }
    }

    /**
     * Somebody asks for it, by hand or by a route: that is on record.
     *
     * @param what what was asked for besides, in words; null for nothing
     */
    record Asked(String what) implements Occasion {}

    /**
     * A message asks for it, which may come again.
     *
     * @param key what tells it from all others of its flow
     * @param what what was asked for besides, in words; null for nothing
     */
    record Message(String key, String what) implements Occasion {

        public Message {
            if (key.isBlank()) {
                throw new IllegalArgumentException("a message that is told by nothing");
            }
        }
    }

    /**
     * Somebody asks for it by the server.
     *
     * @param token the id of the caller's token; null for the user of this machine
     * @param key what the caller tells a repetition by, nobody else's; null for none
     * @param request what is asked for: under the same key nothing else may be
     */
    record Requested(String token, String key, String request) implements Occasion {}

    /**
     * New data.
     *
     * @param trigger the id of the trigger's route
     * @param seen the newest that there is; null where the flow's watermark tells
     * @param after the run that the trigger has started last; null for none
     */
    record News(String trigger, String seen, String after) implements Occasion {

        public News {
            seen = LedgerDatabase.cut(seen, LONGEST_SEEN);
        }
    }

    /**
     * The run of many tables, of one of which it is.
     *
     * @param parent that run's id
     */
    record OfTable(String parent) implements Occasion {}
}
