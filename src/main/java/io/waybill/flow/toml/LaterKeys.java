package io.waybill.flow.toml;

import io.waybill.flow.Engine;
import io.waybill.flow.ExportKeys;
import io.waybill.flow.Problem;
import java.util.List;

/**
 * The keys of an export that are checked, and that this version cannot carry out: each that is used is noted, so that the
 * flow loads and says so when it is run.
 */
final class LaterKeys {

    private LaterKeys() {}

    /** @param notYet gets what cannot run yet */
    static void check(TomlSection section, List<Problem> notYet) {
        Engine engine = section.get(ExportKeys.ENGINE);
        if (!engine.isThere()) {
            notYet.add(section.about(ExportKeys.ENGINE.name(), engine.notYet()));
        }
    }
}
