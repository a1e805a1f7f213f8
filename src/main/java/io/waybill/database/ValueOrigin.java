package io.waybill.database;

import io.waybill.WaybillException;
import io.waybill.flow.ColumnType.Kind;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.postgresql.PGResultSetMetaData;

/**
 * Where a column of PostgreSQL gets its values from, as its catalog says: an export of what is new misses no row as long as each
 * transaction writes higher values than those that were there when it began.
 *
 * @param isOrdered whether they may be; the words say on which condition
 * @param words for people: what sets the values, or why they are not ordered
 * @param sequence the one sequence that sets them, as SQL names it; null where none does
 */
public record ValueOrigin(boolean isOrdered, String words, String sequence) {

    private static final int DEEPEST_VIEW = 10;

    private static final Pattern NEXT_VALUE = Pattern.compile("nextval\\('.*'::regclass\\)(::[a-z ]+)?");

    private static final String MOMENT = "(?i)(now\\(\\)|CURRENT_TIMESTAMP(\\(\\d\\))?|transaction_timestamp\\(\\)"
            + "|statement_timestamp\\(\\)|clock_timestamp\\(\\))";

    /** A clock's time, in the zone of whoever asks where it has none of its own. */
    private static final Pattern CLOCK = Pattern.compile(
            MOMENT + "(::[a-z ]+)?|(?i)LOCALTIMESTAMP(\\(\\d\\))?|(?i)CURRENT_DATE|('now'::text)::[a-z ]+");

    /** A clock's time in a zone that it names; the server shows AT TIME ZONE in one way or the other. */
    private static final Pattern ZONED_CLOCK = Pattern.compile(
            "\\(?(?i:timezone\\('[^']*'::text, )?" + MOMENT + "(?i: AT TIME ZONE '[^']*'::text)?\\)?(::[a-z ]+)?");

    private static final String SQL = """
            WITH RECURSIVE tree AS (
              SELECT CAST(? AS regclass)::oid AS oid
              UNION SELECT i.inhrelid FROM pg_inherits i JOIN tree ON i.inhparent = tree.oid)
            SELECT c.oid::regclass::text, c.relkind, a.attidentity <> '', pg_get_expr(d.adbin, d.adrelid),
              a.attgenerated <> '', s.seqrelid::regclass::text, s.seqincrement, s.seqcache, s.seqcycle,
              EXISTS (SELECT 1 FROM pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal AND t.tgenabled <> 'D'
                AND t.tgtype & 3 = 3),
              EXISTS (SELECT 1 FROM pg_subscription_rel r WHERE r.srrelid = c.oid),
              c.relkind IN ('r', 'p') AND row_security_active(c.oid)
            FROM tree JOIN pg_class c ON c.oid = tree.oid
            JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = ? AND NOT a.attisdropped
            LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
            LEFT JOIN pg_sequence s ON s.seqrelid IN (
              SELECT e.refobjid FROM pg_depend e WHERE e.classid = 'pg_attrdef'::regclass AND e.objid = d.oid
                AND e.refclassid = 'pg_class'::regclass
              UNION ALL SELECT e.objid FROM pg_depend e WHERE e.classid = 'pg_class'::regclass AND e.deptype = 'i'
                AND e.refclassid = 'pg_class'::regclass AND e.refobjid = c.oid AND e.refobjsubid = a.attnum)
            ORDER BY c.oid""";

    /** One table of the tree of partitions, and one sequence that its column's default asks, or none. */
    private record Place(
            String table,
            String kind,
            boolean isIdentity,
            String expression,
            boolean isGenerated,
            String sequence,
            long increment,
            long cache,
            boolean cycles,
            boolean hasTriggers,
            boolean isSubscribed,
            boolean hasPolicies) {}

