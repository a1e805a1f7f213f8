package io.waybill.ledger;

import io.waybill.ledger.RunEntry.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How the tables of a run that exports many stand: as their own runs do, also where one was delivered again since.
 *
 * @param all how many there are
 * @param left those that have no run: they have not begun, or could not
 */
public record TableStates(int all, int done, int running, int failed, int left) {

    static TableStates of(int all, Map<Status, Integer> states) {
        int done = states.getOrDefault(Status.DONE, 0);
        int running = states.getOrDefault(Status.RUNNING, 0);
        int begun = states.values().stream().mapToInt(Integer::intValue).sum();
        return new TableStates(all, done, running, begun - done - running, Math.max(0, all - begun));
    }

    /** For people: {@code 7 of 9 tables done, 1 failed, 1 left}. */
    public String words() {
        List<String> words = new ArrayList<>();
        words.add(done + " of " + all + (all == 1 ? " table done" : " tables done"));
        if (running > 0) {
            words.add(running + " running");
        }
        if (failed > 0) {
            words.add(failed + " failed");
        }
        if (left > 0) {
            words.add(left + " left");
        }
        return String.join(", ", words);
    }
}
