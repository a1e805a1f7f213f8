package io.waybill.settings;

import java.util.List;

/**
 * What was found when settings were read anew.
 *
 * @param changed the names of properties, settings among them, that hold otherwise from now on
 * @param needRestart the names of those that are others, and hold as they were until the process is started again
 */
public record Reloaded(List<String> changed, List<String> needRestart) {

    public Reloaded {
        changed = List.copyOf(changed);
        needRestart = List.copyOf(needRestart);
    }

    /** For people. */
    public String words() {
        return (changed.isEmpty() ? "nothing has changed" : "changed: " + String.join(", ", changed))
                + (needRestart.isEmpty() ? "" : "; needs a restart: " + String.join(", ", needRestart));
    }
}
