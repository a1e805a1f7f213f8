package io.waybill.server;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.facts.FactsJson;
import java.util.List;
import java.util.Locale;

/** The operations as OpenAPI 3.0 describes them: made of their declarations, so that it says of no other than there are. */
final class OpenApi {

    private static final String PROBLEM = "#/components/schemas/Problem";
    private static final String EXPORT = "#/components/schemas/ExportRequest";
    private static final String EXPORTED = "#/components/schemas/ExportAnswer";

    private OpenApi() {}

    static Operation operation(java.util.function.Supplier<List<Operation>> all) {
        return Operation.of(
                "getOpenApi",
                "GET",
                "/openapi.json",
                null,
                "This document.",
                call -> Answer.json(200, document(all.get())));
    }

    static ObjectNode document(List<Operation> operations) {
        ObjectNode document = FactsJson.MAPPER.createObjectNode().put("openapi", "3.0.3");
        document.putObject("info")
                .put("title", "Waybill")
                .put("version", "2")
                .put("description", "Exports data sets: flows, their runs, and the files that they write.");
        document.putArray("servers").addObject().put("url", "/");
        ObjectNode paths = document.putObject("paths");
        for (Operation operation : operations) {
            if (operation.isPage()) {
                continue; // for people
            }
            paths.withObject("/" + operation.template().replace("~", "~0").replace("/", "~1"))
                    .set(operation.method().toLowerCase(Locale.ROOT), described(operation));
        }
        ObjectNode components = document.putObject("components");
        components
                .putObject("securitySchemes")
                .putObject("token")
                .put("type", "http")
                .put("scheme", "bearer")
                .put("bearerFormat", "waybill_…");
        ObjectNode schemas = components.putObject("schemas");
        ApiSchemas.putInto(schemas);
        exportRequest(schemas.putObject("ExportRequest"));
        exportAnswer(schemas.putObject("ExportAnswer"));
        return document;
    }

    private static ObjectNode described(Operation operation) {
        ObjectNode json = FactsJson.MAPPER
                .createObjectNode()
                .put("operationId", operation.id())
                .put("summary", operation.summary());
        ArrayNode parameters = json.putArray("parameters");
        for (String variable : operation.variables()) {
            parameters
                    .addObject()
                    .put("name", variable)
                    .put("in", "path")
                    .put("required", true)
                    .putObject("schema")
                    .put("type", "string");
        }
        for (Operation.Parameter parameter : operation.parameters()) {
            if (parameter.name().equals("Accept")) {
                continue; // OpenAPI takes it for no parameter
            }
            parameters
                    .addObject()
                    .put("name", parameter.name())
                    .put("in", parameter.in())
                    .put("description", parameter.means())
                    .putObject("schema")
                    .put("type", "string");
        }
        boolean exports = operation.id().equals(ExportApi.ID);
        if (!operation.takes().isEmpty()) {
            ObjectNode body = json.putObject("requestBody")
                    .put("required", !operation.id().equals("runFlow"));
            ObjectNode content = body.putObject("content");
            operation
                    .takes()
                    .forEach(type -> schema(
                            content,
                            type,
                            exports ? EXPORT : ApiSchemas.bodyOf(operation).orElse(null)));
        }
        ObjectNode responses = json.putObject("responses");
        ObjectNode done =
                responses.putObject(Integer.toString(operation.status())).put("description", "Done.");
        if (operation.gives() != null) {
            schema(
                    done.putObject("content"),
                    operation.gives(),
                    exports ? EXPORTED : ApiSchemas.answerOf(operation).orElse(null));
        }
        if (operation.status() == 202) { // it has ended already
            responses.set("200", done.deepCopy());
        }
        ObjectNode refused = responses.putObject("default").put("description", "What it is refused for.");
        schema(refused.putObject("content"), exports ? Answer.JSON : Refused.TYPE, exports ? EXPORTED : PROBLEM);
        ArrayNode security = json.putArray("security");
        if (operation.role() != null) {
            security.addObject().putArray("token");
            security.addObject(); // at the machine itself, where no token was made
        }
        return json;
    }

