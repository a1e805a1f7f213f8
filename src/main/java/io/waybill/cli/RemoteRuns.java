package io.waybill.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.database.Estimate;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Follows runs that go on at a server: by its events, which it goes on with where the connection was lost. */
final class RemoteRuns {

    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final int MOST_IN_VAIN = 60;
    private static final long NANOS_BETWEEN_LINES = TimeUnit.SECONDS.toNanos(10);

    private final ServerClient there;
    private final PrintWriter err;
    private final boolean progress;
    private long lastLine = System.nanoTime();

    /** @param progress whether it is shown on standard error */
    RemoteRuns(ServerClient there, PrintWriter err, boolean progress) {
        this.there = there;
        this.err = err;
        this.progress = progress;
    }

    /**
     * Has a run begin, and waits where it is behind another of its flow.
     *
     * @param ask asks for it, by a key: to ask again is to ask how it is
     */
    ServerClient.Answered begin(String flow, Supplier<ServerClient.Answered> ask) throws InterruptedException {
        ServerClient.Answered answered = ask.get();
        if (!isQueued(answered)) {
            return answered;
        }
        Thread interrupted = hook("the run waits at the server for another of its flow to end; waybill history " + flow
                + " shows it then");
        try {
            while (isQueued(answered)) {
                TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
                answered = ask.get();
            }
            return answered;
        } finally {
            unhook(interrupted);
        }
    }

    private static boolean isQueued(ServerClient.Answered answered) {
        return answered.status() == 202
                && answered.json().path("status").asText().equals("queued");
    }

    /** Says something when the command is interrupted. */
    private Thread hook(String words) {
        Thread interrupted = new Thread(
                () -> {
                    err.println(words);
                    err.flush();
                },
                "waybill-interrupt");
        Runtime.getRuntime().addShutdownHook(interrupted);
        return interrupted;
    }

    private static void unhook(Thread interrupted) {
        try {
            Runtime.getRuntime().removeShutdownHook(interrupted);
        } catch (IllegalStateException e) {
            // the process is going down, and the hook has done its part
        }
    }

    /**
     * Waits for the end of a run that was begun.
     *
     * @return its result; who interrupts the wait is told that the run goes on
     */
    ObjectNode follow(String flow, ServerClient.Answered begun) throws InterruptedException {
        String id = begun.json().path("run_id").asText("");
        Thread interrupted = hook("the run goes on at the server; waybill show " + id + " tells what becomes of it");
        try (ProgressShown shown = new ProgressShown(flow)) {
            if (begun.status() == 202) {
                listen(id, shown);
            }
        } finally {
            unhook(interrupted);
        }
        return there.get("/v2/runs/" + id + "/result");
    }

    private void listen(String id, ProgressShown shown) throws InterruptedException {
        String last = null;
        int inVain = 0;
        while (true) {
            try {
                Heard heard = hear(id, last, shown);
                if (heard.ended()) {
                    return;
                }
                inVain = heard.last() != null && !heard.last().equals(last) ? 0 : inVain + 1;
                last = heard.last();
                if (inVain > MOST_IN_VAIN) {
                    throw ServerClient.failed("the server ends what it tells of run " + id + " before its end");
                }
            } catch (IOException e) {
                inVain++;
                if (inVain > MOST_IN_VAIN) {
                    throw ServerClient.failed(there.away(e).getMessage() + "; run " + id
                            + " may go on there: waybill show " + id + " tells");
                }
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis()); // as the server asks those who come back
        }
    }

    /** What was heard over one connection. */
    private record Heard(String last, boolean ended) {}

    private Heard hear(String id, String last, ProgressShown shown) throws IOException {
        HttpRequest.Builder request = there.request("/v2/runs/" + id + "/events");
        if (last != null) {
            request.header("Last-Event-ID", last);
        }
        HttpResponse<InputStream> response = there.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        if (response.statusCode() == 204) {
            return new Heard(last, true);
        }
        if (response.statusCode() >= 500) {
            response.body().close();
            throw new IOException("it answers " + response.statusCode());
        }
        if (response.statusCode() != 200) {
            throw refused(response);
        }
        String event = null;
        String known = last;
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("id: ")) {
                    known = line.substring(4);
                } else if (line.startsWith("event: ")) {
                    event = line.substring(7);
                } else if (line.startsWith("data: ") && "progress".equals(event)) {
                    show(ResultJson.JSON.readTree(line.substring(6)), shown);
                } else if (line.isEmpty() && "end".equals(event)) {
                    return new Heard(known, true);
                }
            }
        }
        return new Heard(known, false);
    }

    private RuntimeException refused(HttpResponse<InputStream> response) throws IOException {
        try (InputStream body = response.body()) {
            JsonNode problem = ResultJson.JSON.readTree(body.readAllBytes());
            ObjectNode json = problem instanceof ObjectNode object ? object : ResultJson.JSON.createObjectNode();
            return there.failure(new ServerClient.Answered(response.statusCode(), json, null));
        }
    }

    private void show(JsonNode point, ProgressShown shown) {
        if (!progress || point.path("stage").asText().equals("plan")) {
            return;
        }
        if (!Terminal.isWatched()) {
            long now = System.nanoTime();
            if (now - lastLine < NANOS_BETWEEN_LINES) {
                return;
            }
            lastLine = now;
        }
        shown.show(new ProgressShown.Point(
                point.path("rows").asLong(),
                point.path("bytes").asLong(),
                point.path("part").asInt(1),
                !point.path("stage").asText().equals("stage"),
                Estimate.UNKNOWN));
    }
}
