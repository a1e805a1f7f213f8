package io.waybill.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.WaybillException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Connections: given back as they came, and data sources found or refused with a reason. */
class ConnectionsIT {

    @TempDir
    private Path folder;

    @Test
    void aConnectionGoesBackToItsPoolAsItCame() throws Exception {
        for (HikariDataSource database :
                List.of(TestDatabases.mariadb(), TestDatabases.postgres(), TestDatabases.h2())) {
            database.setMaximumPoolSize(1);
            boolean mariadb = database.getJdbcUrl().contains("mariadb");
            TestDatabases.execute(database, "CREATE TABLE t (id integer)", "INSERT INTO t VALUES (1), (2)");
            List<String> before = session(database, mariadb);
            try (FlowHarness harness = new FlowHarness(folder, database)) {
                harness.export("source_dataset_id = \"t\"\nfile_path = \"{{root}}/t.csv\"\n");
            }
            assertThat(database.getHikariPoolMXBean().getActiveConnections()).isZero();
            assertThat(session(database, mariadb)).isEqualTo(before);
            database.close();
        }
    }

    private static List<String> session(HikariDataSource database, boolean mariadb) throws Exception {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet zone = statement.executeQuery(
                        mariadb
                                ? "SELECT concat_ws(' ', @@session.time_zone, @@sql_select_limit, @@character_set_results, @@sql_mode)"
                                : "SELECT 'none'")) {
            zone.next();
            return List.of(
                    zone.getString(1),
                    String.valueOf(connection.getAutoCommit()),
                    String.valueOf(connection.isReadOnly()),
                    String.valueOf(connection.getTransactionIsolation()));
        }
    }

    /** Settings of a connection change neither how many rows there are nor their values. */
    @ParameterizedTest
    @CsvSource({
        "postgres, options=-c%20extra_float_digits=-10",
        "mariadb, sessionVariables=sql_select_limit=2",
        "mysql, maxRows=2",
        "mysql, characterSetResults=ISO-8859-1",
        "mysql, characterEncoding=ISO-8859-1"
    })
    void whatAConnectionIsSetToLeavesRowsAndValuesAsTheyAre(String product, String setting) throws Exception {
        boolean postgres = product.equals("postgres");
        try (HikariDataSource database = emptyDatabase(product);
                HikariDataSource set = new HikariDataSource()) {
            TestDatabases.execute(
                    database,
                    "CREATE TABLE t (id integer, d double precision, note varchar(20))",
                    "INSERT INTO t VALUES (1, 0.1234567890123, 'zwölf ✓'), (2, 2, NULL), (3, 3, 'три')");
            set.setJdbcUrl(database.getJdbcUrl() + "&" + setting);
            set.setUsername(database.getUsername());
            set.setPassword("");
            set.setMaximumPoolSize(1);
            List<String> before = session(set, !postgres);
            try (FlowHarness harness = new FlowHarness(folder, set)) {
                harness.export("source_dataset_id = \"t\"\nfile_path = \"{{root}}/t.csv\"\nreader = \"jdbc\"\n");
            }
            assertThat(folder.resolve("t.csv")).hasContent("id,d,note\n1,0.1234567890123,zwölf ✓\n2,2,\n3,3,три");
            assertThat(session(set, !postgres)).isEqualTo(before);
        }
    }

    @Test
    void aFilterFindsEmptyTextsWhereASessionTakesThemForNull() throws Exception {
        try (HikariDataSource database = TestDatabases.mariadb();
                HikariDataSource set = new HikariDataSource()) {
            TestDatabases.execute(
                    database,
                    "CREATE TABLE t (id integer, note text)",
                    "INSERT INTO t VALUES (1, ''), (2, NULL), (3, 'a')");
            set.setJdbcUrl(database.getJdbcUrl()
                    + "&sessionVariables=sql_mode='ANSI_QUOTES,EMPTY_STRING_IS_NULL,NO_ZERO_DATE'");
            set.setUsername(database.getUsername());
            set.setPassword("");
            set.setMaximumPoolSize(1);
            List<String> before = session(set, true);
            try (FlowHarness harness = new FlowHarness(folder, set)) {
                harness.export(
                        "source_dataset_id = \"t\"\nfile_path = \"{{root}}/t.csv\"\nfilters = [{ column = \"note\", op = \"=\", value = \"\" }]\n");
            }
            assertThat(folder.resolve("t.csv")).hasContent("id,note\n1,\"\"\n");
            assertThat(session(set, true)).isEqualTo(before);
        }
    }

    private static HikariDataSource emptyDatabase(String product) {
        return switch (product) {
            case "postgres" -> TestDatabases.postgres();
            case "mariadb" -> TestDatabases.mariadb();
            default -> TestDatabases.mariadbByMysqlDriver("");
        };
    }

    @Test
    void rowsThatNobodyReadsAreClosedWithTheirExchange() throws Exception {
        for (HikariDataSource database : List.of(TestDatabases.postgres(), TestDatabases.h2())) {
            try (FlowHarness harness = new FlowHarness(folder, database)) {
                harness.context()
                        .createProducerTemplate()
                        .send("rows:db", exchange -> exchange.getMessage().setBody("SELECT 1 AS a"));
                assertThat(database.getHikariPoolMXBean().getActiveConnections())
                        .isZero();
            }
            database.close();
        }
    }

    @Test
    void noReadingThreadOutlivesItsRun() throws Exception {
        try (HikariDataSource database = TestDatabases.h2();
                FlowHarness harness = new FlowHarness(folder, database)) {
            TestDatabases.execute(
                    database, "CREATE VIEW t AS SELECT x, 1 / (x - 90000) AS y FROM system_range(1, 100000)");
            harness.load(
                    "t.toml",
                    "[properties.export]\nsource_dataset_id = \"t\"\nfile_path = \"{{root}}/t.csv\"\nlimit = 50000\n");
            harness.load("u.toml", "[properties.export]\nsource_dataset_id = \"t\"\nfile_path = \"{{root}}/u.csv\"\n");
            harness.run("t");
            assertThat(harness.fail("u").error()).contains("Division by zero");
            assertThat(Thread.getAllStackTraces().keySet())
                    .extracting(Thread::getName)
                    .doesNotContain("waybill-reader");
        }
    }

    /** PostgreSQL's driver changes to binary values when it has seen a statement often. */
    @Test
    void theTenthRunWritesTheSameTextAsTheFirst() throws Exception {
        try (HikariDataSource database = TestDatabases.postgres();
                FlowHarness harness = new FlowHarness(folder, database)) {
            database.setMaximumPoolSize(1);
            TestDatabases.execute(
                    database,
                    "CREATE TABLE t (a numeric, b timetz, c point, d interval)",
                    "INSERT INTO t VALUES (0.0000000000001, '12:30+02', '(1,2)', '1 day 02:00')");
            harness.load(
                    "often.toml",
                    "[properties.export]\nsource_dataset_id = \"t\"\nfile_path = \"{{root}}/often.csv\"\nreader = \"jdbc\"\n");
            for (int run = 1; run <= 10; run++) {
                harness.run("often");
                assertThat(folder.resolve("often.csv"))
                        .as("run " + run)
                        .hasContent("a,b,c,d\n0.0000000000001,12:30:00+02,\"(1,2)\",1 day 02:00:00");
            }
        }
    }

    @Test
    void dataSourcesOfThePropertiesAreMadeAtTheirFirstUse() throws Exception {
        try (DefaultCamelContext context = context("url", "jdbc:h2:mem:properties", "maximum-pool-size", "2")) {
            assertThat(DataSources.names(context)).containsExactly("shop");
            assertThat(DataSources.defaultName(context)).isEqualTo("shop");
            assertThat(DataSources.find(context, "shop")).isSameAs(DataSources.find(context, "shop"));
            assertThat(((ConfiguredSource) DataSources.find(context, "shop"))
                            .pool()
                            .getMaximumPoolSize())
                    .isEqualTo(2);
            assertThatThrownBy(() -> DataSources.find(context, "shpo"))
                    .hasMessage("data source \"shpo\" is not known; known: shop (set waybill.datasource.shpo.url in"
                            + " application.properties)");
        }
    }

    @Test
    void wrongSettingsAreRefusedAndTheirValuesNotShown() throws Exception {
        try (DefaultCamelContext context = context("username", "x")) {
            assertThatThrownBy(() -> DataSources.find(context, "shop"))
                    .hasMessage("data source \"shop\": waybill.datasource.shop.url is missing");
        }
        try (DefaultCamelContext context = context("url", "jdbc:h2:mem:x", "passwort", "s3cr3t")) {
            assertThatThrownBy(() -> DataSources.find(context, "shop"))
                    .hasMessageStartingWith("application.properties: waybill.datasource.shop.passwort is not a setting;"
                            + " allowed: connection-timeout-ms, driver,")
                    .hasMessageNotContaining("s3cr3t");
        }
        try (DefaultCamelContext context = context("url", "jdbc:h2:mem:x", "maximum-pool-size", "many")) {
            assertThatThrownBy(() -> DataSources.find(context, "shop"))
                    .hasMessage(
                            "application.properties: waybill.datasource.shop.maximum-pool-size: \"many\" is not a number of"
                                    + " connections; 1 to 10000 is allowed");
        }
        try (DefaultCamelContext context = context("url", "jdbc:sqlite:nowhere/shop.db?busy_timeout=1")) {
            assertThatThrownBy(() -> DataSources.find(context, "shop"))
                    .hasMessage("data source \"shop\": waybill.datasource.shop.url: there is no file "
                            + java.nio.file.Path.of("nowhere/shop.db").toAbsolutePath());
        }
        try (DefaultCamelContext context = context("url", "jdbc:nothing://x?password=s3cr3t")) {
            assertThatThrownBy(() -> DataSources.find(context, "shop"))
                    .hasMessageStartingWith("data source \"shop\": ")
                    .hasMessageNotContaining("s3cr3t");
        }
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            jdbc:postgresql://localhost/shop?user=postgres, username, reader, ' is "reader", and the url says "postgres"; say it once'
            jdbc:postgresql://localhost/shop?ssl=true&user=p%40x, username, reader, ' is "reader", and the url says "p@x"; say it once'
            jdbc:sqlserver://localhost;userName=sa, username, reader, ' is "reader", and the url says "sa"; say it once'
            jdbc:mariadb://localhost/shop?password=s3cr3t, password, other, ', and the url says another one; say it once'
            """)
    void aLoginThatTheUrlSaysOtherwiseIsRefused(String url, String setting, String value, String told) {
        Map<String, String> settings = Map.of("url", url, setting, value);

        assertThatThrownBy(() -> DataSources.open("shop", "waybill.datasource.shop.", settings))
                .isInstanceOf(WaybillException.class)
                .hasMessage("data source \"shop\": waybill.datasource.shop." + setting + told);
    }

    @Test
    void aLoginThatIsSaidTwiceAlikeIsTaken() {
        Map<String, String> settings = Map.of(
                "url",
                "jdbc:postgresql://localhost/shop?user=p%40x&password=a+b",
                "username",
                "p@x",
                "password",
                "a b");

        DataSources.open("shop", "waybill.datasource.shop.", settings).close();
    }

    @Test
    void severalDataSourcesNeedOneToBeNamed() throws Exception {
        try (DefaultCamelContext context = context("url", "jdbc:h2:mem:x")) {
            context.getPropertiesComponent().addInitialProperty("waybill.datasource.other.url", "jdbc:h2:mem:y");
            assertThatThrownBy(() -> DataSources.defaultName(context))
                    .hasMessage(
                            "several data sources are configured (other, shop): name one by `datasource` in the flow, or"
                                    + " set waybill.default-datasource");
        }
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            context.build();
            assertThatThrownBy(() -> DataSources.defaultName(context))
                    .hasMessage(
                            "no data source is configured (set waybill.datasource.<name>.url in application.properties)");
        }
    }

    private static DefaultCamelContext context(String... settings) {
        DefaultCamelContext context = new DefaultCamelContext();
        for (int i = 0; i < settings.length; i += 2) {
            context.getPropertiesComponent()
                    .addInitialProperty("waybill.datasource.shop." + settings[i], settings[i + 1]);
        }
        context.build();
        return context;
    }
}