    private static void schema(ObjectNode content, String type, String reference) {
        ObjectNode schema = content.putObject(type.replaceFirst(";.*", "")).putObject("schema");
        if (reference != null) {
            schema.put("$ref", reference);
        } else if (type.startsWith(Answer.JSON)) {
            schema.put("type", "object");
        } else {
            schema.put("type", "string");
            if (type.contains("octet-stream")) {
                schema.put("format", "binary");
            }
        }
    }

    private static ObjectNode object(ObjectNode schema, String... required) {
        schema.put("type", "object");
        ArrayNode names = schema.putArray("required");
        List.of(required).forEach(names::add);
        if (required.length == 0) {
            schema.remove("required");
        }
        return schema.putObject("properties");
    }

    private static void exportRequest(ObjectNode schema) {
        ObjectNode fields = object(schema, "export_paths");
        fields.putObject("dataset").put("type", "string");
        ObjectNode paths = object(fields.putObject("export_paths"), "paths", "storage_config");
        paths.putObject("paths")
                .put("type", "array")
                .put("minItems", 1)
                .put("maxItems", 1)
                .putObject("items")
                .put("type", "string");
        ObjectNode storage = object(paths.putObject("storage_config"), "storage_type", "bucket", "credentials");
        choice(storage, "storage_type", null, "S3");
        storage.putObject("bucket").put("type", "string");
        ObjectNode credentials = object(storage.putObject("credentials"), "access_key", "secret_key");
        credentials.putObject("access_key").put("type", "string");
        credentials.putObject("secret_key").put("type", "string").put("format", "password");
        ObjectNode options = object(storage.putObject("options"));
        options.putObject("endpoint").put("type", "string");
        options.putObject("region").put("type", "string");
        options.putObject("allow_http").put("type", "boolean").put("default", false);
        options.putObject("virtual_hosted_style").put("type", "boolean").put("default", false);
        choice(fields, "format", "Parquet", "Parquet", "Jsonl", "Csv", "Tsv", "Json");
        choice(fields, "mode", "multi_file", "multi_file", "single_file");
        whole(fields, "row_group_size").put("default", ExportRequest.USUAL_ROW_GROUP_SIZE);
        whole(fields, "max_row_groups_per_file");
        whole(fields, "target_file_size_bytes");
        fields.putObject("include_metrics").put("type", "boolean").put("default", false);
    }

    private static void choice(ObjectNode fields, String name, String otherwise, String... allowed) {
        ObjectNode field = fields.putObject(name).put("type", "string");
        List.of(allowed).forEach(field.putArray("enum")::add);
        if (otherwise != null) {
            field.put("default", otherwise);
        }
    }

    private static ObjectNode whole(ObjectNode fields, String name) {
        return fields.putObject(name)
                .put("type", "integer")
                .put("format", "int64")
                .put("minimum", 0);
    }

    private static void exportAnswer(ObjectNode schema) {
        ObjectNode fields = object(schema, "code", "success");
        fields.putObject("code").put("type", "integer");
        fields.putObject("success").put("type", "boolean");
        ObjectNode data = object(fields.putObject("data").put("nullable", true));
        ObjectNode result = object(data.putObject("export_result"));
        whole(result, "average_uncompressed_row_group_size");
        result.putObject("files").put("type", "array").putObject("items").put("type", "string");
        choice(result, "mode", null, "multi_file", "single_file");
        whole(result, "num_row_groups");
        result.putObject("output_prefix").put("type", "string");
        whole(result, "total_row_count");
        whole(result, "total_uncompressed_byte_size");
        ObjectNode metrics = object(data.putObject("metrics"));
        metrics.putObject("elapsed_time").put("type", "number");
        whole(metrics, "rss_peak_bytes");
        ObjectNode exception = object(fields.putObject("exception").put("nullable", true));
        exception.putObject("type").put("type", "string");
        exception.putObject("message").put("type", "string");
    }
}
