package io.waybill.database;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the comment of a feed's table says: whose it is, what its rows are of, and which columns were marked pii when they were written. It
 * goes with the table, whatever is declared later, and by whom.
 *
 * @param words whose the table is, for people
 * @param of what its rows are of, as {@link #of} has it; empty where the comment does not say
 * @param marked the names of marked columns, in any case; a column once marked stays among them
 */
public record FeedComment(String words, String of, Set<String> marked) {

    /** What the comment of each table of a feed begins with. */
    private static final String BEGINNING = "Waybill flow ";

    /** What the names of columns begin with that hold the values of before. */
    public static final String OLD = "xt_old_";

    /** Letters and digits of ASCII alone stand between: no quote, and no backslash, which some databases read otherwise. */
    private static final Pattern SAYING = Pattern.compile("(.*?) \\(of=(\\S*?)(?: pii=(\\S+))?\\)", Pattern.DOTALL);

    public FeedComment {
        Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        names.addAll(marked);
        marked = names;
    }

    /** What every comment of a flow's table begins with. */
    public static String mark(String flow) {
        return BEGINNING + flow + ": ";
    }

    /**
     * What the rows of a feed's tables are of: a query by its data set's name, all else by its own, so that a table may be a view later.
     *
     * @param schema the schema of the feed's tables, which goes without saying: they may be copied into another one together
     */
    public static String of(Source source, String schema) {
        if (source.isQuery()) {
            return Source.QUERY + " " + source.id();
        }
        String name = source.location().substring(source.location().indexOf(' ') + 1);
        return Source.TABLE + (name.startsWith(schema + ".") ? name.substring(schema.length() + 1) : name);
    }

    /** Reads a comment; one that is not of a feed, or is null, marks nothing. */
    public static FeedComment read(String comment) {
        if (comment == null || !comment.startsWith(BEGINNING)) {
            return new FeedComment("", "", Set.of());
        }
        Matcher said = SAYING.matcher(comment);
        return said.matches()
                ? new FeedComment(
                        said.group(1),
                        decoded(said.group(2)),
                        said.group(3) == null
                                ? Set.of()
                                : Stream.of(said.group(3).split(","))
                                        .map(FeedComment::decoded)
                                        .collect(Collectors.toSet()))
                : new FeedComment(comment, "", Set.of());
    }

    /** The same, of these rows, with more marks. */
    public FeedComment with(String source, Collection<String> more) {
        Set<String> all = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        all.addAll(marked);
        all.addAll(more);
        return new FeedComment(words, source, all);
    }

    /** As it is written. */
    public String text() {
        return words + " (of=" + encoded(of)
                + (marked.isEmpty()
                        ? ""
                        : marked.stream().map(FeedComment::encoded).collect(Collectors.joining(",", " pii=", "")))
                + ")";
    }

    /** The columns of the table that are marked: those of values of before have the marks of theirs. */
    public Stream<String> markedColumns() {
        return marked.stream().flatMap(name -> Stream.of(name, OLD + name));
    }

    private static String encoded(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8);
    }

    private static String decoded(String name) {
        return URLDecoder.decode(name, StandardCharsets.UTF_8);
    }
}
