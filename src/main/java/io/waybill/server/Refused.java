package io.waybill.server;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.facts.FactsJson;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a call is answered that is not done: a status, and a message for who called. It shows nothing of the inside. */
public final class Refused extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** RFC 9457. */
    static final String TYPE = "application/problem+json";

    private static final Map<Integer, String> TITLES = Map.ofEntries(
            Map.entry(400, "Bad Request"),
            Map.entry(401, "Unauthorized"),
            Map.entry(403, "Forbidden"),
            Map.entry(404, "Not Found"),
            Map.entry(405, "Method Not Allowed"),
            Map.entry(408, "Request Timeout"),
            Map.entry(409, "Conflict"),
            Map.entry(410, "Gone"),
            Map.entry(412, "Precondition Failed"),
            Map.entry(413, "Content Too Large"),
            Map.entry(414, "URI Too Long"),
            Map.entry(415, "Unsupported Media Type"),
            Map.entry(416, "Range Not Satisfiable"),
            Map.entry(422, "Unprocessable Content"),
            Map.entry(428, "Precondition Required"),
            Map.entry(429, "Too Many Requests"),
            Map.entry(431, "Request Header Fields Too Large"),
            Map.entry(500, "Internal Server Error"),
            Map.entry(502, "Bad Gateway"),
            Map.entry(503, "Service Unavailable"));

    private final int status;
    private final transient List<String> problems;
    private final transient Map<String, String> headers = new LinkedHashMap<>();
    private final transient Map<String, String> facts = new LinkedHashMap<>();
    private String actor;

    private Refused(int status, String detail, List<String> problems) {
        super(detail, null, false, false);
        this.status = status;
        this.problems = problems;
    }

    /** With a status and a message. */
    public static Refused of(int status, String detail) {
        return new Refused(status, detail, List.of());
    }

    /** What is not understood. */
    public static Refused badRequest(String detail) {
        return of(400, detail);
    }

    /** What is not there, or not for who asks. */
    public static Refused notFound(String detail) {
        return of(404, detail);
    }

    /** What who asks may not do. */
    public static Refused forbidden(String detail) {
        return of(403, detail);
    }

    /** What is wrong with something that was sent, a line each. */
    public static Refused wrong(List<String> problems) {
        return new Refused(422, String.join("\n", problems), problems);
    }

    /** Has a browser that shows this ask again by itself when it may be tried again. */
    public Refused repeated() {
        String seconds = headers.get("Retry-After");
        return seconds == null ? this : with("Refresh", seconds);
    }

    /** With one more header. */
    public Refused with(String header, String value) {
        headers.put(header, value);
        return this;
    }

    /** Says something for programs beside the words. */
    Refused saying(String name, String fact) {
        facts.put(name, fact);
        return this;
    }

    /** Says who is refused, where that is known, though they may do nothing. */
    Refused to(String known) {
        actor = known;
        return this;
    }

    /** Who is refused, for the record; null where that is not known here. */
    String actor() {
        return actor;
    }

    /** Of HTTP. */
    public int status() {
        return status;
    }

    /** Beside those that all answers have. */
    public Map<String, String> headers() {
        return headers;
    }

    /** What a status is called. */
    public static String title(int status) {
        return TITLES.getOrDefault(status, status < 500 ? "Bad Request" : "Internal Server Error");
    }

    /** What is wrong, a line each; empty where there is but the message. */
    public List<String> problems() {
        return problems;
    }

    /** As RFC 9457 has it; the type is about:blank, which the status tells all of. */
    Answer answer() {
        ObjectNode json = FactsJson.MAPPER
                .createObjectNode()
                .put("title", title(status))
                .put("status", status)
                .put("detail", getMessage());
        if (!problems.isEmpty()) {
            problems.forEach(json.putArray("problems")::add);
        }
        facts.forEach(json::put);
        Answer answer = Answer.json(status, json).ofType(TYPE);
        for (Map.Entry<String, String> header : headers.entrySet()) {
            answer = answer.with(header.getKey(), header.getValue());
        }
        return answer;
    }
}