    /**
     * Asks the catalog.
     *
     * @throws WaybillException when a sequence counts down, so that what is new lies below what was exported
     */
    static ValueOrigin of(PostgreSql product, Connection connection, Source source, SourceColumn column)
            throws SQLException {
        String name = column.name();
        Base base = source.isTable()
                ? new Base(source.relation(), name)
                : Base.of(product, connection, source.isQuery() ? null : source.relation(), source.relation(), name, 0);
        if (base == null) {
            return ordered("as long as later transactions show higher values of " + name + ", which the "
                    + (source.isQuery() ? "query" : "view") + " computes");
        }
        List<Place> places = places(connection, base);
        ValueOrigin origin = places.isEmpty()
                ? ordered("as long as later transactions write higher values of " + name)
                : of(places, column);
        if (!origin.isOrdered()) {
            return origin;
        }
        if (places.stream().anyMatch(place -> place.kind().equals("p"))) {
            origin = origin.but("rows of a partition that is attached later, with lower values, are not exported");
        }
        if (places.stream().anyMatch(Place::hasPolicies)) {
            origin = origin.but("a row that a policy shows later than its " + name + " is written is not exported");
        }
        return base.relation().equals(source.relation())
                ? origin
                : origin.but("a row that the " + (source.isQuery() ? "query" : "view") + " shows later than its " + name
                        + " is written, by a join or a condition, is not exported");
    }

    /** With what the order of values does not help: rows that are there long before they show. */
    private ValueOrigin but(String exception) {
        return new ValueOrigin(isOrdered, words + "; " + exception, sequence);
    }

    /** A column of a table, behind a view or a query where it is not the data set itself. */
    private record Base(String relation, String column) {

        /**
         * Looks for the table's column that a column of a view or query shows unchanged. The server says so when it has parsed a query;
         * of a view, when its definition is asked in its place. Nothing is run.
         *
         * @param view the view; null for a query
         * @return null where it is computed
         */
        static Base of(
                PostgreSql product, Connection connection, String view, String relation, String column, int depth)
                throws SQLException {
            if (depth > DEEPEST_VIEW) {
                return null;
            }
            String from = view == null ? relation : definition(connection, view);
            if (from == null) {
                return new Base(relation, column); // no view: a table of one kind or another
            }
            String quoted = product.quote(column);
            try (PreparedStatement statement = connection.prepareStatement("SELECT " + quoted + " FROM " + from)) {
                ResultSetMetaData found = statement.getMetaData();
                if (!found.isWrapperFor(PGResultSetMetaData.class)) {
                    return null;
                }
                PGResultSetMetaData base = found.unwrap(PGResultSetMetaData.class);
                if (base.getBaseTableName(1).isEmpty()) {
                    return null;
                }
                String table = product.quote(base.getBaseSchemaName(1)) + "." + product.quote(base.getBaseTableName(1));
                return of(product, connection, table, table, base.getBaseColumnName(1), depth + 1);
            }
        }

        /** A view's query, as it may stand behind FROM; null where it is none. */
        private static String definition(Connection connection, String view) throws SQLException {
            return Ask.first(
                    connection,
                    "SELECT pg_get_viewdef(oid) FROM pg_class WHERE oid = CAST(? AS regclass) AND relkind = 'v'",
                    row -> "(" + row.getString(1).strip().replaceAll(";$", "") + ") q",
                    view);
        }
    }

    private static List<Place> places(Connection connection, Base base) throws SQLException {
        return Ask.all(
                connection,
                SQL,
                row -> new Place(
                        row.getString(1),
                        row.getString(2),
                        row.getBoolean(3),
                        row.getString(4),
                        row.getBoolean(5),
                        row.getString(6),
                        row.getLong(7),
                        row.getLong(8),
                        row.getBoolean(9),
                        row.getBoolean(10),
                        row.getBoolean(11),
                        row.getBoolean(12)),
                base.relation(),
                base.column());
    }

