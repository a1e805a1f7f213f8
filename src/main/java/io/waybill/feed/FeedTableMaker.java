package io.waybill.feed;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import io.waybill.database.Ask;
import io.waybill.database.ChangeSql;
import io.waybill.database.FeedComment;
import io.waybill.database.SourceColumn;
import io.waybill.rows.SqlFailure;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Makes a feed's tables where they are not there, and gives them the columns that their source has got. All of it comes before a batch's
 * transaction, since some databases commit at each change of a table; a process that is killed in between has the next one go on.
 */
record FeedTableMaker(Connection connection, ChangeSql sql, FeedPlan plan) {

    private static final List<String> OWN = List.of("xt_record_type", "xt_batch_id", "xt_valid_from", "xt_sequence");

    /**
     * Makes them.
     *
     * @return the types of the feed's columns
     * @throws WaybillException when a table of such a name is there and is not the flow's, or the state was removed
     */
    Map<String, String> make() throws SQLException {
        FeedTables tables = plan.tables();
        checkNames();
        boolean isNew = isMissing(tables.batches());
        if (!isNew
                && isMissing(tables.state())
                && new BatchRows(connection, sql, tables).latest().isPresent()) {
            throw WaybillException.refusal("table " + tables.state() + " is gone, and " + tables.batches()
                    + " has batches: all rows would be new once more; waybill feed drop " + plan.flow()
                    + " removes the rest, to begin anew");
        }
        Map<String, String> types = sql.types(connection, plan.source().relation(), plan.columns());
        connection.commit();
        plan.refuseOtherSource(connection, sql);
        plan.refuseOtherKey(connection, sql);
        make(
                tables.state(),
                stateColumns(types),
                "the rows as its last batch found them",
                "PRIMARY KEY (" + keyNames() + ")");
        make(
                tables.output(),
                outputColumns(types),
                "the changes of " + plan.source().id(),
                "PRIMARY KEY (" + sql.quote("xt_batch_id") + ", " + keyNames() + ")"
                        + (tables.isDelta()
                                ? ", UNIQUE (" + sql.quote("xt_batch_id") + ", " + sql.quote("xt_sequence") + ")"
                                : ""));
        create(tables.batches(), BatchRows.columns(sql), "its batches", BatchRows.key(sql));
        return types;
    }

    private boolean isMissing(String table) throws SQLException {
        return comment(table) == null;
    }

    /** Null where there is no such table. */
    private String comment(String table) throws SQLException {
        return Ask.first(
                connection,
                sql.comment(),
                row -> row.getString(1) == null ? "" : row.getString(1),
                plan.tables().schema(),
                table);
    }

    /** Some databases cut long names off, and then they are one. */
    private void checkNames() throws SQLException {
        int longest = sql.longestName(connection);
        List<String> names = new ArrayList<>(plan.tables().names());
        plan.columns().forEach(column -> {
            names.add((plan.hasOldValues() ? Comparison.OLD : "") + column.name());
            if (isAmong(OWN, column.name()) || isOld(column.name())) {
                throw WaybillException.refusal("columns: the source has a column " + column.name()
                        + ", which the "
                        + (plan.feed().isOfExport()
                                ? "file has of its own; a view can name it otherwise"
                                : "feed has of its own; leave it out of [input] columns"));
            }
        });
        for (String name : names) {
            if (sql.length(name) > longest) {
                throw WaybillException.refusal(
                        "id: the name " + name + " is too long for the database, which takes " + longest);
            }
        }
    }

    private boolean isOld(String name) {
        int length = Comparison.OLD.length();
        return name.length() > length && sql.isSameColumn(Comparison.OLD, name.substring(0, length));
    }

    private Map<String, FeedColumn> stateColumns(Map<String, String> types) {
        Map<String, FeedColumn> columns = new LinkedHashMap<>();
        for (SourceColumn column : plan.columns()) {
            String type = types.get(column.name());
            boolean isKey = plan.key().contains(column);
            columns.put(column.name(), new FeedColumn(isKey ? sql.keyType(type) : type, isKey));
        }
        return columns;
    }

    private Map<String, FeedColumn> outputColumns(Map<String, String> types) {
        Map<String, FeedColumn> columns = stateColumns(types);
        columns.put("xt_record_type", new FeedColumn("varchar(9)", true));
        columns.put("xt_batch_id", new FeedColumn("bigint", true));
        columns.put("xt_valid_from", new FeedColumn(sql.timeType(), true));
        if (plan.tables().isDelta()) {
            columns.put("xt_sequence", new FeedColumn("bigint", true));
        }
        if (plan.hasOldValues()) {
            for (SourceColumn column : plan.columns()) {
                String type = types.get(column.name());
                boolean isKey = plan.key().contains(column);
                columns.put(Comparison.OLD + column.name(), new FeedColumn(isKey ? sql.oldKeyType(type) : type, false));
            }
        }
        return columns;
    }

