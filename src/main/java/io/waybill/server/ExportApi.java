package io.waybill.server;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.WaybillException;
import io.waybill.delivery.DeadLetter;
import io.waybill.facts.FactsJson;
import io.waybill.flow.Flow;
import io.waybill.flow.InvalidFlowException;
import io.waybill.ledger.Occasion;
import io.waybill.ledger.RunEntry;
import io.waybill.ledger.RunResult;
import io.waybill.ledger.RunTotal;
import io.waybill.part.StagedPart;
import io.waybill.route.WaybillConstants;
import io.waybill.route.step.AskedRun;
import io.waybill.run.ActiveRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Semaphore;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The export call: a data set into a bucket that the caller names, with a documented answer of its own. It runs as a flow of one run,
 * by the same route as any.
 */
final class ExportApi {

    private static final Logger LOG = LoggerFactory.getLogger(ExportApi.class);

    static final String ID = "export";

    private static final int MOST_AT_ONCE = 8;

    private static final Pattern PEAK = Pattern.compile("VmHWM:\\s+(\\d+) kB");

    private final Desk desk;
    private final DataSetsApi dataSets;
    private final RunningApi running;
    private final Places places;
    private final CallConnections connections = new CallConnections();
    private final SecureRandom random = new SecureRandom();
    private final Semaphore atOnce = new Semaphore(MOST_AT_ONCE);

    ExportApi(Desk desk, DataSetsApi dataSets, RunningApi running) {
        this.desk = desk;
        this.dataSets = dataSets;
        this.running = running;
        this.places = new Places(desk);
        desk.context().getPropertiesComponent().addPropertiesSource(connections);
    }

    List<Operation> operations() {
        return List.of(Operation.of(
                        ID,
                        "POST",
                        "/v2/data/export",
                        Role.CREATE,
                        "Exports a data set into a bucket, and answers when all is there.",
                        this::export)
                .takes(Answer.JSON));
    }