    private static ValueOrigin of(List<Place> places, SourceColumn column) {
        for (Place place : places) {
            if (place.sequence() != null && place.increment() < 0) {
                throw WaybillException.refusal(
                        "watermark: sequence " + place.sequence() + " of column " + column.name()
                                + " counts down (INCREMENT BY " + place.increment()
                                + "): what is new lies below what was exported, and would never go out; take a column that grows");
            }
            String obstacle = obstacle(place, column);
            if (obstacle != null) {
                return new ValueOrigin(false, obstacle, place.sequence());
            }
        }
        Set<String> sequences = new LinkedHashSet<>();
        Set<String> origins = new LinkedHashSet<>();
        for (Place place : places) {
            if (place.sequence() != null) {
                sequences.add(place.sequence());
            }
            origins.add(origin(place, column));
        }
        if (sequences.size() > 1) {
            return new ValueOrigin(
                    false,
                    "several sequences set " + column.name() + " (" + String.join(", ", sequences)
                            + "), and none knows of the others; let one set it in all partitions",
                    null);
        }
        return new ValueOrigin(
                true,
                String.join(", and ", origins),
                sequences.stream().findFirst().orElse(null));
    }

    /** Why its values are not ordered; null where they may be. */
    private static String obstacle(Place place, SourceColumn column) {
        if (place.kind().equals("f")) {
            return place.table() + " is a foreign table, and the transactions of its server are not to be seen here";
        }
        if (place.kind().equals("m")) {
            return "materialized view " + place.table()
                    + " shows what was committed when it was refreshed, and later rows with lower values after the next time";
        }
        if (place.isSubscribed()) {
            return place.table() + " is filled by a subscription, in the order in which another server commits";
        }
        if (place.sequence() == null) {
            return null;
        }
        if (place.cache() > 1) {
            return "sequence " + place.sequence() + " of " + column.name() + " hands each session " + place.cache()
                    + " values in advance, so that a later row may have a lower one; ALTER SEQUENCE " + place.sequence()
                    + " CACHE 1 mends that for sessions that begin after it";
        }
        return place.cycles()
                ? "sequence " + place.sequence() + " of " + column.name()
                        + " begins again at its end (CYCLE); ALTER SEQUENCE " + place.sequence()
                        + " NO CYCLE mends that"
                : null;
    }

    private static String origin(Place place, SourceColumn column) {
        String name = column.name();
        String expression = place.expression();
        boolean local = column.type().kind() == Kind.TIMESTAMP;
        if (place.isGenerated()) {
            return "as long as " + expression + ", which " + name + " is generated as, grows with each change";
        }
        if (place.isIdentity()
                || expression != null
                        && place.sequence() != null
                        && NEXT_VALUE.matcher(expression).matches()) {
            return "for " + name + " as sequence " + place.sequence() + " sets it";
        }
        if (expression == null || expression.startsWith("NULL::")) {
            return place.hasTriggers()
                    ? "for " + name
                            + " as a trigger sets it, as long as that writes higher values in later transactions"
                    : "as long as whoever writes " + name
                            + ", which has no default, writes higher values in transactions that begin later";
        }
        if (local && CLOCK.matcher(expression).matches()) {
            return "for " + name + " as " + expression
                    + " sets it, as long as all sessions that write have one time zone, without daylight saving time";
        }
        if (CLOCK.matcher(expression).matches()
                || ZONED_CLOCK.matcher(expression).matches()) {
            return "for " + name + " as " + expression + " sets it";
        }
        return "as long as " + expression + ", the default of " + name
                + ", gives higher values to transactions that begin later";
    }

    private static ValueOrigin ordered(String words) {
        return new ValueOrigin(true, words, null);
    }

    /** The next value of the sequence; null where there is none, or we may not ask it. */
    public BigDecimal next(Connection connection) throws SQLException {
        if (sequence == null) {
            return null;
        }
        String mayAsk =
                "SELECT has_sequence_privilege(CAST('" + sequence.replace("'", "''") + "' AS regclass), 'SELECT')";
        if (!Ask.first(connection, mayAsk, row -> row.getBoolean(1))) {
            return null;
        }
        return Ask.first(connection, "SELECT last_value, is_called FROM " + sequence, row -> {
            BigDecimal last = row.getBigDecimal(1);
            return row.getBoolean(2) ? last.add(BigDecimal.ONE) : last;
        });
    }
}
