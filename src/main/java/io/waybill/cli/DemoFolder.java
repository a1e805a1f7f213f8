package io.waybill.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The folder of the demo, where its flows are not among those of a project. */
final class DemoFolder {

    /** What lies in the jar beside the commands. */
    private static final List<String> ROUTES = List.of(
            "customers_json.toml",
            "datasets.toml",
            "orders_batch.toml",
            "orders_changes.toml",
            "orders_delta.toml",
            "orders_full.toml",
            "orders_incremental.toml",
            "orders_parts.toml");

    private static final Path PROPERTIES = Path.of("application.properties");

    private static final String SETTINGS = """
            # The demo's database, which waybill demo makes anew each time
            waybill.datasource.demo.url = jdbc:h2:file:./data/demo;DATABASE_TO_LOWER=TRUE;CASE_INSENSITIVE_IDENTIFIERS=TRUE
            waybill.datasource.demo.username = sa
            waybill.datasource.demo.password =
            """;

    private DemoFolder() {}

    /** Fills the folder that this works in, where it holds nothing of Waybill's; answers whether it did. */
    static boolean make() throws IOException {
        if (Files.exists(Workspace.ROUTES) || Files.exists(PROPERTIES)) {
            return false;
        }
        Files.createDirectory(Workspace.ROUTES);
        for (String route : ROUTES) {
            try (InputStream text = DemoFolder.class.getResourceAsStream("demo/" + route)) {
                Files.copy(text, Workspace.ROUTES.resolve(route));
            }
        }
        Files.writeString(PROPERTIES, SETTINGS);
        return true;
    }
}
