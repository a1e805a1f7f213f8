package io.waybill.format;

import io.waybill.flow.Form;
import io.waybill.flow.Key;
import java.util.List;
import java.util.function.Function;

/** How options of formats are declared, and those that several formats have. */
final class FormatOptions {

    static final Key<String> ENCODING = Key.said(
                    "encoding",
                    FormatOptions::encoding,
                    "`utf-8`, `utf-8-sig`, `utf-16`, `iso-8859-1`, `windows-1252`, any that Java knows; what JSON lacks in it is escaped")
            .otherwise("utf-8");

    @SuppressWarnings("rawtypes") // a list of anything
    static final Key<List> COLUMNS = Key.of(
                    "columns",
                    new Form.Checked<>(List.class, FormatOptions::names),
                    null,
                    "the same as the flow's `columns`")
            .without("all");

    private FormatOptions() {}

    /** @param problem what is wrong with a value, or null */
    static Key<String> text(String name, String otherwise, Function<Object, String> problem, String means) {
        return Key.of(name, new Form.Checked<>(String.class, problem), otherwise, means)
                .without(otherwise == null ? "" : "`" + otherwise + "`");
    }

    private static String encoding(String name) {
        TextEncoding.of(name, false);
        return name;
    }

    private static String names(Object value) {
        boolean names = value instanceof List<?> list && list.stream().allMatch(String.class::isInstance);
        return names ? null : Form.describe(value) + "; a list of column names is expected";
    }
}
