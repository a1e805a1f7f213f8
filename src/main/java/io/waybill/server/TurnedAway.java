package io.waybill.server;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Who is turned away at the door: those of one address, or a user who may do nothing, are one entry of the record a minute, and the
 * others counted. Else whoever likes could fill the record, and nobody would find anything in it.
 */
final class TurnedAway {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    /** So many are told apart in a minute; all further ones are one. */
    private static final int MOST = 100;

    private static final String OTHERS = "others";

    private final Clock clock;
    private final Consumer<Entry> record;
    private final Map<String, Minute> minutes = new LinkedHashMap<>();

    /** @param record where entries go */
    TurnedAway(Clock clock, Consumer<Entry> record) {
        this.clock = clock;
        this.record = record;
    }

    /**
     * What the record says.
     *
     * @param actor who that was; nobody where they have not proved it
     */
    record Entry(String actor, String action, String subject, String detail) {}

    /** What came of one in a minute: the first was put on record. */
    private static final class Minute {

        private final Entry first;
        private Instant begun;
        private long more;

        Minute(Entry first, Instant begun) {
            this.first = first;
            this.begun = begun;
        }
    }

    /**
     * Notes that somebody was turned away.
     *
     * @param who tells them from others
     */
    synchronized void note(String who, Entry entry) {
        tellMinutesThatAreOver();
        String counted = minutes.containsKey(who) || minutes.size() < MOST ? who : OTHERS;
        Minute minute = minutes.get(counted);
        if (minute == null) {
            minutes.put(counted, new Minute(entry, clock.instant()));
            record.accept(entry);
        } else {
            minute.more++;
        }
    }

    /** Puts on record how many more there were. */
    synchronized void tellMinutesThatAreOver() {
        Instant now = clock.instant();
        for (Iterator<Minute> each = minutes.values().iterator(); each.hasNext(); ) {
            Minute minute = each.next();
            if (now.isBefore(minute.begun.plus(MINUTE))) {
                continue;
            }
            if (minute.more == 0) {
                each.remove();
            } else {
                tellMore(minute);
                minute.begun = now;
                minute.more = 0;
            }
        }
    }

    /** Puts on record what is not there yet. */
    synchronized void close() {
        minutes.values().stream().filter(minute -> minute.more > 0).forEach(this::tellMore);
        minutes.clear();
    }

    private void tellMore(Minute minute) {
        record.accept(new Entry(
                minute.first.actor(),
                minute.first.action(),
                minute.first.subject(),
                minute.first.detail() + "; and " + minute.more + " more were turned away since " + minute.begun));
    }
}
