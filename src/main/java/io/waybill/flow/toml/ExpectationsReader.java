package io.waybill.flow.toml;

import io.waybill.flow.ExpectKeys;
import io.waybill.flow.Expectation;
import io.waybill.flow.ExportKeys;
import io.waybill.flow.Refusal;
import io.waybill.flow.Values;
import java.util.ArrayList;
import java.util.List;

/** Reads what is expected of an export. */
final class ExpectationsReader {

    private ExpectationsReader() {}

    /** Those that are well formed; what is wrong with others is noted. */
    static List<Expectation> read(TomlSection export) {
        List<Expectation> expectations = new ArrayList<>();
        for (TomlSection section : export.sections(ExportKeys.EXPECT)) {
            Values values = section.all(ExpectKeys.ALL);
            boolean understood = ExpectKeys.ALL.stream().allMatch(key -> values.has(key) || !section.has(key));
            Expectation expectation = new Expectation(values);
            List<Refusal> refusals = understood ? expectation.refusals() : List.of();
            refusals.forEach(section::problem);
            if (understood && refusals.isEmpty()) {
                expectations.add(expectation);
            }
        }
        return expectations;
    }
}
