package io.waybill.database;

import java.io.Serializable;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * Which database a data source leads to. PostgreSQL has a number of its own for each cluster, which copies of its files keep; of others
 * their address is all there is.
 *
 * @param product its product
 * @param database its name on its server
 * @param address where the URL says that it is, without parameters and secrets
 * @param system PostgreSQL's identifier of the cluster; null where it is not known
 */
public record DatabaseIdentity(String product, String database, String address, String system) implements Serializable {

    /** Asks the database. */
    public static DatabaseIdentity of(Connection connection) throws SQLException {
        return Databases.of(connection).identity(connection);
    }

    /** @param database its name; null where it has none */
    static DatabaseIdentity of(Standard product, Connection connection, String database, String system)
            throws SQLException {
        return new DatabaseIdentity(
                product.productName(),
                database == null ? "" : database,
                address(connection.getMetaData().getURL()),
                system);
    }

    /** A JDBC URL up to its parameters, without a user and a password. */
    static String address(String url) {
        if (url == null) {
            return "";
        }
        String place = url.replaceFirst("^jdbc:", "").replaceFirst("[?;#].*$", "");
        int at = place.lastIndexOf('@');
        return at < 0 ? place : place.replaceFirst(":.*$", "") + ":" + place.substring(at + 1);
    }

    /** Whether it is the same database as another one, for all that is known. */
    public boolean isSame(DatabaseIdentity other) {
        return product.equals(other.product)
                && database.equals(other.database)
                && (system != null && other.system != null
                        ? system.equals(other.system)
                        : address.equals(other.address));
    }

    /** For people. */
    public String words() {
        return product + (database.isEmpty() ? "" : " database " + database) + " at " + address
                + (system == null ? "" : " (system " + system + ")");
    }
}