    /** What a refusal of it looks like: the call has a form of its own for these. */
    static Answer refused(Refused refused) {
        String type = switch (refused.status()) {
            case 400, 413, 415 -> "InvalidRequest";
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            case 404 -> "NotFound";
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

    private Answer export(Call call) {
        ExportRequest request = ExportRequest.read(call.json());
        String dataset = dataset(request, call.caller());
        if (!places.allowsS3(request.options().endpoint(), request.bucket())) {
            throw Refused.forbidden(
                    "export_paths.storage_config: "
                            + (request.options().endpoint() == null
                                    ? "the server of AWS and this bucket are"
                                    : "the server of options.endpoint and this bucket are")
                            + " none that an administrator has named, by a connection of type s3 or in waybill.server.allowed-endpoints");
        }
        running.requireQuota(call.caller(), Target.ofDataSet(dataset));
        if (!atOnce.tryAcquire()) {
            throw Refused.of(503, MOST_AT_ONCE + " exports run already").with("Retry-After", "10");
        }
        byte[] bytes = new byte[6];
        random.nextBytes(bytes);
        String id = RunTotal.flowOfCall(HexFormat.of().formatHex(bytes));
        try {
            connections.open(id, connection(request));
            return run(id, dataset, request, call.caller());
        } finally {
            connections.close(id);
            atOnce.release();
        }
    }

    private String dataset(ExportRequest request, Caller caller) {
        Set<String> known = new TreeSet<>(desk.files().all().dataSets().keySet());
        desk.files().all().flows().values().stream().map(Flow::sourceDataset).forEach(known::add);
        known.removeIf(id -> !dataSets.may(caller, id));
        String id =
                request.dataset() != null ? request.dataset() : desk.settings().dataset();
        if (id == null) {
            if (known.size() != 1) {
                throw Refused.badRequest("dataset: is missing, and there is not exactly one"
                        + (known.isEmpty() ? "" : "; there are: " + String.join(", ", known)));
            }
            id = known.iterator().next();
        }
        if (!known.contains(id)) {
            throw Refused.notFound("dataset: there is no data set \"" + id + "\"");
        }
        if (!caller.may(Role.CREATE, Target.ofDataSet(id))) {
            throw Refused.forbidden("dataset: role create is needed for data set \"" + id + "\" itself, or everywhere");
        }
        return id;
    }

    private static Map<String, String> connection(ExportRequest request) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("type", "s3");
        settings.put("access-key", request.credentials().accessKey());
        settings.put("secret-key", request.credentials().secretKey());
        settings.put(
                "region",
                request.options().region() == null
                        ? "us-east-1"
                        : request.options().region());
        settings.put("path-style", Boolean.toString(!request.options().virtualHostedStyle()));
        if (request.options().endpoint() != null) {
            settings.put("endpoint", request.options().endpoint());
        }
        return settings;
    }

    private static String toml(String id, String dataset, ExportRequest request) {
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

    private Answer run(String id, String dataset, ExportRequest request, Caller caller) {
        long began = System.nanoTime();
        desk.files().loadForOnce(id, toml(id, dataset, request));
        try {
            AskedRun asked = AskedRun.start(
                    desk.context(),
                    id,
                    Map.of(),
                    new Occasion.Requested(caller.id(), null, null),
                    caller.mostRows(Target.ofDataSet(dataset)),
                    desk.runs());
            Exchange exchange = asked.awaitEnd(Duration.ofDays(1))
                    .orElseThrow(() -> Refused.of(503, "the export has not ended within a day"));
            ActiveRun run = exchange.getProperty(WaybillConstants.RUN, ActiveRun.class);
            if (run != null) {
                desk.records().audit(caller.actor()).write("run", run.runId(), "data set " + dataset);
            }
            if (exchange.getException() != null) {
                throw failed(run, exchange.getException(), caller);
            }
            return Answer.json(200, answer(request, run, began)).with("Location", "/v2/runs/" + run.runId());
        } finally {
            desk.files().unloadForOnce(id);
        }
    }

    /** Its files are given up: nobody can deliver them later, without the caller's credentials. */
    private Refused failed(ActiveRun run, Exception failure, Caller caller) {
        RunResult result = run == null ? null : run.result();
        if (result != null) {
            desk.ledger()
                    .run(result.runId())
                    .filter(entry -> entry.deadLetter() != null)
                    .ifPresent(this::discard);
        }
        WaybillException known = WaybillException.causes(failure)
                .filter(WaybillException.class::isInstance)
                .map(WaybillException.class::cast)
                .findFirst()
                .orElse(null);
        boolean isRefusal = WaybillException.causes(failure).anyMatch(InvalidFlowException.class::isInstance)
                || known != null && known.stage() == WaybillException.Stage.PLAN && !known.retryable();
        String message = result != null && result.error() != null
                ? result.error()
                : known != null ? known.getMessage() : "the export has failed; the server's log says why";
        if (known == null && !isRefusal) {
            LOG.error("An export call has failed", failure);
        }
        return Refused.of(isRefusal ? 400 : 502, desk.told(message, caller));
    }

    private void discard(RunEntry run) {
        if (desk.ledger().discard(run, null)) {
            try {
                DeadLetter.deleteFolder(Path.of(run.deadLetter()));
            } catch (IOException e) {
                LOG.warn("The files of run {} are not removed: {}", run.runId(), e.getMessage());
            }
        }
    }

    private static ObjectNode answer(ExportRequest request, ActiveRun run, long began) {
        List<StagedPart> parts = run.staged().parts();
        long uncompressed =
                parts.stream().mapToLong(StagedPart::uncompressedBytes).sum();
        long groups = parts.stream().mapToLong(part -> part.facts().rowGroups()).sum();
        ObjectNode json = FactsJson.MAPPER.createObjectNode().put("code", 200).put("success", true);
        ObjectNode data = json.putObject("data");
        ObjectNode result = data.putObject("export_result");
        result.put("average_uncompressed_row_group_size", groups == 0 ? 0 : uncompressed / groups);
        ArrayNode files = result.putArray("files");
        run.result().files().forEach(file -> files.add(file.name()));
        result.put("mode", request.singleFile() ? "single_file" : "multi_file")
                .put("num_row_groups", groups)
                .put("output_prefix", "s3://" + request.bucket() + "/" + request.folder())
                .put("total_row_count", run.result().rows())
                .put("total_uncompressed_byte_size", uncompressed);
        if (request.includeMetrics()) {
            data.putObject("metrics")
                    .put("elapsed_time", (System.nanoTime() - began) / 1_000_000 / 1000.0)
                    .put("rss_peak_bytes", peakBytes());
        }
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
