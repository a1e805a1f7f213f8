package io.waybill.cli;

import io.waybill.run.ColumnScan.Proposal;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The text of a flow as somebody would begin with it.
 *
 * @param datasource where its table is
 * @param isOfNewRows whether it exports what is new alone
 * @param marks the columns that are to be marked
 * @param path where its files go
 */
record FirstFlow(InitTable table, String datasource, boolean isOfNewRows, List<Proposal> marks, String path) {

    /** Where editors find what flow files are checked by: Taplo, and what is made with it, knows the line. */
    static final String SCHEMA = "#:schema ../flow.schema.json\n";

    String text() {
        StringBuilder text = new StringBuilder(SCHEMA)
                .append("# ")
                .append(isOfNewRows ? "What is new in " : "All rows of ")
                .append(table.location())
                .append(isOfNewRows ? ", since the last export; the first has all rows.\n" : ".\n")
                .append("id = ")
                .append(quoted(table.id()))
                .append("\n\n[properties.export]\nsource_dataset_id = ")
                .append(quoted(table.dataset()))
                .append("\ndatasource = ")
                .append(quoted(datasource))
                .append("\nfile_path = ")
                .append(quoted(path))
                .append('\n');
        if (isOfNewRows) {
            text.append("since_last_export = true    # ")
                    .append(table.column())
                    .append(" tells new rows from older ones\n")
                    .append("skip_empty = true           # no file where nothing is new\n");
        }
        return text.toString();
    }

    /** Whether something has to be declared of its data set. */
    boolean declares() {
        return !marks.isEmpty() || isOfNewRows && table.declaresColumn();
    }

    /** The data set, for {@code datasets.toml}. */
    String dataSet() {
        return "[[dataset]]\nid = " + quoted(table.dataset()) + "\ndatasource = " + quoted(datasource) + "\ntable = "
                + quoted(table.dataset()) + "\n"
                + (isOfNewRows && table.declaresColumn() ? "watermark = " + quoted(table.column()) + "\n" : "")
                + (marks.isEmpty()
                        ? ""
                        : "columns = [\n"
                                + marks.stream()
                                        .map(mark -> "  " + mark.line() + ",\n")
                                        .collect(Collectors.joining())
                                + "]\n");
    }

    private static String quoted(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }
}
