package io.waybill.delivery;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What an endpoint knows of its server beyond one connection. */
public final class ServerMemory {

    /** The lengths of files by their names, whose renaming nobody has answered: they may be there already. */
    private final Map<String, Long> unanswered = new ConcurrentHashMap<>();

    private volatile RuntimeException refusal;
    private volatile boolean wasIn;

    /** Begins anew: what was refused to an earlier run may be granted now. */
    void begin() {
        refusal = null;
        wasIn = false;
    }

    /** Notes that the server has let somebody in. */
    void letIn() {
        refusal = null;
        wasIn = true;
    }

    /** Notes that the server does not let anybody in, and will not: one who asks more often may close an account. */
    void refused(RuntimeException why) {
        refusal = why;
    }

    /** Asks a server that has refused us nothing more. */
    void check() {
        RuntimeException why = refusal;
        if (why != null) {
            throw why;
        }
    }

    /** Whether nothing can have come to the server, since it has let nobody in. */
    boolean isShut() {
        return refusal != null && !wasIn;
    }

    void unanswered(String name, long bytes) {
        unanswered.put(name, bytes);
    }

    void answered(String name) {
        unanswered.remove(name);
    }

    /** Whether a file of that length may be one whose renaming was not answered. */
    boolean mayBeUnanswered(String name, long bytes) {
        Long expected = unanswered.get(name);
        return expected != null && expected == bytes;
    }
}
