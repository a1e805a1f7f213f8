package io.waybill.server;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Something that can be called, declared once: its route, its check, its place in the OpenAPI document and in the table of who may do
 * what come of this.
 *
 * @param id its name
 * @param method of HTTP
 * @param path with variables in braces; one that ends in {@code *} takes all that follows, slashes too
 * @param role what the caller needs; null for an operation that all may call
 * @param summary what it does, in one line
 * @param parameters what may stand behind the question mark, and in headers
 * @param takes the media types of the body, the first the usual; none where it has no body
 * @param status of the answer when it is done
 * @param gives the media type of the answer; null where it has none
 * @param action does it; null for one whose answer is a stream
 * @param isPage whether it is one of the pages for people, which a browser asks for and whose forms it sends
 * @param isRecorded whether the audit has a line for each call of it; else for those alone that are refused
 */
public record Operation(
        String id,
        String method,
        String path,
        Role role,
        String summary,
        List<Parameter> parameters,
        List<String> takes,
        int status,
        String gives,
        Action action,
        boolean isPage,
        boolean isRecorded) {

    /** What a page is. */
    public static final String HTML = "text/html; charset=utf-8";

    /** What forms are sent as. */
    public static final String FORM = "application/x-www-form-urlencoded";

    /** A parameter's name that stands for all others: what somebody else puts there who does not know of this server. */
    public static final String ANY = "*";

    private static final Pattern VARIABLE = Pattern.compile("\\{(\\w+)(\\*?)}");

    /** Does what an operation is for. */
    @FunctionalInterface
    public interface Action {
        /** @throws Refused where it is not done */
        Answer answer(Call call) throws Exception;
    }

    /**
     * A parameter.
     *
     * @param name its name
     * @param in {@code query}, {@code header}, or {@code form}
     * @param means what it is, in one line
     */
    public record Parameter(String name, String in, String means) {

        /** Whether it is a field of a form. */
        boolean isOfForm() {
            return in.equals("form");
        }
    }

    static Operation of(String id, String method, String path, Role role, String summary, Action action) {
        return new Operation(
                id, method, path, role, summary, List.of(), List.of(), 200, Answer.JSON, action, false, true);
    }

    /** A page. */
    public static Operation page(String id, String path, Role role, String summary, Action action) {
        return new Operation(id, "GET", path, role, summary, List.of(), List.of(), 200, HTML, action, true, true);
    }

    /** What a form of a page does, which answers where to go on. */
    public static Operation form(String id, String path, Role role, String summary, Action action) {
        return new Operation(id, "POST", path, role, summary, List.of(), List.of(FORM), 303, null, action, true, true);
    }

    /** With a parameter behind the question mark. */
    public Operation query(String name, String means) {
        return parameter(new Parameter(name, "query", means));
    }

    /** With a field of its form that says what it is about, where its path does not: it is on record with the path. */
    public Operation field(String name, String means) {
        return parameter(new Parameter(name, "form", means));
    }

    /** With a header that it minds. */
    public Operation header(String name, String means) {
        return parameter(new Parameter(name, "header", means));
    }

    private Operation parameter(Parameter parameter) {
        List<Parameter> more = new java.util.ArrayList<>(parameters);
        more.add(parameter);
        return new Operation(
                id, method, path, role, summary, List.copyOf(more), takes, status, gives, action, isPage, isRecorded);
    }

    /** With a body of one of these types. */
    public Operation takes(String... types) {
        return new Operation(
                id, method, path, role, summary, parameters, List.of(types), status, gives, action, isPage, isRecorded);
    }

    /** @param type null for an answer without a body */
    public Operation answers(int newStatus, String type) {
        return new Operation(
                id, method, path, role, summary, parameters, takes, newStatus, type, action, isPage, isRecorded);
    }

    /** Changes nothing, and is called too often to be put on record each time it is answered. */
    public Operation unrecorded() {
        return new Operation(id, method, path, role, summary, parameters, takes, status, gives, action, isPage, false);
    }

    /** Whether its answer is written as it comes, by the server itself. */
    public boolean isStream() {
        return action == null;
    }

    /** Whether it changes nothing. */
    boolean isRead() {
        return method.equals("GET");
    }

    /** The names of the path's variables. */
    public List<String> variables() {
        return VARIABLE.matcher(path).results().map(found -> found.group(1)).toList();
    }

    /** The path as OpenAPI has it. */
    public String template() {
        return path.replace("*}", "}");
    }

    /** The values of the path's variables, not decoded; empty where a path is another's. */
    Optional<Map<String, String>> match(String raw) {
        StringBuilder expression = new StringBuilder();
        Matcher variables = VARIABLE.matcher(path);
        int end = 0;
        while (variables.find()) {
            expression.append(Pattern.quote(path.substring(end, variables.start())));
            expression.append(variables.group(2).isEmpty() ? "([^/]+)" : "(.+)");
            end = variables.end();
        }
        expression.append(Pattern.quote(path.substring(end)));
        Matcher matcher = Pattern.compile(expression.toString(), Pattern.DOTALL).matcher(raw);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        Map<String, String> values = new LinkedHashMap<>();
        List<String> names = variables();
        for (int i = 0; i < names.size(); i++) {
            values.put(names.get(i), matcher.group(i + 1));
        }
        return Optional.of(values);
    }
}
