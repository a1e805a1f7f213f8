package io.waybill.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What the launcher has Java remember for later starts (class data sharing, an AOT cache): small exports as CSV and Parquet, one from a
 * PostgreSQL that is not there, and the commands that look. All happens in the folder that it is called in, which is the launcher's to remove.
 */
final class Training {

    private static final String SETTINGS = "waybill.datasource.db.url = jdbc:h2:mem:training\n"
            + "waybill.datasource.pg.url = jdbc:postgresql://127.0.0.1:1/none\n"
            + "waybill.datasource.pg.connection-timeout-ms = 250\n";

    private static final String ROWS = "SELECT x AS a, 'x' AS b, 1.50 AS c, DATE '2026-01-15' AS d,"
            + " TIMESTAMP '2026-01-15 10:00:00' AS e FROM SYSTEM_RANGE(1, 2)";

    private Training() {}

    public static void main(String[] arguments) throws IOException {
        Path routes = Files.createDirectories(Path.of("routes"));
        Files.writeString(Path.of("application.properties"), SETTINGS);
        Files.writeString(routes.resolve("datasets.toml"), dataSet("db") + dataSet("pg"));
        flow(routes, "rows", "db", "csv");
        flow(routes, "columns", "db", "parquet");
        flow(routes, "away", "pg", "csv");
        // the first makes the ledger's tables, which the others find
        for (String flow : List.of("rows", "rows", "columns", "away")) {
            Main.run("run", flow, "--json");
        }
        Main.run("run", "rows"); // as people read it
        Main.run("list");
        Main.run("plan", "rows");
        Main.run("history");
        System.exit(ExitCode.DONE);
    }

    private static String dataSet(String datasource) {
        return "[[dataset]]\nid = \"" + datasource + "\"\ndatasource = \"" + datasource + "\"\nquery = \"" + ROWS
                + "\"\n";
    }

    private static void flow(Path routes, String id, String dataSet, String format) throws IOException {
        Files.writeString(
                routes.resolve(id + ".toml"),
                "[properties.export]\nsource_dataset_id = \"" + dataSet + "\"\nfile_path = \"files/" + id + "." + format
                        + "\"\n");
    }
}
