package io.waybill.server;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/** Gives the files of runs away, by the operating system's own means: whoever reads slowly has no thread. */
final class FileDownload {

    static final String ID = "getFile";

    private final Api api;

    FileDownload(Api api) {
        this.api = api;
    }

    static List<Operation> operations() {
        return List.of(Operation.of(
                        ID,
                        "GET",
                        "/v2/runs/{id}/files/{name*}",
                        Role.DOWNLOAD,
                        "A file of a run, or a range of it.",
                        null)
                .header("Range", "bytes=0-1023: one range")
                .header("If-Range", "the ETag of what the caller has a part of")
                .header("If-None-Match", "the ETag of what the caller has")
                .answers(200, "application/octet-stream"));
    }

    /**
     * A file that may be fetched.
     *
     * @param file where it lies
     * @param bytes its length
     * @param sha256 in hex
     */
    record Found(Path file, String name, long bytes, String sha256) {

        String tag() {
            return "\"" + sha256 + "\"";
        }

        String digest() {
            return Base64.getEncoder().encodeToString(HexFormat.of().parseHex(sha256));
        }
    }

    void addTo(Router router) {
        String files = "/v2/runs/[^/]+/files/.+";
        router.getWithRegex(files).handler(this::handle);
        router.headWithRegex(files).handler(this::handle);
    }

    private void handle(RoutingContext context) {
        Operation operation = api.operation(ID);
        Api.Request request = ApiStep.request(context.request(), new byte[0]);
        context.vertx()
                .executeBlocking(() -> api.check(operation, request, api.files()::find), false)
                .onSuccess(found -> send(context, found))
                .onFailure(e -> DoorAnswers.send(
                        context,
                        e instanceof Refused refused
                                ? refused.answer()
                                : Refused.of(500, "").answer()));
    }

    private static void send(RoutingContext context, Found found) {
        HttpServerResponse response = context.response();
        response.putHeader("ETag", found.tag())
                .putHeader("Accept-Ranges", "bytes")
                .putHeader("Repr-Digest", "sha-256=:" + found.digest() + ":")
                .putHeader("Digest", "SHA-256=" + found.digest());
        String known = context.request().getHeader("If-None-Match");
        if (known != null && (known.contains(found.tag()) || known.strip().equals("*"))) {
            DoorAnswers.send(context, Answer.empty(304));
            return;
        }
        ByteRange range = ByteRange.of(context.request()::getHeader, found);
        if (range == null) {
            response.putHeader("Content-Range", "bytes */" + found.bytes());
            DoorAnswers.send(
                    context,
                    Refused.of(416, "Range: the file has " + found.bytes() + " bytes")
                            .answer());
            return;
        }
        response.putHeader("Content-Type", "application/octet-stream")
                .putHeader("Content-Disposition", disposition(found.name()))
                .putHeader("Content-Length", Long.toString(range.length()));
        if (range.isPart()) {
            response.setStatusCode(206)
                    .putHeader(
                            "Content-Range",
                            "bytes " + range.from() + "-" + (range.from() + range.length() - 1) + "/" + found.bytes());
        }
        if (range.length() == 0 || context.request().method() == HttpMethod.HEAD) {
            response.end();
            return;
        }
        response.sendFile(found.file().toString(), range.from(), range.length())
                .onFailure(e -> context.request().connection().close());
    }

    /** RFC 6266, for names of any characters. */
    private static String disposition(String name) {
        String last = name.substring(name.lastIndexOf('/') + 1);
        StringBuilder encoded = new StringBuilder();
        for (byte each : last.getBytes(java.nio.charset.StandardCharsets.UTF_8)) {
            boolean plain = each > 0 && (Character.isLetterOrDigit(each) || "-._".indexOf(each) >= 0);
            encoded.append(
                    plain
                            ? String.valueOf((char) each)
                            : "%" + HexFormat.of().withUpperCase().toHexDigits(each));
        }
        return "attachment; filename*=UTF-8''" + encoded;
    }
}
