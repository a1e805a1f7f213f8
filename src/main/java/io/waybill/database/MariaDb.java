package io.waybill.database;

import io.waybill.flow.ColumnType;
import io.waybill.flow.ColumnType.Kind;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** MariaDB, by its own driver or MySQL's. */
final class MariaDb extends MySql {

    private static final Set<String> TEXTS = Set.of("char", "varchar", "tinytext", "text", "mediumtext", "longtext");

    MariaDb() {
        super(new Product("MariaDB", "mariadb")
                .driver(
                        "mariadb",
                        "org.mariadb.jdbc.Driver",
                        "org.mariadb.jdbc:mariadb-java-client",
                        "//host:3306/database")
                .writes(Phrase.WHOLE_TEXT, "^({})\\z"));
    }

    /** Its server calls itself MySQL to MySQL's driver. */
    @Override
    public boolean isBehind(String name, DatabaseMetaData metaData) throws SQLException {
        return super.isBehind(name, metaData)
                || name.contains("mysql")
                        && metaData.getDatabaseProductVersion()
                                .toLowerCase(Locale.ROOT)
                                .contains("mariadb");
    }

    @Override
    public void limitSilence(Connection connection, Duration longest) throws SQLException {
        Ask.execute(connection, "SET SESSION idle_transaction_timeout = " + longest.toSeconds());
    }

    @Override
    public ColumnReader reader(ColumnType type, String typeName, boolean declared) {
        boolean digits = type.kind() == Kind.DECIMAL && MySqlColumns.readerFor(type, typeName) == null;
        return digits ? JdbcReaders.digits(type, declared) : super.reader(type, typeName, declared);
    }

    @Override
    public Optional<ChangeSql> changes() {
        return Optional.of(new MySqlChanges(this, true));
    }

    /** Its connections speak UTF-8; MySQL's driver leaves each column's text in the column's own character set. */
    @Override
    public boolean givesTextAsBytes(Connection connection, Kind kind, String typeName) throws SQLException {
        return kind == Kind.TEXT
                && TEXTS.contains(small(typeName))
                && connection.getMetaData().getDriverName().startsWith("MariaDB");
    }
}
