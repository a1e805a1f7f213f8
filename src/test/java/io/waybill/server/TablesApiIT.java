package io.waybill.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.zaxxer.hikari.HikariDataSource;
import io.waybill.TestDatabases;
import io.waybill.query.Catalog;
import io.waybill.query.TableList;
import io.waybill.query.TableList.Listed;
import java.nio.file.Files;
import java.sql.Connection;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables to choose from: those that somebody may make an export of, and no others. */
class TablesApiIT {

    @RegisterExtension
    private final ServerHarness server = ServerHarness.with("orders").withProperty("waybill.default-datasource", "db");

    @BeforeEach
    void fill() throws Exception {
        TestDatabases.execute(
                server.database(),
                "CREATE SCHEMA sales",
                "CREATE TABLE sales.deals AS SELECT 1 AS id, 'a' AS customer",
                "CREATE TABLE sales.orders AS SELECT 1 AS id",
                "CREATE VIEW sales.open_deals AS SELECT * FROM sales.deals",
                "CREATE TABLE people (id INT PRIMARY KEY, email VARCHAR(100))");
        Files.writeString(server.file("routes/datasets.toml"), """
                [[dataset]]
                id = "persons"
                table = "people"
                columns = [{ name = "email", pii = true }]
                """);
    }

    private JsonNode tables(String query, String token) throws Exception {
        return server.get("/v2/tables" + query).as(token).send().json(200);
    }

    private List<String> ids(String query, String token) throws Exception {
        return tables(query, token).get("tables").findValuesAsText("id");
    }

    @Test
    void listsThoseThatTheCallerMayExport() throws Exception {
        assertThat(ids("", null))
                .containsExactly("orders", "persons", "sales.deals", "sales.open_deals", "sales.orders");
        assertThat(ids("", server.token("admin@*"))).hasSize(5);
        assertThat(ids("", server.token("create@namespace:sales")))
                .containsExactly("sales.deals", "sales.open_deals", "sales.orders");
        assertThat(ids("", server.token("create@dataset:persons"))).containsExactly("persons");
        assertThat(ids("", server.token("create@flow:orders"))).isEmpty();
        assertThat(server.get("/v2/tables").as(server.token("view@*")).send().refused(403))
                .isEqualTo("role create is needed to choose among tables");
    }

    @Test
    void findsThemByAPartOfTheirNamesInAnyCase() throws Exception {
        assertThat(ids("?search=DEAL", null)).containsExactly("sales.deals", "sales.open_deals");
        assertThat(ids("?search=sales.o", null)).containsExactly("sales.open_deals", "sales.orders");
        assertThat(ids("?search=person", null)).containsExactly("persons");
        assertThat(ids("?search=peop", null)).containsExactly("persons");
        assertThat(ids("?search=%25", null)).isEmpty();
        JsonNode one = tables("?limit=1", null);
        assertThat(one.get("tables")).hasSize(1);
        assertThat(one.get("more").asBoolean()).isTrue();
        assertThat(tables("?limit=5", null).get("more").asBoolean()).isFalse();
        assertThat(server.get("/v2/tables?limit=0").send().refused(400)).contains("1 to 200 is allowed");
        assertThat(tables("?search=open", null).at("/tables/0/kind").asText()).isEqualTo("view");
    }

    @Test
    void eachIsExportedByTheNameThatIsTold() throws Exception {
        for (String id : ids("", null)) {
            String columns = id.equals("persons") ? "columns = [\"id\"]\n" : "";
            JsonNode plan = server.post("/v2/plan?id=any")
                    .toml("[properties.export]\nsource_dataset_id = \"" + id + "\"\nfile_path = \""
                            + server.file("exports") + "/a.csv\"\n" + columns)
                    .send()
                    .json(200);
            JsonNode table = server.get("/v2/tables/" + id).send().json(200);
            assertThat(plan.get("location")).as(id).isEqualTo(table.get("location"));
        }
    }

