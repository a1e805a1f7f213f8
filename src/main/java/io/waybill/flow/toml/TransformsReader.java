package io.waybill.flow.toml;

import io.waybill.flow.ExportKeys;
import io.waybill.flow.Key;
import io.waybill.flow.Transform;
import io.waybill.flow.TransformKeys;
import io.waybill.flow.Values;
import java.util.ArrayList;
import java.util.List;

/** Reads {@code [[properties.export.transform]]}, and {@code [properties.export.privacy]}, which is the same in short. */
final class TransformsReader {

    private static final String METHOD = "transform";

    private TransformsReader() {}

    /** Without those that are wrong, which is noted. */
    static List<Transform> read(TomlSection export) {
        List<Transform> transforms = new ArrayList<>();
        for (TomlSection section : export.sections(ExportKeys.TRANSFORM)) {
            Values values = section.all(TransformKeys.ALL);
            add(section, values, understood(section, values, TransformKeys.ALL), transforms);
        }
        TomlSection privacy = export.section(ExportKeys.PRIVACY);
        for (String column : privacy == null ? List.<String>of() : privacy.keys()) {
            if (privacy.value(column) instanceof String) {
                inShort(privacy, column, transforms);
            } else {
                inDetail(privacy.section(column), column, transforms);
            }
        }
        return transforms;
    }

    /** {@code email = "mask"}. */
    private static void inShort(TomlSection privacy, String column, List<Transform> transforms) {
        String method = privacy.text(column);
        try {
            Values values = Values.NONE
                    .with(TransformKeys.COLUMN, column)
                    .with(TransformKeys.METHOD, method == null ? null : TransformKeys.METHOD.parse(method));
            Transform transform = new Transform(values);
            transform.refusals().forEach(refusal -> privacy.problem(column, refusal.toString()));
            transforms.add(transform);
        } catch (IllegalArgumentException e) {
            privacy.problem(column, e.getMessage());
        }
    }

    /** {@code email = { transform = "mask", keep_last = 4 }}. */
    private static void inDetail(TomlSection section, String column, List<Transform> transforms) {
        if (section == null) {
            return; // it is no table, which is noted
        }
        List<Key<?>> keys = TransformKeys.ALL.stream()
                .filter(key ->
                        key != TransformKeys.COLUMN && key != TransformKeys.COLUMNS && key != TransformKeys.METHOD)
                .toList();
        Values values = section.values(keys).with(TransformKeys.COLUMN, column);
        boolean understood = understood(section, values, keys);
        String method = section.text(METHOD);
        try {
            if (method == null) {
                section.problem(METHOD, TransformKeys.METHOD.missing());
                understood = false;
            } else {
                values = values.with(TransformKeys.METHOD, TransformKeys.METHOD.parse(method));
            }
        } catch (IllegalArgumentException e) {
            section.problem(METHOD, e.getMessage());
            understood = false;
        }
        add(section, values, understood, transforms);
        section.refuseUnknownKeys();
    }

    private static boolean understood(TomlSection section, Values values, List<Key<?>> keys) {
        return keys.stream().allMatch(key -> values.has(key) || !section.has(key));
    }

    private static void add(TomlSection section, Values values, boolean understood, List<Transform> transforms) {
        Transform transform = new Transform(values);
        if (understood && values.has(TransformKeys.METHOD)) {
            transform.refusals().forEach(section::problem);
            transforms.add(transform);
        }
    }
}
