package io.waybill.feed;

import io.waybill.database.ChangeLog;
import io.waybill.database.ChangeSql;
import io.waybill.database.SourceColumn;
import io.waybill.feed.FeedBatch.Method;
import io.waybill.flow.FeedKeys;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The statements of a batch. One reads the source, and reads it once: all that the batch says is of one snapshot. It puts what has
 * changed into a table of the batch alone, from which the others write the state and the feed.
 *
 * @param types the types of the columns, by their names
 */
record Comparison(FeedPlan plan, ChangeSql sql, Map<String, String> types, Method method) {

    /** The table of the batch. */
    static final String WORK = "waybill_changes";

    private static final String TYPE = "xt_record_type";
    private static final String COPIES = "xt_copies";

    /** The columns of the output beside those of the source. */
    static final String OLD = FeedTables.OLD;

    private String state() {
        return sql.qualified(plan.tables().schema(), plan.tables().state());
    }

    private String output() {
        return sql.qualified(plan.tables().schema(), plan.tables().output());
    }

    /** The column of the work table that holds a column's value. */
    private static String now(int number) {
        return "n" + number;
    }

    private static String before(int number) {
        return "o" + number;
    }

    /** The columns of the work table that hold the key. */
    List<String> keysOfWork() {
        return plan.key().stream()
                .map(column -> now(plan.columns().indexOf(column)))
                .toList();
    }

    /** The columns of the work table that hold a row's values. */
    List<String> valuesOfWork() {
        return each(Comparison::now);
    }

    private List<String> each(Function<Integer, String> name) {
        return IntStream.range(0, plan.columns().size()).boxed().map(name).toList();
    }

    private List<String> quoted(String prefix) {
        return plan.columns().stream()
                .map(column -> prefix + sql.quote(column.name()))
                .toList();
    }

    private List<String> ofSource() {
        return plan.columns().stream()
                .map(column -> {
                    String value = "s." + sql.quote(column.name());
                    String type = types.get(column.name()); // which a plan does not know
                    return plan.key().contains(column) && type != null ? sql.besideState(value, type) : value;
                })
                .toList();
    }

    private String keyType(SourceColumn column) {
        String type = types.get(column.name());
        return plan.key().contains(column) ? sql.keyType(type) : type;
    }

    /** Whether the state keeps a column as another type than the source's. */
    private boolean isKeptOtherwise(SourceColumn column) {
        String type = types.get(column.name()); // which a plan does not know
        return type != null && sql.joinsFully() && !keyType(column).equals(type);
    }

    /** A value of the source as a type that goes with the state's. */
    private String asKept(SourceColumn column, String value) {
        return isKeptOtherwise(column) ? "CAST(" + value + " AS " + keyType(column) + ")" : value;
    }

    String createWork() {
        List<String> definitions = new ArrayList<>(List.of(TYPE + " varchar(9)", COPIES + " bigint"));
        for (int i = 0; i < plan.columns().size(); i++) {
            String type = keyType(plan.columns().get(i));
            definitions.add(now(i) + " " + type + " NULL");
            if (plan.hasOldValues()) {
                definitions.add(before(i) + " " + type + " NULL");
            }
        }
        return sql.createWork(WORK, String.join(", ", definitions));
    }

    /** Finds what has changed. */
    String compare() {
        List<String> columns = new ArrayList<>(List.of(TYPE, COPIES));
        columns.addAll(valuesOfWork());
        if (plan.hasOldValues()) {
            columns.addAll(each(Comparison::before));
        }
        return "INSERT INTO " + WORK + " (" + String.join(", ", columns) + ")\n" + select();
    }

    /** The query that finds what has changed. */
    String select() {
        if (method == Method.SINCE) {
            return present();
        }
        return sql.joinsFully() ? all() : present() + "\nUNION ALL\n" + gone();
    }

