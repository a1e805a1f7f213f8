package io.waybill.flow;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One destination of an export's files.
 *
 * @param id what it is called in messages and in the ledger; one of its kind in a flow
 * @param uri where the files go, variables and placeholders not resolved; a folder where it ends in a slash
 * @param connection the connection that knows how to get there, {@code waybill.connection.<name>.*}; null for none
 * @param ifExists what happens to files that are there already
 * @param headers what each message says besides, by name: texts with variables; for endpoints that take messages
 * @param options options of the Camel endpoint, by name, in the order of the flow
 */
public record Delivery(
        String id,
        PathTemplate uri,
        String connection,
        IfExists ifExists,
        Map<String, String> headers,
        Map<String, String> options) {

    /** Camel takes names with dashes for the same ones, and what is no part of a name for more options. */
    private static final Pattern OPTION = Pattern.compile("[A-Za-z][A-Za-z0-9]*(\\.[A-Za-z0-9]+)*");

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,60}");

    private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]{1,30}):(//)?(.*)", Pattern.DOTALL);

    /** A folder of this machine, by the name that a flow's only destination has. */
    public static Delivery local(PathTemplate path, IfExists ifExists) {
        return new Delivery("local", path, null, ifExists, Map.of(), Map.of());
    }

    /** What kind a URI is of. */
    public static DestinationKind kindOf(String uri) {
        return DestinationKind.of(schemeOf(uri));
    }

    /** The scheme of a URI, in lower case; empty for a path. */
    public static String schemeOf(String uri) {
        Matcher matcher = SCHEME.matcher(uri);
        return matcher.matches() ? matcher.group(1).toLowerCase(Locale.ROOT) : "";
    }

    public DestinationKind kind() {
        return kindOf(uri.text());
    }

    /** The scheme in lower case; empty for a path of this machine. */
    public String scheme() {
        return schemeOf(uri.text());
    }

    /** What follows the scheme and its slashes, without the options behind a question mark; the whole of a path. */
    public String address() {
        Matcher matcher = SCHEME.matcher(uri.text());
        return matcher.matches() ? beforeQuery(matcher.group(3)) : uri.text();
    }

    /** The host with its user and port, or the bucket: what stands between two slashes and the next; empty where none is. */
    public String authority() {
        Matcher matcher = SCHEME.matcher(uri.text());
        if (!matcher.matches() || matcher.group(2) == null) {
            return "";
        }
        String address = address();
        int slash = address.indexOf('/');
        return slash < 0 ? address : address.substring(0, slash);
    }

    /** The path behind the authority, without the slash between them; the whole of a path of this machine. */
    public PathTemplate path() {
        String authority = authority();
        String address = address();
        if (address.length() == uri.text().length()) {
            return uri;
        }
        String path = address.substring(authority.length());
        return new PathTemplate(!authority.isEmpty() && path.startsWith("/") ? path.substring(1) : path);
    }

    /**
     * The URI without its options, for begin and for people: what placeholders stand for in a message's URI may be a secret, as some
     * webhooks have it in their path, and is not shown.
     */
    public String shownUri() {
        if (kind().isLocal()) {
            return uri.text();
        }
        String shown = beforeQuery(uri.text());
        if (kind().keepsFiles()) {
            return shown;
        }
        int fixed = new PathTemplate(shown).fixedDirectory().length();
        int masked = namesFiles() ? fixed : shown.length();
        return shown.substring(0, masked).replaceAll("\\{\\{[^}]*}}", "…") + shown.substring(masked);
    }

    /** The options behind the question mark of the URI; empty where there are none. */
    public String query() {
        String text = uri.text();
        int mark = kind().isLocal() ? -1 : text.indexOf('?');
        return mark < 0 ? "" : text.substring(mark + 1);
    }

    /** A URI without the options behind its question mark. */
    public static String beforeQuery(String uri) {
        int mark = uri.indexOf('?');
        return mark < 0 ? uri : uri.substring(0, mark);
    }

    /** Whether its path names the files: it is of a place that keeps them, or ends as a file or a folder does. */
    public boolean namesFiles() {
        return kind().namesFiles(this);
    }

    /** Whether it is a folder, whose files get names of their own. */
    public boolean isDirectory() {
        return address().endsWith("/");
    }

    /** What is wrong with an id; null where nothing is. */
    public static String idProblem(String id) {
        return ID.matcher(id).matches()
                ? null
                : "\"" + id + "\" is not an id; up to 60 letters, digits, - and _ are allowed";
    }

    /**
     * What is wrong with a destination's path; null where nothing is.
     *
     * @param path the path, placeholders resolved
     * @param shown the path as it is written: what its placeholders stand for may be a secret
     */
    public static String pathProblem(PathTemplate path, String shown) {
        return path.text().isBlank() ? "is empty" : kindOf(path.text()).pathProblem(path, shown);
    }

    /**
     * What is not allowed of how its settings go together; the same for flow files and for the options and beans of routes.
     *
     * @param key what its URI's key is called
     * @param given tells of another key whether it is set
     */
    public List<Refusal> refusals(String key, Predicate<String> given) {
        if (!kind().isThere()) {
            return List.of(new Refusal(key, kind().library().orElseThrow().missing("\"" + scheme() + "\"")));
        }
        List<Refusal> refusals = new ArrayList<>();
        if (kind().keepsFiles()) {
            if (given.test("headers")) {
                refusals.add(new Refusal(
                        "headers", "are for http, mailto and other endpoints that take messages, not for files"));
            }
        } else if (ifExists != IfExists.OVERWRITE && given.test("if_exists")) {
            refusals.add(new Refusal(
                    "if_exists", "is for places that keep files; nobody can be asked what lies at this one"));
        }
        headers.forEach((name, value) -> {
            if ((name + value).chars().anyMatch(each -> each == '\n' || each == '\r')) {
                refusals.add(new Refusal(
                        "headers",
                        "\"" + name.replaceAll("[\\r\\n]", "?") + "\" has a line break; a header is one line"));
            }
        });
        options.keySet().stream()
                .filter(name -> !OPTION.matcher(name).matches())
                .forEach(name -> refusals.add(new Refusal(
                        "options",
                        "\"" + name.replaceAll("\\p{Cntrl}", "?")
                                + "\" is no name of an option; letters and digits are allowed, as Camel writes them, with dots"
                                + " between: groupId, additionalProperties.acks")));
        refusals.addAll(kind().refusals(this, key, given));
        return refusals;
    }
}
