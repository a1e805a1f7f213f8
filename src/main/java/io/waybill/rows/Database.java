package io.waybill.rows;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.util.Locale;

/** The database products that are told apart: by their SQL dialect, or by how their driver hands values over. */
public enum Database {
    POSTGRESQL("PostgreSQL"),
    MARIADB("MariaDB"),
    MYSQL("MySQL"),
    H2("H2"),
    SQLSERVER("SQL Server"),
    ORACLE("Oracle"),
    SQLITE("SQLite"),
    DUCKDB("DuckDB"),
    SNOWFLAKE("Snowflake"),
    DERBY("Derby"),
    HSQLDB("HSQLDB"),
    /** Any other; it gets the SQL of the standard and the types of JDBC. */
    OTHER("SQL");

    private final String productName;

    Database(String productName) {
        this.productName = productName;
    }

    /** The product's name as its users write it. */
    public String productName() {
        return productName;
    }

    /** Tells the product behind an open connection. */
    public static Database of(Connection connection) throws SQLException {
        DatabaseMetaData metaData = connection.getMetaData();
        String product = metaData.getDatabaseProductName().toLowerCase(Locale.ROOT);
        if (product.contains("postgresql")) {
            return POSTGRESQL;
        }
        if (product.contains("mariadb")) {
            return MARIADB;
        }
        if (product.contains("mysql")) {
            // MariaDB's own server answers so to MySQL's driver
            return metaData.getDatabaseProductVersion().toLowerCase(Locale.ROOT).contains("mariadb") ? MARIADB : MYSQL;
        }
        if (product.equals("h2")) {
            return H2;
        }
        if (product.contains("sql server")) {
            return SQLSERVER;
        }
        if (product.contains("oracle")) {
            return ORACLE;
        }
        if (product.contains("sqlite")) {
            return SQLITE;
        }
        if (product.contains("duckdb")) {
            return DUCKDB;
        }
        if (product.contains("derby")) {
            return DERBY;
        }
        if (product.startsWith("hsql")) {
            return HSQLDB;
        }
        return product.contains("snowflake") ? SNOWFLAKE : OTHER;
    }

    /** Whether it is MySQL or MariaDB, which share their SQL. */
    public boolean isMySqlFamily() {
        return this == MARIADB || this == MYSQL;
    }
}
