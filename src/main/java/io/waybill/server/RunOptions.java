package io.waybill.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.flow.ExportMode;
import io.waybill.flow.Flow;
import io.waybill.route.WaybillConstants;
import io.waybill.route.step.LogicalTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What somebody asks of a run besides: the options of {@code waybill run}, as fields. */
final class RunOptions {

    private static final Map<String, String> TEXTS = new LinkedHashMap<>(Map.of(
            "mode", WaybillConstants.MODE,
            "from", WaybillConstants.FROM,
            "to", WaybillConstants.TO,
            "column", WaybillConstants.COLUMN,
            "table", WaybillConstants.TABLE,
            "rerun", WaybillConstants.RERUN));

    private static final Map<String, String> FLAGS = new LinkedHashMap<>(Map.of(
            "accept_schema_change", WaybillConstants.ACCEPT_SCHEMA,
            "accept_deletes", WaybillConstants.ACCEPT_DELETES,
            "compare_all", WaybillConstants.COMPARE_ALL));

    static final List<String> FIELDS = List.of(
            "mode",
            "batch_id",
            "date",
            "from",
            "to",
            "column",
            "rerun",
            "table",
            "accept_schema_change",
            "accept_deletes",
            "compare_all");

    private RunOptions() {}

    /**
     * The headers that ask for it.
     *
     * @throws Refused where a field is not understood
     */
    static Map<String, Object> headers(Flow flow, ObjectNode asked) {
        Call.refuseOthers(asked, "", FIELDS);
        Map<String, Object> headers = new LinkedHashMap<>();
        TEXTS.forEach((field, header) -> {
            if (asked.has(field)) {
                headers.put(header, text(asked, field));
            }
        });
        FLAGS.forEach((field, header) -> {
            if (asked.has(field)) {
                headers.put(header, flag(asked, field));
            }
        });
        try {
            if (asked.has("mode")) {
                headers.put(
                        WaybillConstants.MODE,
                        ExportMode.parse(text(asked, "mode")).label());
            }
        } catch (IllegalArgumentException e) {
            throw Refused.badRequest("mode: " + e.getMessage());
        }
        if (asked.has("batch_id")) {
            headers.put(WaybillConstants.BATCH_ID, batch(asked.get("batch_id")));
        }
        if (asked.has("date")) {
            try {
                headers.put(WaybillConstants.LOGICAL_TIME, LogicalTime.parse(text(asked, "date"), flow.timezone()));
            } catch (IllegalArgumentException e) {
                throw Refused.badRequest("date: " + e.getMessage());
            }
        }
        if (headers.containsKey(WaybillConstants.TABLE) && !flow.isOfManyTables()) {
            throw Refused.badRequest("table: is for a flow of many tables, and flow \"" + flow.id() + "\" is of one");
        }
        return headers;
    }

    private static Object batch(JsonNode value) {
        if (value.isIntegralNumber() && value.canConvertToLong()) {
            return value.longValue();
        }
        if (value.isTextual() && !value.asText().isBlank()) {
            String text = value.asText();
            return text.matches("0|-?[1-9]\\d{0,17}") ? (Object) Long.valueOf(text) : text;
        }
        throw Refused.badRequest("batch_id: is not a whole number or a text");
    }

    private static String text(ObjectNode asked, String field) {
        if (!asked.get(field).isTextual() || asked.get(field).asText().isBlank()) {
            throw Refused.badRequest(field + ": is not a text");
        }
        return asked.get(field).asText();
    }

    private static boolean flag(ObjectNode asked, String field) {
        if (!asked.get(field).isBoolean()) {
            throw Refused.badRequest(field + ": is not true or false");
        }
        return asked.get(field).asBoolean();
    }

    /** A message about the headers, in the words of the fields. */
    static String worded(String message) {
        String worded =
                message.replace(WaybillConstants.BATCH_ID, "batch_id").replace(WaybillConstants.LOGICAL_TIME, "date");
        for (Map<String, String> names : List.of(TEXTS, FLAGS)) {
            for (Map.Entry<String, String> name : names.entrySet()) {
                worded = worded.replaceAll("\\b" + name.getValue() + "\\b", name.getKey());
            }
        }
        return worded;
    }
}
