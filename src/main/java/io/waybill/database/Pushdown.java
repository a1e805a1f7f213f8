package io.waybill.database;

import io.waybill.flow.Export;
import io.waybill.flow.ExportKeys;
import io.waybill.flow.Refusal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * How a database writes the files of an export itself, by a statement of its own. It is asked for files that hold the same rows, of the same
 * types, as those that this process would write; what it cannot write so is refused, and nothing is rounded or left out.
 */
public abstract class Pushdown {

    /** Where the files appear. */
    public enum Place {
        /** In a folder of this machine. */
        FOLDER,
        /** In a bucket, below a prefix. */
        BUCKET
    }

    /**
     * A column of the query.
     *
     * @param label its name in the files
     */
    public record Column(String label, SourceColumn source) {}

    /**
     * What is to be written.
     *
     * @param sql the query, with a {@code ?} for each parameter
     */
    public record Task(Export export, String sql, List<Object> parameters, List<Column> columns) {

        public Task {
            columns = List.copyOf(columns);
        }

        /** An option of the format; what holds without it, where it is not set. */
        String option(String property, String otherwise) {
            Object value = export.formatOptions().get(property);
            return value == null ? otherwise : value.toString();
        }

        /** Whether there may be several files: their names tell them from each other. */
        public boolean hasSeveral() {
            return endsFiles()
                    || export.delivery().isDirectory()
                    || export.delivery().path().variables().contains("part");
        }

        /** What lets the database into the bucket; null for nothing. */
        String access() {
            return export.get(ExportKeys.PUSHDOWN_ACCESS);
        }

        /** Whether files end after so many row groups: there may be several then. */
        public boolean endsFiles() {
            return export.split().maxRowGroupsPerFile() != 0;
        }
    }

    /**
     * A statement.
     *
     * @param parameters the values of its {@code ?}, in their order
     */
    public record Command(String sql, List<Object> parameters) {}

    /**
     * A file that is there.
     *
     * @param file its name, as the database tells it
     * @param rowGroups 0 in formats that have none
     */
    public record Written(String file, long rows, int rowGroups) {}

    public abstract Place place();

    /** Whether it tells which files it has written; else all are that lie there, and each tells its rows itself. */
    public boolean tellsOfFiles() {
        return true;
    }

    /** Whether its statement stands in a transaction, which is rolled back when the files are there. */
    public boolean inTransaction() {
        return true;
    }

    /** By what it writes, for people: {@code DuckDB's COPY}. */
    public abstract String words();

    /**
     * What it cannot write as it is asked to; by the export's keys.
     *
     * @param connection to the database, which may be asked how it is set
     */
    public List<Refusal> refusals(Connection connection, Task task) throws SQLException {
        List<Refusal> refusals = new ArrayList<>();
        for (Column column : task.columns()) {
            SourceColumn source = column.source();
            if (source.type().isConversionOf(source.found())) {
                refusals.add(new Refusal(
                        ExportKeys.ENGINE.name(),
                        "\"pushdown\" writes what the database has, and column \"" + column.label()
                                + "\" is declared as "
                                + source.type() + " over " + source.nativeType()
                                + "; leave out its type in datasets.toml, or engine"));
            }
        }
        return refusals;
    }

    /**
     * The statement that writes.
     *
     * @param target the file; where there may be several, the folder or the prefix that they are all below
     */
    public abstract Command command(Task task, String target);

    /**
     * Runs the statement.
     *
     * @param target as before
     * @return what was written, in the order of the rows
     */
    public abstract List<Written> write(PreparedStatement command, Task task, String target) throws SQLException;
}
