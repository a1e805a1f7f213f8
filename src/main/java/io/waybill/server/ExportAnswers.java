package io.waybill.server;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.facts.FactsJson;
import io.waybill.facts.FileFacts;
import io.waybill.ledger.RowGroups;
import io.waybill.ledger.RunEntry;
import io.waybill.part.StagedPart;
import io.waybill.run.ActiveRun;
import io.waybill.run.RunJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What export calls are answered, in their own documented form. */
final class ExportAnswers {

    /** The header that tells an answer that was given before. */
    static final String REPLAYED = "Idempotency-Replayed";

    private static final int MOST_REMEMBERED = 500;

    private static final Pattern PEAK = Pattern.compile("VmHWM:\\s+(\\d+) kB");

    private final Map<String, ObjectNode> known = new Remembered<>(MOST_REMEMBERED);

    /** What a refusal of it looks like: the call has a form of its own for these. */
    static Answer refused(Refused refused) {
        String type = switch (refused.status()) {
            case 400, 413, 415, 422 -> "InvalidRequest";
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            case 404 -> "NotFound";
            case 409 -> "Conflict";
            case 429 -> "TooManyRequests";
            case 502 -> "ExportFailed";
            case 503 -> "Unavailable";
            default -> "InternalError";
        };
        ObjectNode json = FactsJson.MAPPER
                .createObjectNode()
                .put("code", refused.status())
                .put("success", false)
                .putNull("data");
        json.putObject("exception").put("type", type).put("message", refused.getMessage());
        Answer answer = Answer.json(refused.status(), json);
        for (Map.Entry<String, String> header : refused.headers().entrySet()) {
            answer = answer.with(header.getKey(), header.getValue());
        }
        return answer;
    }

    /** That of a run that has just ended; it is remembered, for those who come with its key. */
    Answer of(ExportRequest request, ActiveRun run, long began) {
        List<StagedPart> parts = run.staged().parts();
        long uncompressed =
                parts.stream().mapToLong(StagedPart::uncompressedBytes).sum();
        long groups = parts.stream().mapToLong(part -> part.facts().rowGroups()).sum();
        ObjectNode json = json(request, run.result().files(), run.result().rows());
        putGroups(result(json), groups, uncompressed);
        if (request.includeMetrics()) {
            ((ObjectNode) json.get("data"))
                    .putObject("metrics")
                    .put("elapsed_time", (System.nanoTime() - began) / 1_000_000 / 1000.0)
                    .put("rss_peak_bytes", peakBytes());
        }
        synchronized (known) {
            known.put(run.runId(), json);
        }
        return answer(json, run.runId());
    }

    /**
     * That of a run that ended before: the same where this process has run it. Else it is what the ledger has kept, without the metrics.
     *
     * @param groups empty where the ledger has kept none
     */
    Answer again(ExportRequest request, RunEntry run, Optional<RowGroups.Kept> groups) {
        ObjectNode json;
        synchronized (known) {
            json = known.get(run.runId());
        }
        if (json == null) {
            json = json(request, RunJson.published(run), run.rows());
            ObjectNode result = result(json);
            if (groups.isPresent()) {
                putGroups(result, groups.get().count(), groups.get().uncompressedBytes());
            } else if (request.hasRowGroups() && !run.files().isEmpty()) { // of before they were kept
                result.putNull("average_uncompressed_row_group_size")
                        .putNull("num_row_groups")
                        .putNull("total_uncompressed_byte_size");
            } else {
                result.put(
                        "total_uncompressed_byte_size",
                        run.files().stream().mapToLong(FileFacts::bytes).sum());
            }
        }
        return answer(json, run.runId()).with(REPLAYED, "true");
    }

    private static void putGroups(ObjectNode result, long groups, long uncompressed) {
        result.put("average_uncompressed_row_group_size", groups == 0 ? 0 : uncompressed / groups)
                .put("num_row_groups", groups)
                .put("total_uncompressed_byte_size", uncompressed);
    }

    private static Answer answer(ObjectNode json, String runId) {
        return Answer.json(200, json).with("Location", "/v2/runs/" + runId);
    }

    private static ObjectNode result(ObjectNode json) {
        return (ObjectNode) json.at("/data/export_result");
    }

    /** With its fields in their order. */
    private static ObjectNode json(ExportRequest request, List<FileFacts> published, long rows) {
        ObjectNode json = FactsJson.MAPPER.createObjectNode().put("code", 200).put("success", true);
        ObjectNode result =
                json.putObject("data").putObject("export_result").put("average_uncompressed_row_group_size", 0);
        ArrayNode files = result.putArray("files");
        published.forEach(file -> files.add(file.name()));
        result.put("mode", request.singleFile() ? "single_file" : "multi_file")
                .put("num_row_groups", 0)
                .put("output_prefix", "s3://" + request.bucket() + "/" + request.folder())
                .put("total_row_count", rows)
                .put("total_uncompressed_byte_size", 0);
        return json.putNull("exception");
    }

    /** The most memory that the process has had, as Linux counts it; elsewhere, what Java has now. */
    private static long peakBytes() {
        try {
            Matcher peak = PEAK.matcher(Files.readString(Path.of("/proc/self/status")));
            if (peak.find()) {
                return Long.parseLong(peak.group(1)) * 1024;
            }
        } catch (IOException e) {
            // another system
        }
        return Runtime.getRuntime().totalMemory();
    }
}
