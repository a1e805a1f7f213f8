package io.waybill.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each product by what its driver calls it. */
class RecognitionTest {

    private static Connection connection(String product, String version) {
        DatabaseMetaData metaData = answering(
                DatabaseMetaData.class,
                List.of("getDatabaseProductName", "getDatabaseProductVersion", "getURL"),
                List.of(product, version, "jdbc:none:"));
        return answering(Connection.class, List.of("getMetaData"), List.of(metaData));
    }

    private static <T> T answering(Class<T> type, List<String> methods, List<Object> answers) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> answers.get(methods.indexOf(method.getName()))));
    }

    @ParameterizedTest
    @CsvSource({
        "PostgreSQL, 18.1, PostgreSQL",
        "MariaDB, 11.4.2-MariaDB, MariaDB",
        "MySQL, 8.4.0, MySQL",
        "MySQL, 5.5.5-10.11.2-MariaDB, MariaDB",
        "H2, 2.4.240, H2",
        "Microsoft SQL Server, 16.00.1000, SQL Server",
        "Oracle, 23ai, Oracle",
        "SQLite, 3.50.1, SQLite",
        "DuckDB, v1.4.0, DuckDB",
        "Snowflake, 9.1, Snowflake",
        "Redshift, 8.0.2, Redshift",
        "Google BigQuery, 2.0, BigQuery",
        "ClickHouse, 25.3, ClickHouse",
        "Apache Derby, 10.16.1.1, Derby",
        "HSQL Database Engine, 2.7.4, HSQLDB",
        "DB2/LINUXX8664, SQL11055, SQL",
        "Something else, 1, SQL"
    })
    void eachProductIsKnownByItsName(String product, String version, String name) throws Exception {
        assertThat(Databases.of(connection(product, version)).productName()).isEqualTo(name);
    }

    @Test
    void whatIsNotKnownGetsTheStandardsAnswersAndNoFunctionsThatItMayLack() throws Exception {
        assertThat(Databases.of(connection("Something else", "1")).isKnown()).isFalse();
        assertThat(Databases.of(connection("HSQL Database Engine", "2.7.4")).isKnown())
                .isTrue();
    }

    @Test
    void theDriversOfAllAreTold() {
        assertThat(Databases.all())
                .extracting(product -> product.driver().scheme())
                .contains("postgresql", "mysql", "db2", "hsqldb");
    }
}
