package io.waybill.database;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.stream.Stream;

/** The list of database products. */
public final class Databases {

    /**
     * Those of other jars come first, named in their {@code META-INF/services/io.waybill.database.Standard}; of ours, the first that
     * knows itself is it, and the last takes every other database.
     */
    private static final List<Standard> ALL = Stream.concat(
                    ServiceLoader.load(Standard.class, Standard.class.getClassLoader()).stream()
                            .map(ServiceLoader.Provider::get),
                    Stream.of(
                            new PostgreSql(),
                            new MariaDb(), // before MySQL, whose driver calls both so
                            new MySql(),
                            new H2(),
                            new SqlServer(),
                            new Oracle(),
                            new Sqlite(),
                            new DuckDb(),
                            new Snowflake(),
                            new Redshift(),
                            new BigQuery(),
                            new ClickHouse(),
                            new Derby(),
                            new Hsqldb(),
                            new Standard()))
            .toList();

    private Databases() {}

    /** All products; the last of them stands for every other database. */
    public static List<Standard> all() {
        return ALL;
    }

    /** Tells the product behind an open connection. */
    public static Standard of(Connection connection) throws SQLException {
        DatabaseMetaData metaData = connection.getMetaData();
        String name = metaData.getDatabaseProductName().toLowerCase(Locale.ROOT);
        for (Standard product : ALL) {
            if (product.isBehind(name, metaData)) {
                return product;
            }
        }
        throw new IllegalStateException("the last product of the list takes every database");
    }

    /** Whether some product says by that SQLState that a database cannot be connected to now, and may be later. */
    public static boolean isAwayFor(String sqlState) {
        return ALL.stream().anyMatch(product -> product.awayStates().contains(sqlState));
    }

    /** The file that a URL names, of a product that would make an empty database where there is none; empty for others. */
    public static Optional<Path> file(String url) {
        return ALL.stream()
                .map(product -> product.file(url))
                .flatMap(Optional::stream)
                .findFirst();
    }
}
