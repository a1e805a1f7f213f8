package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.TestDatabases;
import io.waybill.TestFiles;
import io.waybill.cli.Launcher.Ended;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code waybill init}: from a database to its first file. */
class InitCommandIT {

    @RegisterExtension
    private static final Commands COMMANDS = Commands.inNewFolder().with(Map.of("SHOP_PASSWORD", "secret-of-shop"));

    /** What a terminal has shown, in the page; {@code -Dwrite} records it anew. */
    private static final Pattern RECORDED =
            Pattern.compile("(?s)<!-- recorded -->\n\n```console\n(.*?)```\n\n<!-- end -->");

    private final Path work = COMMANDS.folder();

    private static Ended init(String... arguments) throws Exception {
        String[] all =
                Stream.concat(Stream.of("init", "--yes"), Stream.of(arguments)).toArray(String[]::new);
        return COMMANDS.run(all);
    }

    private String text(String file) throws Exception {
        return Files.readString(work.resolve(file));
    }

    private List<String> files() throws Exception {
        try (Stream<Path> files = Files.walk(work)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> !file.toString().endsWith(".trace.db")) // of the database itself
                    .map(file -> work.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    /** A database of 30 tables, one of them with what a shop has. */
    private static HikariDataSource shop(HikariDataSource database) {
        for (int i = 1; i < 30; i++) {
            TestDatabases.execute(database, "CREATE TABLE part_" + i + " (a integer, b varchar(10))");
        }
        TestDatabases.execute(
                database,
                "CREATE TABLE customers (id integer NOT NULL PRIMARY KEY, email varchar(100), updated_at timestamp NOT NULL)",
                "INSERT INTO customers VALUES (1, 'ada@shop.example', TIMESTAMP '2026-01-15 10:00:00'),"
                        + " (2, 'bob@shop.example', TIMESTAMP '2026-01-16 10:00:00')");
        return database;
    }

    private static String url(HikariDataSource database) {
        return database.getJdbcUrl().replaceFirst("\\?.*", "");
    }

    private H2File h2() {
        return new H2File("jdbc:h2:file:" + work.resolve("data/shop"));
    }

    /** One that other processes open when this one is done. */
    private record H2File(String url) {

        H2File execute(String... statements) {
            org.h2.jdbcx.JdbcDataSource database = new org.h2.jdbcx.JdbcDataSource();
            database.setURL(url);
            database.setUser("sa");
            database.setPassword("secret-of-shop");
            TestDatabases.execute(database, statements);
            return this;
        }
    }

    @Test
    void somebodyAtATerminalIsLedToTheFirstFile() throws Exception {
        try (HikariDataSource database = shop(TestDatabases.postgres());
                Pty pty = Pty.start(Launcher.in(work), "init")) {
            long began = System.nanoTime();
            pty.answer("URL: ", "postgresql://somewhere")
                    .answer("URL: ", url(database))
                    .answer("User, Enter for none: ", "postgres")
                    .answer("Password, which is not shown: ", "not-to-be-seen")
                    .answer("Name of the data source", "shop")
                    .answer("Environment variable that has the password", "")
                    .answer("Which? ", "custm")
                    .answer("no name has \"custm\" in it", "cust")
                    .answer("  1  customers", "1")
                    .answer("Where do files go [exports/]: ", "")
                    .answer("Mode [incremental]: ", "full")
                    .answer("Mark them pii", "")
                    .answer("Write the files (yes or no) [yes]: ", "");

            assertThat(pty.end()).as(pty.shown()).isZero();
            assertThat(pty.shown())
                    .contains(
                            "error: url: a JDBC URL is expected",
                            "connected to PostgreSQL 18",
                            "30 tables and views",
                            "    and 10 more")
                    .contains("    email: 100 % of 2 values look like e-mail addresses")
                    .contains("waybill preview customers", "export SHOP_PASSWORD=…")
                    .doesNotContain("not-to-be-seen");
            Ended run = COMMANDS.run("run", "customers");
            assertThat(run.exitCode()).as(run.err()).isZero();
            long seconds = Duration.ofNanos(System.nanoTime() - began).toSeconds();
            Files.writeString(Path.of("target/init-seconds.txt"), seconds + " s from the first question to the file\n");
            assertThat(text("exports/customers.csv")).startsWith("id,updated_at\n");
            compareWithThePage(
                    pty.shown(),
                    url(database),
                    "$ waybill run customers\n" + run.out() + "$ head -1 exports/customers.csv\nid,updated_at\n");
            for (String made : List.of("exports", "data")) {
                TestFiles.delete(work.resolve(made));
            }
        }
        assertThat(files())
                .containsExactly(
                        "application.properties", "flow.schema.json", "routes/customers.toml", "routes/datasets.toml");
        assertThat(text("application.properties"))
                .contains("waybill.datasource.shop.username = postgres\n")
                .contains("waybill.datasource.shop.password = {{env:SHOP_PASSWORD}}\n")
                .doesNotContain("not-to-be-seen");
        assertThat(text("flow.schema.json")).isEqualTo(Files.readString(Path.of("docs/flow.schema.json")));
    }

    /** The page shows what was shown, but for what was mistyped, and where the database is. */
    private static void compareWithThePage(String shown, String url, String then) throws Exception {
        String recorded = shown.substring(shown.indexOf("Where is the database?"))
                        .replaceFirst("(?s)URL: postgresql://somewhere\n.*?(?=URL: )", "")
                        .replaceFirst("(?s)(Which\\? [^\n]*: )custm\n.*?(?=Which\\? )", "")
                        .replace(url, "jdbc:postgresql://db.example.com/shop")
                        .replace("none: postgres\n", "none: export\n")
                        .replaceFirst("data source \\[\\w+]: shop\n", "data source [shop]:\n")
                        .replaceAll("(?m) +$", "")
                + "$ export SHOP_PASSWORD=…\n"
                + then.replaceAll("\\d{8}T\\d{6}-[0-9a-f]{6}", "20261120T091500-3f9a01")
                        .replaceAll("\\d+(\\.\\d+)? s\\b", "0.2 s");
        Path page = Path.of("docs/begin.md");
        String text = Files.readString(page);
        Matcher block = RECORDED.matcher(text);
        assertThat(block.find()).isTrue();
        if (System.getProperty("write") != null) {
            Files.writeString(page, text.substring(0, block.start(1)) + recorded + text.substring(block.end(1)));
        } else {
            assertThat(recorded).isEqualTo(block.group(1));
        }
    }

    @Test
    void onlyWhatIsNewIsExportedWhereAColumnTellsIt() throws Exception {
        try (HikariDataSource database = shop(TestDatabases.postgres())) {
            Ended made = init(
                    "--url",
                    url(database),
                    "--user",
                    "postgres",
                    "--password-env",
                    "SHOP_PASSWORD",
                    "--name",
                    "shop",
                    "--table",
                    "customers",
                    "--to",
                    "out");
            assertThat(made.err()).isEmpty();
            assertThat(made.out()).contains("""

                    customers
                      incremental: updated_at grows with each change of a row; that a row is deleted it does not tell
                      looks like data of persons:
                        email: 100 % of 2 values look like e-mail addresses
                      marked pii in routes/datasets.toml, and left out of files unless the flow says otherwise

                    written
                      flow.schema.json
                      application.properties
                      routes/customers.toml
                      routes/datasets.toml

                    Next:
                      waybill preview customers     the first rows, as they would leave
                      waybill run customers         writes out/customers_{run_id}.csv
                    """);
            assertThat(text("routes/customers.toml")).isEqualTo("""
                    #:schema ../flow.schema.json
                    # What is new in table public.customers, since the last export; the first has all rows.
                    id = "customers"

                    [properties.export]
                    source_dataset_id = "customers"
                    datasource = "shop"
                    file_path = "out/customers_{run_id}.csv"
                    since_last_export = true    # updated_at tells new rows from older ones
                    skip_empty = true           # no file where nothing is new
                    """);
            assertThat(text("routes/datasets.toml")).isEqualTo("""
                    #:schema ../flow.schema.json
                    [[dataset]]
                    id = "customers"
                    datasource = "shop"
                    table = "customers"
                    watermark = "updated_at"
                    columns = [
                      { name = "email", pii = true },
                    ]
                    """);
            assertThat(COMMANDS.run("validate").exitCode()).isZero();
            assertThat(COMMANDS.run("preview", "customers").out()).startsWith("id,updated_at\n1,2026-01-15");
            assertThat(COMMANDS.run("run", "customers").out()).contains("customers: 2 rows");
            assertThat(COMMANDS.run("run", "customers").out()).contains("customers: 0 rows");
        }
    }

    @Test
    void otherDatabasesDoLikewise() throws Exception {
        try (HikariDataSource database = shop(TestDatabases.mariadb())) {
            Ended made =
                    init("--url", database.getJdbcUrl(), "--user", "root", "--table", "customers", "--mode", "full");
            assertThat(made.err()).isEmpty();
            assertThat(made.out()).contains("connected to MariaDB ", "30 tables and views");
            assertThat(COMMANDS.run("run", "customers").out()).contains("customers: 2 rows");
        }
        TestFiles.empty(work);
        try (HikariDataSource database = TestDatabases.newSqlite(work)) {
            TestDatabases.execute(database, "CREATE TABLE notes (id integer PRIMARY KEY, text text)");
            Ended made = init("--url", database.getJdbcUrl(), "--format", "jsonl");
            assertThat(made.err()).isEmpty();
            assertThat(made.out()).contains("one table or view", "notes.jsonl");
            assertThat(COMMANDS.run("run", "notes").out()).contains("notes: 0 rows");
        }
        TestFiles.empty(work);
        H2File database = h2().execute(
                        "CREATE TABLE orders AS SELECT x AS id FROM system_range(1, 9)",
                        "CREATE SCHEMA archive",
                        "CREATE TABLE archive.older AS SELECT x AS id FROM system_range(1, 3)");
        Ended made = init(
                "--url",
                database.url(),
                "--user",
                "sa",
                "--password-env",
                "SHOP_PASSWORD",
                "--table",
                "orders",
                "--table",
                "archive.older",
                "--format",
                "parquet");
        assertThat(made.err()).isEmpty();
        assertThat(COMMANDS.run("run", "orders").out()).contains("orders: 9 rows");
        assertThat(COMMANDS.run("run", "archive_older").out()).contains("archive_older: 3 rows");
        assertThat(text("application.properties")).doesNotContain("secret-of-shop");
    }

    @Test
    void whatIsThereStays() throws Exception {
        h2().execute(
                        "CREATE TABLE orders AS SELECT x AS id FROM system_range(1, 9)",
                        "CREATE TABLE items (id integer)");
        String own = "waybill.retention-days = 10";
        Files.writeString(work.resolve("application.properties"), own);
        Files.createDirectory(work.resolve("routes"));
        Files.writeString(work.resolve("routes/orders.toml"), "# mine\n");
        String[] source = {
            "--url", h2().url(), "--user", "sa", "--password-env", "SHOP_PASSWORD", "--name", "shop", "--table"
        };

        assertThat(init(with(source, "orders")))
                .extracting(Ended::exitCode, Ended::err)
                .containsExactly(
                        2,
                        "error: routes/orders.toml is there already, and is not written over; move it, or write another"
                                + " flow by hand\n");
        assertThat(text("application.properties")).isEqualTo(own);
        assertThat(files()).doesNotContain("flow.schema.json");

        Ended made = init(with(source, "items"));
        assertThat(made.err()).isEmpty();
        assertThat(made.out()).contains("added to application.properties\n  # The database that flows name");
        assertThat(text("application.properties")).isEqualTo(own + """


                # The database that flows name by datasource = "shop"
                waybill.datasource.shop.url = %s
                waybill.datasource.shop.username = sa
                waybill.datasource.shop.password = {{env:SHOP_PASSWORD}}
                """.formatted(h2().url()));
        assertThat(text("routes/orders.toml")).isEqualTo("# mine\n");

        Files.delete(work.resolve("routes/orders.toml"));
        assertThat(init("--name", "shop", "--table", "orders").err()).isEmpty();
        assertThat(init("--name", "shop", "--url", "jdbc:h2:mem:other", "--table", "x")
                        .err())
                .isEqualTo("error: there are no tables or views there; is it the right database?\n");
    }

    private static String[] with(String[] arguments, String last) {
        return Stream.concat(Stream.of(arguments), Stream.of(last)).toArray(String[]::new);
    }

    @Test
    void whatIsWrongIsSaidAndNothingIsWritten() throws Exception {
        h2().execute(
                        "CREATE TABLE orders AS SELECT x AS id FROM system_range(1, 9)",
                        "CREATE TABLE items (id integer)");
        String url = h2().url();
        List<String> before = files();

        assertThat(COMMANDS.run("init", "--url", url))
                .isEqualTo(Ended.of(2, "", "error: there is nobody to ask; say --yes, with --url and --table\n"));
        assertThat(init().err())
                .isEqualTo("error: --url: is missing; write for example "
                        + "jdbc:postgresql://host:5432/database or jdbc:mariadb://host:3306/database\n");
        assertThat(init("--url", "postgres://db/shop").err())
                .startsWith("error: url: a JDBC URL is expected, which begins with jdbc:; write for example jdbc:");
        assertThat(init("--url", "jdbc:postgresql://db/shop?password=x").err())
                .startsWith("error: url: holds a password, which would stand in application.properties;")
                .doesNotContain("=x");
        assertThat(init("--url", "jdbc:postgresq://db/shop").err())
                .contains("no driver for jdbc:postgresq: is on the class path", "did you mean \"jdbc:postgresql:\"?");
        assertThat(init("--url", "jdbc:postgresql://host.invalid/shop").err())
                .isEqualTo("error: no connection: the host \"host.invalid\" is not known\n");
        assertThat(init("--url", url, "--user", "sa").err()).contains("no connection: Wrong user name or password");
        assertThat(init("--url", url, "--user", "sa", "--password-env", "NOWHERE")
                        .err())
                .isEqualTo("error: --password-env: the environment has no NOWHERE\n");
        String[] source = {"--url", url, "--user", "sa", "--password-env", "SHOP_PASSWORD"};
        assertThat(init(source).err()).isEqualTo("error: --table: is missing; there are 2: ITEMS, ORDERS\n");
        assertThat(init(with(with(source, "--table"), "order")).err())
                .isEqualTo("error: --table: there is no table or view \"order\"; did you mean \"ORDERS\"?\n");
        assertThat(init(with(with(with(with(source, "--table"), "orders"), "--mode"), "incremental"))
                        .err())
                .isEqualTo(
                        "error: --mode: table \"ORDERS\": no column tells what is new; declare a watermark by hand, or"
                                + " export all rows\n");
        assertThat(init("--to", "s3://lake/orders/").err())
                .startsWith("error: --to: \"s3://lake/orders/\" is not a folder of this machine");
        assertThat(init("--format", "cvs").err()).contains("--format: \"cvs\" is not known", "did you mean \"csv\"?");
        assertThat(files()).isEqualTo(before);
    }

    @Test
    void whoGoesAwayLeavesNothing() throws Exception {
        h2().execute("CREATE TABLE orders AS SELECT x AS id FROM system_range(1, 9)");
        List<String> before = files();
        try (Pty pty = Pty.start(
                Launcher.in(work).with(Map.of("SHOP_PASSWORD", "secret-of-shop")),
                "init",
                "--url",
                h2().url(),
                "--user",
                "sa",
                "--password-env",
                "SHOP_PASSWORD")) {
            pty.answer("Name of the data source", "shop").answer("Which? ", "1").type("Where do files go", "\u0003");
            assertThat(pty.end()).isEqualTo(130);
        }
        assertThat(files()).isEqualTo(before);
    }
}
