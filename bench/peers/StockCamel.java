import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.logging.Logger;
import java.io.PrintWriter;
import javax.sql.DataSource;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.dataformat.CsvDataFormat;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Routes as one writes them with Camel alone: {@code stream}, camel-jdbc's StreamList marshalled by camel-csv into a spooled
 * stream and then a file; {@code rows}, split row by row, marshalled and appended. Prints the milliseconds of the exchange.
 */
public class StockCamel {

    public static void main(String[] arguments) throws Exception {
        Path out = Path.of(arguments[2]);
        Files.deleteIfExists(out);
        PGSimpleDataSource database = new PGSimpleDataSource();
        database.setUrl(arguments[1]);
        database.setDefaultRowFetchSize(10_000);
        String file = "file:" + out.getParent() + "?fileName=" + out.getFileName();
        String jdbc = "jdbc:db?outputType=StreamList&resetAutoCommit=false";
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            context.getRegistry().bind("db", new Cursors(database));
            context.setStreamCaching(true);
            context.getStreamCachingStrategy().setSpoolEnabled(true);
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    CsvDataFormat csv = new CsvDataFormat();
                    csv.setRecordSeparator("\n");
                    from("direct:stream").to(jdbc).marshal(csv).to(file);
                    from("direct:rows").to(jdbc).split(body()).streaming().marshal(csv).to(file + "&fileExist=Append");
                }
            });
            context.start();
            long start = System.nanoTime();
            context.createProducerTemplate().requestBody("direct:" + arguments[0], "SELECT * FROM orders");
            System.out.println((System.nanoTime() - start) / 1_000_000);
        }
        System.exit(0);
    }

    /** Without autocommit, or the driver loads the whole result. */
    private record Cursors(DataSource target) implements DataSource {

        @Override
        public Connection getConnection() throws SQLException {
            Connection connection = target.getConnection();
            connection.setAutoCommit(false);
            return connection;
        }

        @Override
        public Connection getConnection(String user, String password) throws SQLException {
            return target.getConnection(user, password);
        }

        @Override
        public PrintWriter getLogWriter() throws SQLException {
            return target.getLogWriter();
        }

        @Override
        public void setLogWriter(PrintWriter out) throws SQLException {
            target.setLogWriter(out);
        }

        @Override
        public void setLoginTimeout(int seconds) throws SQLException {
            target.setLoginTimeout(seconds);
        }

        @Override
        public int getLoginTimeout() throws SQLException {
            return target.getLoginTimeout();
        }

        @Override
        public Logger getParentLogger() {
            return Logger.getGlobal();
        }

        @Override
        public <T> T unwrap(Class<T> type) throws SQLException {
            return target.unwrap(type);
        }

        @Override
        public boolean isWrapperFor(Class<?> type) throws SQLException {
            return target.isWrapperFor(type);
        }
    }
}
