package io.waybill.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.flow.NearestName;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The body of an export call, as it is documented, to the letter.
 *
 * @param dataset the data set; null where none is named
 * @param folder the folder in the bucket, with a slash at its end; empty for the bucket itself
 * @param options of the destination: endpoint, region, allow_http, virtual_hosted_style
 * @param format the format's name of a flow
 * @param singleFile whether all goes into one file
 * @param rowGroupSize bytes
 * @param maxRowGroupsPerFile 0 for no limit
 * @param targetFileSizeBytes 0 for no limit
 * @param includeMetrics whether the answer says what it has cost
 */
record ExportRequest(
        String dataset,
        String bucket,
        String folder,
        Credentials credentials,
        Options options,
        String format,
        boolean singleFile,
        long rowGroupSize,
        long maxRowGroupsPerFile,
        long targetFileSizeBytes,
        boolean includeMetrics) {

    static final long USUAL_ROW_GROUP_SIZE = 40_000_000;

    private static final Map<String, String> FORMATS = new LinkedHashMap<>();

    static {
        FORMATS.put("Parquet", "parquet");
        FORMATS.put("Jsonl", "jsonl");
        FORMATS.put("Csv", "csv");
        FORMATS.put("Tsv", "tsv");
        FORMATS.put("Json", "json");
    }

    private static final List<String> FIELDS = List.of(
            "dataset",
            "export_paths",
            "format",
            "mode",
            "row_group_size",
            "max_row_groups_per_file",
            "target_file_size_bytes",
            "include_metrics");

    /** By what a text would tell Camel what to do, in the properties and the endpoint that it gets into: placeholders, the end of what is raw, beans. */
    private static final Pattern STEERS = Pattern.compile("\\{\\{|}}|@@\\[|]@@|[)}]&|^\\s*#|\\p{Cntrl}");

    private static final Pattern REGION = Pattern.compile("[a-z0-9-]{1,40}");

    /** What the caller proves itself by at the destination; shown nowhere. */
    record Credentials(String accessKey, String secretKey) {

        @Override
        public String toString() {
            return "Credentials[…]";
        }
    }

    /**
     * How the destination is come to.
     *
     * @param endpoint null for AWS
     * @param region null for none
     */
    record Options(String endpoint, String region, boolean allowHttp, boolean virtualHostedStyle) {}

    /** What is asked for, in one text that tells it from all else: not who pays for it, which may change between two calls. */
    String asked() {
        return "export\n" + this;
    }

    boolean hasRowGroups() {
        return format.equals("parquet");
    }

    /**
     * Reads a body.
     *
     * @throws Refused where it is not as documented; the message begins with the field's path
     */
    static ExportRequest read(ObjectNode body) {
        Call.refuseOthers(body, "", FIELDS);
        ObjectNode paths = object(body, "", "export_paths");
        Call.refuseOthers(paths, "export_paths.", List.of("paths", "storage_config"));
        ObjectNode storage = object(paths, "export_paths.", "storage_config");
        String at = "export_paths.storage_config.";
        Call.refuseOthers(storage, at, List.of("storage_type", "bucket", "credentials", "options"));
        choice(storage, at, "storage_type", List.of("S3"), null);
        String bucket = text(storage, at, "bucket", true);
        if (!bucket.matches("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")) {
            throw Refused.badRequest(at + "bucket: \"" + bucket + "\" is not the name of a bucket");
        }
        String format = FORMATS.get(choice(body, "", "format", List.copyOf(FORMATS.keySet()), "Parquet"));
        String mode = choice(body, "", "mode", List.of("multi_file", "single_file"), "multi_file");
        long rowGroupSize = number(body, "row_group_size", USUAL_ROW_GROUP_SIZE);
        if (rowGroupSize > 0 && (rowGroupSize < 1024 || rowGroupSize > 1L << 31)) {
            throw Refused.badRequest(
                    "row_group_size: " + rowGroupSize + " is not allowed; 0 for the usual, or 1024 to 2147483648 is");
        }
        return new ExportRequest(
                text(body, "", "dataset", false),
                bucket,
                folder(paths, bucket),
                credentials(storage, at),
                options(storage, at),
                format,
                mode.equals("single_file"),
                rowGroupSize == 0 ? USUAL_ROW_GROUP_SIZE : rowGroupSize,
                number(body, "max_row_groups_per_file", 0),
                number(body, "target_file_size_bytes", 0),
                flag(body, "", "include_metrics", false));
    }

    private static String folder(ObjectNode paths, String bucket) {
        String at = "export_paths.paths";
        JsonNode list = paths.get("paths");
        if (list == null || !list.isArray() || list.size() != 1 || !list.get(0).isTextual()) {
            throw Refused.badRequest(at + ": " + (list == null ? "is missing" : "is not a list of exactly one text")
                    + "; write [\"exports/orders\"]");
        }
        String path = list.get(0).asText();
        String own = "s3://" + bucket + "/";
        if (path.startsWith("s3://") && !path.startsWith(own)) {
            throw Refused.badRequest(at + "[0]: \"" + path + "\" is not in bucket \"" + bucket + "\"");
        }
        String inside = path.startsWith(own) ? path.substring(own.length()) : path;
        String folder = inside.replaceAll("^/+|/+$", "");
        boolean wrong = folder.length() > 800
                || folder.chars().anyMatch(each -> each < 0x20 || "{}\\?*".indexOf(each) >= 0)
                || List.of(folder.split("/")).stream().anyMatch(part -> part.equals("..") || part.equals("."))
                || folder.contains("//");
        if (wrong) {
            throw Refused.badRequest(
                    at + "[0]: is not a folder; names with slashes between them, without \"..\", { } ? * \\"
                            + " are allowed");
        }
        return folder.isEmpty() ? "" : folder + "/";
    }

    private static Credentials credentials(ObjectNode storage, String at) {
        ObjectNode credentials = object(storage, at, "credentials");
        Call.refuseOthers(credentials, at + "credentials.", List.of("access_key", "secret_key"));
        return new Credentials(
                text(credentials, at + "credentials.", "access_key", true),
                text(credentials, at + "credentials.", "secret_key", true));
    }

    private static Options options(ObjectNode storage, String at) {
        if (!storage.has("options")) {
            return new Options(null, null, false, false);
        }
        ObjectNode options = object(storage, at, "options");
        String in = at + "options.";
        Call.refuseOthers(options, in, List.of("endpoint", "region", "allow_http", "virtual_hosted_style"));
        Options read = new Options(
                text(options, in, "endpoint", false),
                text(options, in, "region", false),
                flag(options, in, "allow_http", false),
                flag(options, in, "virtual_hosted_style", false));
        if (read.region() != null && !REGION.matcher(read.region()).matches()) {
            throw Refused.badRequest(
                    in + "region: is not the name of a region; up to 40 small letters, digits and - are allowed");
        }
        if (read.endpoint() != null) {
            String scheme = read.endpoint().toLowerCase(Locale.ROOT);
            if (!scheme.matches("https?://[^/?#\\s]+/?")) {
                throw Refused.badRequest(in + "endpoint: is not a server; write https://host or https://host:port");
            }
            if (scheme.startsWith("http:") && !read.allowHttp()) {
                throw Refused.badRequest(in + "endpoint: is http, and allow_http is not true");
            }
        }
        return read;
    }

    private static ObjectNode object(ObjectNode in, String at, String name) {
        if (in.get(name) instanceof ObjectNode object) {
            return object;
        }
        throw Refused.badRequest(at + name + ": " + (in.has(name) ? "is not an object" : "is missing"));
    }

    private static String text(ObjectNode in, String at, String name, boolean needed) {
        JsonNode value = in.get(name);
        if (value == null && !needed) {
            return null;
        }
        if (value == null
                || !value.isTextual()
                || value.asText().isBlank()
                || value.asText().length() > 2_000) {
            throw Refused.badRequest(at + name + ": " + (value == null ? "is missing" : "is not a text"));
        }
        if (steers(value.asText())) {
            throw Refused.badRequest(at + name
                    + ": {{, }}, @@[, ]@@, )&, }&, control characters and # at the beginning are not allowed");
        }
        return value.asText();
    }

    /** Whether a text would tell Camel what to do where it gets into a property, or into the URI of an endpoint. */
    static boolean steers(String text) {
        return STEERS.matcher(text).find();
    }

    private static String choice(ObjectNode in, String at, String name, List<String> allowed, String otherwise) {
        String value = text(in, at, name, otherwise == null);
        if (value == null) {
            return otherwise;
        }
        if (!allowed.contains(value)) {
            String shown = value.substring(0, Math.min(60, value.length()));
            throw Refused.badRequest(at + name + ": " + NearestName.refusal(shown, "is not known", allowed));
        }
        return value;
    }

    private static long number(ObjectNode in, String name, long otherwise) {
        JsonNode value = in.get(name);
        if (value == null) {
            return otherwise;
        }
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw Refused.badRequest(name + ": is not a whole number");
        }
        if (value.longValue() < 0) {
            throw Refused.badRequest(name + ": " + value.longValue() + " is below 0");
        }
        return value.longValue();
    }

    private static boolean flag(ObjectNode in, String at, String name, boolean otherwise) {
        JsonNode value = in.get(name);
        if (value == null) {
            return otherwise;
        }
        if (!value.isBoolean()) {
            throw Refused.badRequest(at + name + ": is not true or false");
        }
        return value.asBoolean();
    }
}
