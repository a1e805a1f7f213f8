package io.waybill.server;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.facts.FactsJson;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What calls and answers look like, by name, as OpenAPI has it; which call and answer has which. */
final class ApiSchemas {

    private static final String TO = "#/components/schemas/";

    /** By the ids of operations. */
    private static final Map<String, String> ANSWERS = Map.ofEntries(
            Map.entry("listFlows", "FlowList"),
            Map.entry("addFlow", "Flow"),
            Map.entry("getFlow", "Flow"),
            Map.entry("putFlow", "Flow"),
            Map.entry("planFlow", "Plan"),
            Map.entry("planText", "Plan"),
            Map.entry("pauseFlow", "Pause"),
            Map.entry("resumeFlow", "Pause"),
            Map.entry("runFlow", "Run"),
            Map.entry("listRuns", "RunPage"),
            Map.entry("getRun", "Run"),
            Map.entry("getRunResult", "RunResult"),
            Map.entry("releaseRun", "Run"),
            Map.entry("discardRun", "Run"),
            Map.entry("redriveRun", "Run"),
            Map.entry("listDataSets", "DataSetList"),
            Map.entry("getDataSet", "DataSet"),
            Map.entry("previewDataSet", "Preview"),
            Map.entry("listTables", "TableList"),
            Map.entry("getTable", "Table"),
            Map.entry("isLive", "Health"),
            Map.entry("isReady", "Health"),
            Map.entry("endSessions", "Sessions"),
            Map.entry("listNodes", "NodeList"));

    private static final Map<String, String> BODIES =
            Map.of("runFlow", "RunRequest", "releaseRun", "Reason", "discardRun", "Reason");

    /** A line each: its name, then its fields; {@code !} is always there, {@code ?} may be null, {@code []} is a list. */
    private static final String TABLE = """
            Problem: title string!, status int!, detail string!, problems string[], quarantined_run string, superseded string
            FlowList: flows Flow[]!
            Flow: id string!, name string?, type string!, namespace string!, file string, runs boolean!, dataset string?, feed string, \
            mode string, format string, file_path string, deliveries FlowDelivery[], paused boolean!, quarantined_run string?, \
            next_run string?, next_run_local string?, starts string!, triggers Trigger[]!
            FlowDelivery: id string!, place string!
            Trigger: id string!, type string!, enabled boolean!, next string?
            Pause: id string!, paused boolean!, changed boolean!, since string?
            Plan: flow string!, dataset string!, type string, location string!, datasource string!, product string, kind string, mode string, \
            format string, window string, rows_from string?, most_rows long, refused string, guarantee string, rows string, reading string, writing string, file string, waybill string?, sql string, \
            parameters string[], columns PlanColumn[], excluded string[], left_out string?, expectations string[], \
            deliveries PlanDelivery[], notes string[], takeover string, triggers string[]!, route string, feed string, strategy string, deletions string, \
            many_tables TablePlan[], table_count int, tables_at_once int, on_failure string, last_batch any, last_batch_words string, facts Fact[], tables string[], key string[], compared string[], log string?
            TablePlan: table string!, problem string, refused string, rows string, file string, window string, sql string, columns PlanColumn[]
            PlanColumn: name string!, type string!, file_type string?, privacy string, key string, leaves string, role string, checksum any
            PlanDelivery: id string!, file string!, several boolean, waybill string?, delivered string!
            Fact: name string!, words string!
            RunRequest: mode string, batch_id any, date string, from string, to string, column string, rerun string, table string, \
            accept_schema_change boolean, accept_deletes boolean, compare_all boolean
            Reason: reason string!
            RunPage: runs Run[]!, next_cursor string?
            Run: run_id string, flow string!, status string!, goes_on boolean, stage string, rows long, bytes long, started_at string, \
            ended_at string?, host string, pid long, error string?, dead_letter string?, undelivered boolean, silent string, \
            mode string?, dataset string?, batch_id string?, logical_time string?, window string, first_day string, first_day_by string, root string, waybill string?, \
            deliveries RunDelivery[], watermark_column string, after any, up_to any, batch string, files RunFile[], file_count long, \
            flow_paused boolean, expectations Expectation[], pause RunPause, changes Change[], parent string, table_count int, tables TableStates, tables_words string, table_runs TableRun[]
            TableStates: all int!, done int!, running int!, failed int!, left int!
            TableRun: run_id string!, flow string!, dataset string?, status string!, rows long!, error string?, undelivered boolean!
            RunDelivery: id string!, place string!, status string!, error string?
            RunFile: name string!, rows long!, bytes long!, sha256 string!, row_groups int, kept_until string?
            RunPause: since string!, actor string
            Change: at string!, actor string!, action string!, detail string?
            Expectation: expectation string!, state string!, violations long!, measured string?, rows string[]
            RunResult: run_id string!, flow string!, mode string?, status string!, rows long!, files ResultFile[]!, \
            deliveries ResultDelivery[]!, batch_id any, waybill string?, started_at string!, elapsed_ms long!, staged_ms long, \
            error string?, dead_letter string?, changes BatchChanges, expectations Expectation[], left_out string?, tables TableResult[]
            TableResult: table string!, run_id string?, status string?, rows long!, files string[]!, error string?, dead_letter string?
            ResultFile: path string!, rows long!, bytes long!, sha256 string!
            ResultDelivery: id string!, place string!, delivered boolean!, error string?
            BatchChanges: new_rows long!, changed_rows long!, deleted_rows long!, unchanged_rows long!
            DataSetList: datasets DataSetLine[]!
            DataSetLine: id string!, declared boolean!, datasource string?, flows string[]!
            DataSet: id string!, declared boolean!, datasource string!, kind string!, watermark string?, time string?, columns DataSetColumn[]!
            DataSetColumn: name string!, type string!, pii boolean!
            Preview: id string!, flow string?, columns PreviewColumn[]!, hidden string[]!, rows object[]!, cut string[]!, more boolean!
            PreviewColumn: name string!, type string!, pii boolean!, leaves string
            TableList: datasource string!, tables TableLine[]!, more boolean!
            TableLine: id string!, schema string?, name string!, kind string!, declared boolean!
            Table: id string!, datasource string!, location string!, kind string!, declared boolean!, columns TableColumn[]!
            TableColumn: name string!, type string!, pii boolean!, key boolean!
            Health: status string!
            Sessions: id string!, ended int!
            NodeList: nodes Node[]!
            Node: id string!, host string!, pid long!, version string!, migration int!, triggers boolean!, is_here boolean!, started_at string!, seen_at string!, gone string?, runs object!, is_there boolean
            """;