    @Test
    void tellsTheColumnsOfOne() throws Exception {
        JsonNode persons = server.get("/v2/tables/persons").send().json(200);
        assertThat(persons.get("declared").asBoolean()).isTrue();
        assertThat(persons.get("columns"))
                .extracting(column -> column.get("name").asText() + " "
                        + column.get("type").asText() + " " + column.get("pii") + " " + column.get("key"))
                .containsExactly("id integer false true", "email text true false");
        String seller = server.token("create@namespace:sales");
        assertThat(server.get("/v2/tables/sales.deals")
                        .as(seller)
                        .send()
                        .json(200)
                        .get("columns"))
                .hasSize(2);
        for (String other : List.of("persons", "orders", "nothing_there")) {
            assertThat(server.get("/v2/tables/" + other).as(seller).send().refused(404))
                    .isEqualTo("there is no table or view \"" + other
                            + "\" of data source \"db\" that the caller may export");
        }
        assertThat(server.get("/v2/tables/peopl")
                        .as(server.token("admin@*"))
                        .send()
                        .refused(409))
                .contains("\"peopl\" is no table or view", "people");
    }

    @Test
    void looksIntoAnotherDataSourceForAdministratorsAlone() throws Exception {
        try (HikariDataSource other = TestDatabases.h2()) {
            TestDatabases.execute(other, "CREATE TABLE elsewhere AS SELECT 1 AS id");
            server.context().getRegistry().bind("other", other);
            assertThat(ids("?datasource=other", null)).containsExactly("elsewhere");
            String seller = server.token("create@namespace:sales");
            assertThat(server.get("/v2/tables?datasource=other")
                            .as(seller)
                            .send()
                            .refused(403))
                    .isEqualTo("datasource: \"other\" is not the default one (\"db\"); role admin@* is needed to choose"
                            + " among the tables of another");
            assertThat(ids("?datasource=db", seller)).hasSize(3);
            assertThat(server.get("/v2/tables?datasource=none")
                            .as(server.token("admin@*"))
                            .send()
                            .refused(404))
                    .isEqualTo("datasource: there is no data source \"none\"");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgresql", "mariadb", "h2-capitals"})
    void findsOneAmongThousands(String product) throws Exception {
        try (HikariDataSource database =
                product.equals("h2-capitals") ? TestDatabases.h2InCapitals() : TestDatabases.of(product)) {
            TestDatabases.execute(
                    database,
                    IntStream.range(0, 1200)
                            .mapToObj(i -> "CREATE TABLE many_" + i + " (id INT)")
                            .toArray(String[]::new));
            try (Connection connection = database.getConnection()) {
                List<Listed> all = TableList.of(new Catalog(connection, "db")).all();
                assertThat(all)
                        .extracting(Listed::written)
                        .filteredOn(name -> name.matches("many_\\d+"))
                        .hasSize(1200);
            }
        }
    }

    @Test
    void tellsTablesApartThatDifferInCaseOrSchema() throws Exception {
        try (HikariDataSource database = TestDatabases.h2InCapitals()) {
            TestDatabases.execute(
                    database,
                    "CREATE TABLE deals (a INT)",
                    "CREATE TABLE \"deals\" (b INT)",
                    "CREATE TABLE \"Mixed\" (c INT)",
                    "CREATE SCHEMA sales",
                    "CREATE TABLE sales.deals (d INT)",
                    "CREATE TABLE sales.only (e INT)");
            try (Connection connection = database.getConnection()) {
                Catalog catalog = new Catalog(connection, "db");
                List<String> found = TableList.of(catalog).all().stream()
                        .map(table -> {
                            try {
                                return table.written() + ": "
                                        + catalog.find(
                                                        io.waybill.flow.DataSet.undeclared(table.written(), "db"),
                                                        "public")
                                                .columns()
                                                .get(0)
                                                .name();
                            } catch (java.sql.SQLException e) {
                                throw new IllegalStateException(e);
                            }
                        })
                        .toList();
                assertThat(found)
                        .containsExactlyInAnyOrder(
                                "DEALS: A", "public.deals: B", "Mixed: C", "sales.deals: D", "sales.only: E");
            }
        }
    }
}
