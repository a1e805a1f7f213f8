package io.waybill.query;

import io.waybill.WaybillException;
import io.waybill.database.Ask;
import io.waybill.database.SharedSnapshot;
import io.waybill.database.SharedSnapshot.Size;
import io.waybill.database.Source;
import io.waybill.database.SourceColumn;
import io.waybill.flow.ColumnType.Kind;
import io.waybill.flow.Selection;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Divides a table among readers: by its pages where the database can read a range of them, else by its primary key. However
 * the bounds are chosen, every row is in exactly one range: the first has no lower bound and the last no upper one.
 */
public record RangePlanner(Connection connection, Source source) {

    /** Keys to look at when the bounds cannot be computed; a few hundred for each range. */
    private static final int SAMPLE = 10_000;

    static final String PAGE = "ctid";
    static final String PAGE_PARAMETER = "cast(? AS tid)";

    /** So many ranges for each process: what one leaves that has ended is little. */
    private static final int RANGES_EACH = 4;

    /** What kinds of keys the database and its driver compare alike. */
    private static final Set<Kind> COMPARABLE =
            EnumSet.of(Kind.INT16, Kind.INT32, Kind.INT64, Kind.DECIMAL, Kind.TEXT, Kind.UUID, Kind.DATE);

    private static final String SAMPLED = ", bounds from a sample";

    /** How much wider than its rows a key's values may lie before equal steps between them are thought to be uneven. */
    private static final long SPARSE = 8;

    /**
     * Divides the query's table.
     *
     * @param readers how many are asked for, at least 2
     */
    public Division divide(Query query, int readers) throws SQLException {
        SharedSnapshot snapshot = source.database().sharedSnapshot().orElse(null);
        String refusal = refusal(query, snapshot);
        if (refusal != null) {
            return Division.none(refusal);
        }
        Size size = snapshot.size(connection, source);
        if (size.pages() >= 0) {
            return byPages(size.pages(), readers);
        }
        if (snapshot.refusal(size) != null) {
            return Division.none(snapshot.refusal(size));
        }
        if (source.key().size() != 1) {
            return Division.none(
                    source.key().isEmpty()
                            ? "the table has no primary key to divide it by"
                            : "its primary key has several columns");
        }
        return byKey(source.column("primary_key", source.key().get(0)), size, snapshot, readers);
    }

    /**
     * Divides the query's table among processes, into some ranges for each, so that one that is slow, or ends, holds up little.
     *
     * @param selection says what becomes of columns
     * @param processes how many are asked for, at least 2
     * @param oneSnapshot whether all ranges are to be of the same moment; else each is read at its own, for which pages are none: a row
     *     that is changed meanwhile goes to another page
     * @throws WaybillException when it cannot be divided so, whatever is in it
     */
    public SharedRanges share(Query query, Selection selection, int processes, boolean oneSnapshot)
            throws SQLException {
        SharedSnapshot snapshot = source.database().sharedSnapshot().orElse(null);
        boolean crosses = snapshot != null && snapshot.crossesProcesses();
        if (oneSnapshot && !crosses) {
            throw WaybillException.refusal("snapshot: " + source.database().productName()
                    + " has no snapshot that several processes can share, and processes = " + processes
                    + " asks for one; snapshot = \"per_range\" has each range read at a moment of its own, and rows that are"
                    + " written meanwhile be there or not");
        }
        if (source.isQuery()) {
            throw undivided(processes, "the data set is a query, whose work each process would do again");
        }
        Size size = snapshot == null ? new Size("", 0, -1, false) : snapshot.size(connection, source);
        int wanted = processes * RANGES_EACH;
        if (oneSnapshot && size.pages() >= 0) {
            Division pages = byPages(size.pages(), (int) Math.max(2, Math.min(wanted, size.pages())));
            return SharedRanges.of(source, query, null, pages, true);
        }
        if (source.key().size() != 1) {
            throw undivided(
                    processes,
                    source.key().isEmpty()
                            ? "the table has no primary key to divide it by"
                            : "its primary key has several columns");
        }
        SourceColumn key = source.column("primary_key", source.key().get(0));
        Division division = byKey(key, size, snapshot, wanted);
        if (division.isSampled() && isPrivate(selection, key)) {
            throw undivided(
                    processes,
                    "its key " + key.name()
                            + " is private, and the ledger would keep values of it as the bounds of ranges");
        }
        if (division.isImpossible()) {
            throw undivided(processes, division.words());
        }
        return SharedRanges.of(source, query, key, division, oneSnapshot);
    }

    private static WaybillException undivided(int processes, String why) {
        return WaybillException.refusal("processes: the rows cannot be divided among " + processes + ": " + why);
    }

    /** Whether it goes out or not. */
    private boolean isPrivate(Selection selection, SourceColumn key) {
        return key.pii() || Treatments.of(source, selection).of(key) != null;
    }

    private String refusal(Query query, SharedSnapshot snapshot) {
        if (snapshot == null) {
            return source.database().productName() + " has no snapshot that several connections can share";
        }
        if (source.isQuery()) {
            return "the data set is a query, whose work each reader would do again";
        }
        if (snapshot.locks() && !source.isTable()) {
            return "the data set is a view, which cannot be locked for a common snapshot";
        }
        return query.isDivisible() ? null : "order_by and limit ask for one order of all rows";
    }