    private static final Pattern FIELD = Pattern.compile("(\\w+) (\\w+)(\\[])?([!?]?)");

    private ApiSchemas() {}

    /** What an operation answers when it is done; empty where that is no JSON. */
    static Optional<String> answerOf(Operation operation) {
        return Optional.ofNullable(ANSWERS.get(operation.id())).map(TO::concat);
    }

    static Optional<String> bodyOf(Operation operation) {
        return Optional.ofNullable(BODIES.get(operation.id())).map(TO::concat);
    }

    static void putInto(ObjectNode schemas) {
        TABLE.lines().forEach(line -> {
            int colon = line.indexOf(':');
            ObjectNode schema = schemas.putObject(line.substring(0, colon)).put("type", "object");
            ObjectNode properties = FactsJson.MAPPER.createObjectNode();
            ArrayNode required = FactsJson.MAPPER.createArrayNode();
            for (String text : line.substring(colon + 1).split(",")) {
                Matcher field = FIELD.matcher(text.strip());
                if (!field.matches()) {
                    throw new IllegalStateException(text);
                }
                ObjectNode property = properties.putObject(field.group(1));
                if (field.group(3) != null) {
                    property = property.put("type", "array").putObject("items");
                }
                type(property, field.group(2));
                if (field.group(4).equals("?")) {
                    property.put("nullable", true);
                } else if (field.group(4).equals("!")) {
                    required.add(field.group(1));
                }
            }
            if (!required.isEmpty()) {
                schema.set("required", required);
            }
            schema.set("properties", properties);
        });
    }

    private static void type(ObjectNode schema, String type) {
        switch (type) {
            case "string", "boolean" -> schema.put("type", type);
            case "int" -> schema.put("type", "integer");
            case "long" -> schema.put("type", "integer").put("format", "int64");
            case "object" -> schema.put("type", "object").put("additionalProperties", true);
            case "any" -> schema.put("nullable", true);
            default -> schema.put("$ref", TO + type);
        }
    }
}
