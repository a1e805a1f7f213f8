package io.waybill.flow.toml;

import io.waybill.flow.ExportKeys;
import io.waybill.flow.Form;
import io.waybill.flow.Key;
import io.waybill.flow.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * The keys of an export that are checked, and that this version cannot carry out: each that is used is noted, so that the
 * flow loads and says so when it is run.
 */
final class LaterKeys {

    private static final Form.Choice<String> TRANSFORMS = Form.Choice.of(
            List.of("exclude", "hash", "mask", "tokenize", "truncate", "generalize", "domain"), Function.identity());
    private static final Key<String> TRANSFORM = Key.text("transform", "").mandatory();

    private LaterKeys() {}

    /**
     * Checks the keys; answers the columns that privacy excludes, which is done already.
     *
     * @param notYet gets what cannot run yet
     */
    static List<String> check(TomlSection section, List<Problem> notYet) {
        String engine = section.get(ExportKeys.ENGINE);
        if (!engine.equals("camel")) {
            notYet.add(section.about("engine", "\"" + engine + "\" cannot run yet; \"camel\" can"));
        }
        return checkPrivacy(section.section(ExportKeys.PRIVACY), notYet);
    }

    /** A key for each column: its transform, or a table that has one. */
    private static List<String> checkPrivacy(TomlSection privacy, List<Problem> notYet) {
        List<String> excluded = new ArrayList<>();
        if (privacy == null) {
            return excluded;
        }
        for (String column : privacy.keys()) {
            boolean isText = privacy.value(column) instanceof String;
            TomlSection detailed = isText ? null : privacy.section(column);
            String transform = isText ? privacy.text(column) : detailed == null ? null : detailed.get(TRANSFORM);
            if (transform == null) {
                continue;
            }
            try {
                if (TRANSFORMS.parse(transform).equals("exclude")) {
                    excluded.add(column);
                } else {
                    notYet.add(privacy.about(column, "\"" + transform + "\" cannot run yet; exclude can"));
                }
            } catch (IllegalArgumentException e) {
                privacy.problem(column, e.getMessage());
            }
        }
        return excluded;
    }
}
