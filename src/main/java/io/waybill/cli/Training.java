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

    private static final String SETTINGS = """
            waybill.datasource.db.url = jdbc:h2:mem:training
            waybill.datasource.pg.url = jdbc:postgresql://127.0.0.1:1/none
            waybill.datasource.pg.connection-timeout-ms = 250
            """;

    private Training() {}

    public static void main(String[] arguments) throws IOException {
        Path routes = Files.createDirectories(Path.of("routes"));
        Files.writeString(Path.of("application.properties"), SETTINGS);
        StringBuilder dataSets = new StringBuilder();
        for (String datasource : List.of("db", "pg")) {
            dataSets.append("""
                    [[dataset]]
                    id = "%1$s"
                    datasource = "%1$s"
                    query = "SELECT 1 AS a, 'x' AS b"
                    """.formatted(datasource));
        }
        Files.writeString(routes.resolve("datasets.toml"), dataSets);
        flow(routes, "rows", "db", "csv");
        flow(routes, "columns", "db", "parquet");
        flow(routes, "away", "pg", "csv");
        // the first makes the ledger's tables, which the others find
        for (String flow : List.of("rows", "rows", "columns", "away")) {
            Main.run("run", flow, "--json");
        }
        Main.run("list");
        Main.run("plan", "rows");
        Main.run("history");
        System.exit(ExitCode.DONE);
    }

    private static void flow(Path routes, String id, String dataSet, String format) throws IOException {
        Files.writeString(routes.resolve(id + ".toml"), """
                [properties.export]
                source_dataset_id = "%s"
                file_path = "files/%s.%s"
                """.formatted(dataSet, id, format));
    }
}
