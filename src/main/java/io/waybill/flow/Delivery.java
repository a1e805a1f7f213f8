package io.waybill.flow;

import java.util.Locale;
import java.util.Map;
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

    /** The kinds of destinations that are told apart. */
    public enum Kind {
        /** A folder of this machine. */
        LOCAL,
        S3,
        SFTP,
        FTP,
        FTPS,
        HTTP,
        MAIL,
        /** A data stream of Amazon Kinesis: a record each row. */
        KINESIS,
        /** A stream of Amazon Data Firehose: a record each row. */
        FIREHOSE,
        /** Any other Camel endpoint. */
        ENDPOINT;

        /** Whether it is a place that files lie at, and can be asked what lies there. */
        public boolean keepsFiles() {
            return switch (this) {
                case LOCAL, S3, SFTP, FTP, FTPS -> true;
                case HTTP, MAIL, KINESIS, FIREHOSE, ENDPOINT -> false;
            };
        }

        /** Whether it takes rows one by one, and not files. */
        public boolean takesRecords() {
            return this == KINESIS || this == FIREHOSE;
        }
    }

    private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]{1,30}):(//)?(.*)", Pattern.DOTALL);

    /** A folder of this machine, by the name that a flow's only destination has. */
    public static Delivery local(PathTemplate path, IfExists ifExists) {
        return new Delivery("local", path, null, ifExists, Map.of(), Map.of());
    }

    /** What kind a URI is of. */
    public static Kind kindOf(String uri) {
        return switch (schemeOf(uri)) {
            case "", "file" -> Kind.LOCAL;
            case "s3" -> Kind.S3;
            case "sftp" -> Kind.SFTP;
            case "ftp" -> Kind.FTP;
            case "ftps" -> Kind.FTPS;
            case "http", "https" -> Kind.HTTP;
            case "mailto" -> Kind.MAIL;
            case "kinesis" -> Kind.KINESIS;
            case "firehose" -> Kind.FIREHOSE;
            default -> Kind.ENDPOINT;
        };
    }

    /** The scheme of a URI, in lower case; empty for a path. */
    public static String schemeOf(String uri) {
        Matcher matcher = SCHEME.matcher(uri);
        return matcher.matches() ? matcher.group(1).toLowerCase(Locale.ROOT) : "";
    }

    public Kind kind() {
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
        boolean remote = address.length() < uri.text().length();
        if (!remote) {
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
        if (kind() == Kind.LOCAL) {
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
        int mark = kind() == Kind.LOCAL ? -1 : text.indexOf('?');
        return mark < 0 ? "" : text.substring(mark + 1);
    }

    /** A URI without the options behind its question mark. */
    public static String beforeQuery(String uri) {
        int mark = uri.indexOf('?');
        return mark < 0 ? uri : uri.substring(0, mark);
    }

    /** Whether its path names the files: it is of a place that keeps them, or ends as a file or a folder does. */
    public boolean namesFiles() {
        return switch (kind()) {
            case LOCAL, S3, SFTP, FTP, FTPS -> true;
            case HTTP -> isDirectory() || FileFormat.ofFileName(address()).isPresent();
            case MAIL, KINESIS, FIREHOSE, ENDPOINT -> false;
        };
    }

    /** Whether it is a folder, whose files get names of their own. */
    public boolean isDirectory() {
        return address().endsWith("/");
    }
}