    /** Where pages are told, a range of {@code ctid} is scanned without looking at the pages before it (TID Range Scan). */
    private static Division byPages(long pages, int readers) {
        List<Object> bounds = new ArrayList<>();
        for (int i = 1; i < readers && pages >= readers; i++) {
            bounds.add("(" + pages * i / readers + ",0)");
        }
        return bounds.isEmpty()
                ? Division.none("the table has " + pages + (pages == 1 ? " page" : " pages"))
                : Division.of(PAGE, PAGE_PARAMETER, false, bounds, "pages of the table");
    }

    private Division byKey(SourceColumn key, Size size, SharedSnapshot snapshot, int readers) throws SQLException {
        List<Object> bounds;
        String way;
        BigInteger[] ends = key.type().isInteger() ? ends(key) : null;
        if (ends != null && (size.rows() == 0 || isDense(ends, size.rows()))) {
            bounds = steps(ends, readers);
            way = "ranges of " + key.name();
        } else if (size.isView() || !COMPARABLE.contains(key.type().kind())) {
            return Division.impossible(
                    "its key " + key.name() + " is " + key.type() + ", for which bounds cannot be found");
        } else if (snapshot == null) {
            return Division.impossible("its key " + key.name() + " is " + key.type() + ", of which "
                    + source.database().productName()
                    + " is asked for no sample; whole numbers are divided without one");
        } else {
            bounds = quantiles(sample(key, size.rows(), snapshot), readers);
            way = "ranges of " + key.name() + SAMPLED;
        }
        return bounds.isEmpty()
                ? Division.none("the table has too few rows to divide")
                : Division.of(source.database().quote(key.name()), "?", key.nullable(), bounds, way);
    }

    /** The least and the greatest key; null where there is none. */
    private BigInteger[] ends(SourceColumn key) throws SQLException {
        String column = source.database().quote(key.name());
        String sql = "SELECT MIN(" + column + "), MAX(" + column + ") FROM " + source.relation();
        return Ask.first(connection, sql, row -> {
            long least = row.getLong(1);
            boolean empty = row.wasNull();
            return empty ? null : new BigInteger[] {BigInteger.valueOf(least), BigInteger.valueOf(row.getLong(2))};
        });
    }

    private static boolean isDense(BigInteger[] ends, long rows) {
        return ends[1].subtract(ends[0]).divide(BigInteger.valueOf(SPARSE)).compareTo(BigInteger.valueOf(rows)) <= 0;
    }

    private static List<Object> steps(BigInteger[] ends, int readers) {
        List<Object> bounds = new ArrayList<>();
        BigInteger span = ends[1].subtract(ends[0]).add(BigInteger.ONE);
        for (int i = 1; i < readers && span.compareTo(BigInteger.valueOf(readers)) >= 0; i++) {
            bounds.add(ends[0].add(span.multiply(BigInteger.valueOf(i)).divide(BigInteger.valueOf(readers)))
                    .longValueExact());
        }
        return bounds;
    }

    /** Some keys, sorted; the same of the same table every time. */
    private List<Object> sample(SourceColumn key, long rows, SharedSnapshot snapshot) throws SQLException {
        String column = source.database().quote(key.name());
        double share = rows == 0 ? 1 : Math.min(1, (double) SAMPLE / rows);
        String sql = "SELECT " + column + " FROM " + source.relation() + snapshot.sample(share) + " ORDER BY " + column;
        List<Object> keys = Ask.all(connection, sql, row -> row.getObject(1));
        keys.removeIf(Objects::isNull);
        return keys;
    }

    private static List<Object> quantiles(List<Object> sorted, int readers) {
        List<Object> bounds = new ArrayList<>();
        for (int i = 1; i < readers && sorted.size() >= readers; i++) {
            Object bound = sorted.get((int) ((long) sorted.size() * i / readers));
            if (bounds.isEmpty() || !bounds.get(bounds.size() - 1).equals(bound)) {
                bounds.add(bound);
            }
        }
        return bounds;
    }

    /**
     * How a query's rows are divided.
     *
     * @param conditions one for each reader; empty where it is not divided
     * @param words how it is divided, or why it is not
     * @param bounds where one range ends and the next begins
     * @param isImpossible whether it is not divided whatever is in the table
     */
    public record Division(List<Condition> conditions, String words, List<Object> bounds, boolean isImpossible) {

        /** A condition on rows. */
        public record Condition(String sql, List<Object> parameters) {}

        /** One that does not divide. */
        public static Division none(String reason) {
            return new Division(List.of(), reason, List.of(), false);
        }

        /** One that never does. */
        static Division impossible(String reason) {
            return new Division(List.of(), reason, List.of(), true);
        }

        /** Whether its bounds are values of rows. */
        boolean isSampled() {
            return words.endsWith(SAMPLED);
        }

        static Division of(String expression, String parameter, boolean nullable, List<Object> bounds, String words) {
            List<Condition> conditions = new ArrayList<>();
            Object from = null;
            for (Object to : bounds) {
                conditions.add(between(expression, parameter, from, to, nullable));
                from = to;
            }
            conditions.add(between(expression, parameter, from, null, nullable));
            return new Division(List.copyOf(conditions), words, List.copyOf(bounds), false);
        }

        /** The rows from a value on and below another; null for no such bound. */
        static Condition between(String expression, String parameter, Object from, Object to, boolean nullable) {
            if (from == null && to == null) {
                return new Condition("1 = 1", List.of());
            }
            if (from == null) {
                String below = expression + " < " + parameter;
                return new Condition(nullable ? "(" + below + " OR " + expression + " IS NULL)" : below, List.of(to));
            }
            String above = expression + " >= " + parameter;
            return to == null
                    ? new Condition(above, List.of(from))
                    : new Condition(above + " AND " + expression + " < " + parameter, List.of(from, to));
        }
    }
}