    private String source() {
        if (plan.isKeyUnique()) {
            return rows("s");
        }
        String exact = plan.key().stream()
                .map(column -> sql.exact(column, "r." + sql.quote(column.name())))
                .collect(Collectors.joining(", "));
        return "(SELECT r.*, COUNT(*) OVER (PARTITION BY " + exact + ") AS " + COPIES + " FROM " + rows("r") + ") s";
    }

    /** The source by a name; a query has one already. */
    private String rows(String name) {
        String relation = touched(plan.source().relation());
        return (plan.source().isQuery() ? "(SELECT * FROM " + relation + ")" : relation) + " " + name;
    }

    /** Of rows that are joined, those alone that the log names where it does. */
    private String touched(String relation) {
        return method == Method.LOG
                ? "(SELECT * FROM " + relation + " WHERE ("
                        + plan.key().stream()
                                .map(column -> sql.quote(column.name()))
                                .collect(Collectors.joining(", "))
                        + ") IN (SELECT * FROM " + ChangeLog.TOUCHED + "))"
                : relation;
    }

    private String copies() {
        return plan.isKeyUnique() ? "1" : "s." + COPIES;
    }

    private String matches(boolean inSource) {
        return plan.key().stream()
                .map(column -> sql.matches(
                        column,
                        "s." + sql.quote(column.name()),
                        "t." + sql.quote(column.name()),
                        inSource,
                        types.getOrDefault(column.name(), "")))
                .collect(Collectors.joining(" AND "));
    }

    private String differs() {
        List<SourceColumn> compared =
                method == Method.CHECK || method == Method.LOG ? plan.compared() : List.of(plan.updatedAt());
        String differences = compared.stream()
                .map(column -> sql.differs(column, "s." + sql.quote(column.name()), "t." + sql.quote(column.name())))
                .collect(Collectors.joining(" OR "));
        return differences.isEmpty() ? "1 = 0" : "(" + differences + ")"; // a table of keys alone
    }

    private String key(String alias) {
        return alias + "." + sql.quote(plan.key().get(0).name());
    }

    private boolean writesUnchanged() {
        return plan.feed().get(FeedKeys.WRITE_UNCHANGED);
    }

    private String changedOrNot() {
        return writesUnchanged()
                ? " WHEN " + differs() + " THEN 'changed' ELSE 'unchanged' END"
                : " ELSE 'changed' END";
    }

    private String interesting() {
        return key("t") + " IS NULL OR " + differs() + (plan.isKeyUnique() ? "" : " OR s." + COPIES + " > 1");
    }

    private String values(String type, String copies, List<String> now, List<String> before) {
        List<String> values = new ArrayList<>(List.of(type, copies));
        values.addAll(now);
        if (plan.hasOldValues()) {
            values.addAll(before);
        }
        return "SELECT " + String.join(", ", values);
    }

    /** The rows that are there. */
    private String present() {
        String type = "CASE WHEN " + key("t") + " IS NULL THEN 'new'" + changedOrNot();
        String rows = values(type, copies(), ofSource(), quoted("t.")) + "\nFROM " + source() + " LEFT JOIN "
                + touched(state()) + " t ON " + matches(false);
        if (method == Method.SINCE) {
            String column = sql.quote(plan.updatedAt().name());
            String finite = sql.finite(plan.updatedAt());
            String last =
                    "(SELECT MAX(" + column + ") FROM " + state() + (finite == null ? "" : " WHERE " + finite) + ")";
            rows += "\nWHERE (s." + column + " >= " + last + " OR s." + column + " IS NULL OR " + last + " IS NULL)";
            return rows + "\n  AND (" + interesting() + ")";
        }
        return writesUnchanged() ? rows : rows + "\nWHERE " + interesting();
    }

