package io.waybill.format;

import io.waybill.flow.FileFormat;
import io.waybill.flow.Form;
import io.waybill.flow.FormatKind;
import io.waybill.flow.Key;
import io.waybill.flow.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** JSON: one array, or lines. */
public final class JsonFormat implements FormatKind {

    public static final Key<Long> INDENT = Key.of(
                    "indent", new Form.Whole(0, 16, false), 0L, "spaces a level; not for JSON lines")
            .without("0");

    public static final Key<Boolean> JSONL = Key.flag("jsonl", "true makes JSON lines of format `json`");

    public static final Key<Boolean> ENSURE_ASCII = Key.flag("ensure_ascii", "escape what is not ASCII");

    public static final Key<String> ENCODING = FormatOptions.ENCODING;

    public static final Key<Boolean> NEST = Key.flag("nest", "`email.domain` becomes `{\"email\": {\"domain\": …}}`");

    private static final List<Key<?>> OPTIONS =
            List.of(INDENT, JSONL, ENSURE_ASCII, ENCODING, FormatOptions.COLUMNS, NEST);

    @Override
    public Optional<List<Key<?>>> writtenByDatabases(FileFormat format) {
        return format.extension().equals("jsonl") ? Optional.of(List.of(JSONL)) : Optional.empty();
    }

    @Override
    public String dataFormat() {
        return "waybill-json";
    }

    @Override
    public List<FileFormat> formats() {
        return List.of(
                new FileFormat(this, "json", "application/json"),
                new FileFormat(this, "jsonl", "application/x-ndjson", Map.of("jsonl", true), List.of("ndjson")));
    }

    @Override
    public List<Key<?>> options() {
        return OPTIONS;
    }

    @Override
    public FileFormat meant(FileFormat given, Map<String, Object> config) {
        return Boolean.TRUE.equals(config.get(JSONL.name())) ? FileFormat.of("jsonl") : given;
    }

    @Override
    public List<Refusal> together(FileFormat format, Map<String, Object> options) {
        List<Refusal> refusals = new ArrayList<>();
        if (format.extension().equals("jsonl")) {
            if (Boolean.FALSE.equals(options.get("jsonl"))) {
                refusals.add(new Refusal("jsonl", "is false, and format = \"jsonl\" says otherwise"));
            }
            if (options.containsKey("indent") && !options.get("indent").equals(0L)) {
                refusals.add(new Refusal("indent", "is not for JSON lines, which hold one object a line"));
            }
        }
        return refusals;
    }
}
