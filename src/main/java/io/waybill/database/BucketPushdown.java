package io.waybill.database;

import io.waybill.WaybillException;
import io.waybill.flow.ColumnType.Kind;
import io.waybill.flow.Compression;
import io.waybill.flow.ExportKeys;
import io.waybill.flow.Refusal;
import io.waybill.flow.SplitKeys;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What the products share that write Parquet into a bucket. They tell little of the files, so that what lies there says how many rows it has.
 * Their SQL is compared with their manuals; none of them is there when it is tested.
 */
abstract class BucketPushdown extends Pushdown {

    private final Standard database;
    private final String words;
    private final Set<String> compressions;
    private final Set<Kind> unknown;
    private final Pattern access;
    private final String accessWords;

    /**
     * @param compressions those of pages; the first is what holds without it
     * @param unknown kinds of types that it has no Parquet for
     * @param access what pushdown_access is
     * @param accessWords for messages
     */
    BucketPushdown(
            Standard database,
            String words,
            Set<String> compressions,
            Set<Kind> unknown,
            Pattern access,
            String accessWords) {
        this.database = database;
        this.words = words;
        this.compressions = compressions;
        this.unknown = unknown;
        this.access = access;
        this.accessWords = accessWords;
    }

    @Override
    public final Place place() {
        return Place.BUCKET;
    }

    @Override
    public final String words() {
        return words;
    }

    @Override
    public final boolean tellsOfFiles() {
        return false;
    }

    /** It is one statement, or takes back what it has made; some of the products have no transactions. */
    @Override
    public final boolean inTransaction() {
        return false;
    }

    /** Whether one file keeps the order of its rows. */
    boolean keepsOrder() {
        return true;
    }

    /** Whether it goes without pushdown_access. */
    boolean goesWithoutAccess() {
        return false;
    }

    @Override
    public final List<Refusal> refusals(Connection connection, Task task) throws SQLException {
        List<Refusal> refusals = super.refusals(connection, task);
        String pages = task.option("compression", "snappy");
        refuse(
                !task.export().format().extension().equals("parquet"),
                ExportKeys.FORMAT.name(),
                "\"" + task.export().format().extension() + "\" is not what " + words
                        + " writes here; allowed: parquet",
                refusals);
        refuse(
                task.export().compression() != Compression.NONE,
                ExportKeys.COMPRESSION.name(),
                "is not for parquet, whose pages exporter_config.compression compresses",
                refusals);
        refuse(
                !compressions.contains(pages),
                "exporter_config.compression",
                "\"" + pages + "\" is not what " + words + " can do; allowed: "
                        + String.join(", ", compressions.stream().sorted().toList()),
                refusals);
        refuse(
                task.endsFiles(),
                SplitKeys.MAX_ROW_GROUPS_PER_FILE.name(),
                "is not what " + words + " can do; end file_path in / for several files",
                refusals);
        refuse(
                !task.export().orderBy().isEmpty() && (task.hasSeveral() || !keepsOrder()),
                ExportKeys.ORDER_BY.name(),
                "does not hold, since " + words + " has several write at once",
                refusals);
        String given = task.access();
        refuse(
                given == null ? !goesWithoutAccess() : !access.matcher(given).matches(),
                ExportKeys.PUSHDOWN_ACCESS.name(),
                (given == null ? "is missing" : "\"" + given + "\" is not allowed") + "; " + words + " takes "
                        + accessWords,
                refusals);
        for (Column column : task.columns()) {
            refuse(
                    unknown.contains(column.source().type().kind()),
                    ExportKeys.ENGINE.name(),
                    "\"pushdown\" does not write column \"" + column.label() + "\" ("
                            + column.source().nativeType() + "), which " + words
                            + " has no Parquet for; leave it out, or engine",
                    refusals);
        }
        return refusals;
    }

    private static void refuse(boolean wrong, String key, String message, List<Refusal> refusals) {
        if (wrong) {
            refusals.add(new Refusal(key, message));
        }
    }

    /** The query as one that may stand behind {@code FROM} and between quotes, without what only a whole one may have. */
    final String wrapped(String sql) {
        return "SELECT * FROM (\n" + sql + "\n) pushed";
    }

    /** A text that no option of the statement takes for more: a place or a name. */
    final String quoted(String text) {
        return Literals.quoted(text, database.productName());
    }

    final String written(Literals literals, Task task) {
        return literals.in(task.sql(), task.parameters(), database.productName());
    }

    /** The path in its bucket of a place. */
    static String pathOf(String target) {
        if (!target.startsWith("s3://")) {
            throw new IllegalArgumentException(target);
        }
        return target.substring(target.indexOf('/', "s3://".length()) + 1);
    }

    /** Refuses what a product takes for a pattern, or the beginning of another option. */
    static String plain(String target, String product) {
        if (target.codePoints()
                .anyMatch(point -> "*?{}[]'\"\\`".indexOf(point) >= 0 || Character.isISOControl(point))) {
            throw WaybillException.refusal("file_path: \"" + target + "\" has a character that " + product
                    + " takes for a pattern or a quote; choose another folder");
        }
        return target;
    }

    @Override
    public final List<Written> write(PreparedStatement command, Task task, String target) throws SQLException {
        command.execute();
        return List.of();
    }
}