    /** Those that are not. */
    private String gone() {
        String rows = values("'deleted'", "1", quoted("t."), quoted("t.")) + "\nFROM " + state() + " t";
        if (sql.missesByJoin() && plan.isKeyUnique()) { // which has an index
            return rows + " LEFT JOIN " + rows("s") + " ON " + matches(true) + "\nWHERE " + key("s") + " IS NULL";
        }
        return rows + "\nWHERE NOT EXISTS (SELECT 1 FROM " + rows("s") + " WHERE " + matches(true) + ")";
    }

    /** Both in one join. A row of the source may have no key, which is told of later. */
    private String all() {
        String isGone = key("t") + " IS NOT NULL AND " + key("s") + " IS NULL";
        String type = "CASE WHEN " + key("t") + " IS NULL THEN 'new' WHEN " + key("s") + " IS NULL THEN 'deleted'"
                + changedOrNot();
        List<String> now = plan.columns().stream()
                .map(column -> "CASE WHEN " + isGone + " THEN t." + sql.quote(column.name()) + " ELSE "
                        + asKept(column, "s." + sql.quote(column.name())) + " END")
                .toList();
        String rows = values(type, copies(), now, quoted("t.")) + "\nFROM " + source() + " FULL JOIN "
                + touched(state()) + " t ON " + matches(false);
        return writesUnchanged() ? rows : rows + "\nWHERE " + key("s") + " IS NULL OR " + interesting();
    }

    /** How many rows of each kind there are. */
    String count() {
        return "SELECT " + TYPE + ", COUNT(*) FROM " + WORK + " GROUP BY " + TYPE;
    }

    /** A row whose key is not whole. */
    String withoutKey() {
        return "SELECT " + String.join(", ", valuesOfWork()) + " FROM " + WORK + " WHERE "
                + keysOfWork().stream().map(key -> key + " IS NULL").collect(Collectors.joining(" OR "))
                + sql.atMost(1);
    }

    /** Two rows that have the same key. */
    String copied() {
        return "SELECT " + String.join(", ", valuesOfWork()) + " FROM " + WORK + " WHERE " + COPIES + " > 1 ORDER BY "
                + String.join(", ", keysOfWork()) + sql.atMost(2);
    }

    String rowsOfState() {
        return "SELECT COUNT(*) FROM " + state();
    }

    /** What writes the state. */
    List<String> keep() {
        Map<String, String> keys = new LinkedHashMap<>();
        plan.key().forEach(column -> keys.put(now(plan.columns().indexOf(column)), sql.quote(column.name())));
        return List.of(
                sql.removal(state(), WORK, keys, TYPE + " IN ('changed', 'deleted')"),
                "INSERT INTO " + state() + " (" + String.join(", ", quoted("")) + ")\nSELECT "
                        + String.join(", ", valuesOfWork()) + " FROM " + WORK + " WHERE " + TYPE
                        + " IN ('new', 'changed')");
    }

    /** What writes the output; the batch's number is bound. */
    String publish() {
        List<String> into = new ArrayList<>(quoted(""));
        List<String> from = new ArrayList<>(valuesOfWork());
        Stream.of(TYPE, "xt_batch_id", "xt_valid_from").map(sql::quote).forEach(into::add);
        from.addAll(List.of(TYPE, "CAST(? AS " + (sql.wholeNumber()) + ")", "CURRENT_TIMESTAMP(6)"));
        if (plan.hasOldValues()) {
            plan.columns().forEach(column -> into.add(sql.quote(OLD + column.name())));
            // of a row that is new there are none
            from.addAll(each(Comparison::before));
        }
        if (plan.tables().isDelta()) {
            into.add(sql.quote("xt_sequence"));
            from.add("ROW_NUMBER() OVER (ORDER BY CASE " + TYPE
                    + " WHEN 'deleted' THEN 1 WHEN 'changed' THEN 2 ELSE 3 END, " + String.join(", ", keysOfWork())
                    + ")");
        }
        return "INSERT INTO " + output() + " (" + String.join(", ", into) + ")\nSELECT " + String.join(", ", from)
                + " FROM " + WORK;
    }
}