    private String keyNames() {
        return String.join(
                ", ",
                plan.key().stream().map(column -> sql.quote(column.name())).toList());
    }

    private void make(String table, Map<String, FeedColumn> columns, String what, String keys) throws SQLException {
        create(table, columns, what, keys);
        complete(table);
        extend(table, columns);
    }

    private void create(String table, Map<String, FeedColumn> columns, String what, String keys) throws SQLException {
        String comment = comment(table);
        String mark = plan.tables().mark();
        if (comment != null && !comment.startsWith(mark) && !(comment.isEmpty() && isUnfinished(table, columns))) {
            throw WaybillException.refusal("table " + table + " is there already, and is not of flow " + plan.flow()
                    + ": its comment does not begin with \"" + mark.strip() + "\"; rename the flow, or the table");
        }
        if (comment == null || comment.isEmpty()) {
            String text = checked(table, said(mark + what));
            sql.create(connection, qualified(table), FeedColumn.declared(columns, sql) + ", " + keys, text);
            connection.commit();
        }
    }

    /** A comment, with what the rows are of, and with the columns that are marked by now. */
    private String said(String comment) {
        return FeedComment.read(comment)
                .with(
                        plan.of(),
                        plan.columns().stream()
                                .filter(SourceColumn::pii)
                                .map(SourceColumn::name)
                                .toList())
                .text();
    }

    private String checked(String table, String comment) {
        if (comment.length() > sql.longestComment()) {
            throw WaybillException.refusal("table " + table
                    + ": its comment has to name the columns that are marked pii, and would have " + comment.length()
                    + " characters; the database takes " + sql.longestComment()
                    + ": leave some out of [input] columns");
        }
        return comment;
    }

    /** Before rows come that are marked: what a table once held stays marked, whatever is declared later. */
    private void complete(String table) throws SQLException {
        String comment = comment(table);
        String text = said(comment);
        if (!text.equals(comment)) {
            alter(table, "its comment", sql.changeComment(qualified(table), checked(table, text)));
        }
    }

    private String qualified(String table) {
        return sql.qualified(plan.tables().schema(), table);
    }

    /** What was made by a process that was killed before it could say whose it is. */
    private boolean isUnfinished(String table, Map<String, FeedColumn> columns) throws SQLException {
        return sql.commentsLater()
                && names(table).equals(columns.keySet())
                && Ask.first(connection, "SELECT 1 FROM " + qualified(table) + sql.atMost(1), row -> true) == null;
    }

    /** A column that the source has got, or whose type has changed; one that it has lost stays, and is NULL from now on. */
    private void extend(String table, Map<String, FeedColumn> columns) throws SQLException {
        Set<String> there = names(table);
        Map<String, String> types = sql.types(
                connection,
                qualified(table),
                plan.columns().stream()
                        .flatMap(column -> Stream.of(column, column.named(Comparison.OLD + column.name())))
                        .filter(column -> isAmong(there, column.name()))
                        .toList());
        connection.commit();
        for (Map.Entry<String, FeedColumn> made : columns.entrySet()) {
            String name = made.getKey();
            FeedColumn column = made.getValue();
            String place = qualified(table);
            if (!isAmong(there, name)) {
                alter(
                        table,
                        "column " + name,
                        "ALTER TABLE " + place + " ADD COLUMN " + sql.quote(name) + " " + column.declared(sql));
            } else if (types.containsKey(name) && !column.type().equals(types.get(name))) {
                alter(
                        table,
                        "column " + name,
                        sql.changeType(place, sql.quote(name), column.type(), column.required()));
            }
        }
    }

    private boolean isAmong(Collection<String> names, String name) {
        return names.stream().anyMatch(other -> sql.isSameColumn(other, name));
    }

    private void alter(String table, String what, String statement) throws SQLException {
        try {
            ChangeSql.execute(connection, statement);
            connection.commit();
        } catch (SQLException e) {
            connection.rollback();
            throw SqlFailure.of(
                    Stage.PLAN,
                    what + " of table " + table + " cannot become as the source has it now, by " + statement,
                    e,
                    plan.hidesValues());
        }
    }

    private Set<String> names(String table) throws SQLException {
        Set<String> names = new LinkedHashSet<>();
        try (Statement statement = connection.createStatement();
                ResultSet empty = statement.executeQuery("SELECT * FROM " + qualified(table) + " WHERE 1 = 0")) {
            ResultSetMetaData metaData = empty.getMetaData();
            for (int i = 1; i <= metaData.getColumnCount(); i++) {
                names.add(metaData.getColumnLabel(i));
            }
        }
        return names;
    }
}
