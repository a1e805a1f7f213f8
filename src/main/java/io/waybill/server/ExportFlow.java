package io.waybill.server;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.waybill.delivery.Reach;
import io.waybill.flow.Form;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An export call as a flow of one run, and the connection that goes with it.
 *
 * @param id of the flow, and of the connection
 * @param dataset the data set
 * @param reach where the name of the server may lead that the caller has named
 */
record ExportFlow(String id, String dataset, ExportRequest request, Reach reach) {

    /** The settings of its connection, by their keys. */
    Map<String, String> connection() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("type", "s3");
        settings.put("access-key", request.credentials().accessKey());
        settings.put("secret-key", request.credentials().secretKey());
        settings.put(
                "region",
                request.options().region() == null
                        ? "us-east-1"
                        : request.options().region());
        settings.put("addresses", Form.lower(reach));
        settings.put("path-style", Boolean.toString(!request.options().virtualHostedStyle()));
        if (request.options().endpoint() != null) {
            settings.put("endpoint", request.options().endpoint());
        }
        return settings;
    }

    /** Its text. */
    String toml() {
        StringBuilder toml = new StringBuilder("id = " + quoted(id) + "\n[properties.export]\n");
        toml.append("source_dataset_id = ").append(quoted(dataset)).append("\n");
        toml.append("format = ").append(quoted(request.format())).append("\n");
        toml.append("file_path = ")
                .append(quoted("s3://" + request.bucket() + "/" + request.folder()))
                .append("\n");
        toml.append("connection = ").append(quoted(id)).append("\n");
        if (!request.singleFile()) {
            if (request.targetFileSizeBytes() > 0) {
                toml.append("target_file_size_bytes = ")
                        .append(request.targetFileSizeBytes())
                        .append("\n");
            }
            if (request.maxRowGroupsPerFile() > 0 && request.hasRowGroups()) {
                toml.append("max_row_groups_per_file = ")
                        .append(request.maxRowGroupsPerFile())
                        .append("\n");
            }
        }
        if (request.hasRowGroups()) {
            toml.append("exporter_config = { row_group_size = ")
                    .append(request.rowGroupSize())
                    .append(" }\n");
        }
        return toml.toString();
    }

    /** As JSON has it, which TOML's basic strings take. */
    private static String quoted(String text) {
        return "\"" + new String(JsonStringEncoder.getInstance().quoteAsString(text)).replace("\u007f", "\\u007F")
                + "\"";
    }
}
