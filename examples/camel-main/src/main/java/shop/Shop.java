package shop;

import javax.sql.DataSource;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.main.Main;
import org.h2.jdbcx.JdbcDataSource;

/** An application with a database and routes of its own, one of which has a flow run. */
public class Shop extends RouteBuilder {

    public static void main(String[] arguments) throws Exception {
        Main main = new Main();
        main.bind("shop", database()); // by its name, flows find it
        main.configure().addRoutesBuilder(new Shop());
        main.run();
    }

    @Override
    public void configure() {
        from("timer:closing?repeatCount=1&delay=0")
                .routeId("closing")
                .setBody(constant("INSERT INTO orders VALUES (3, 'paper', 4.50)"))
                .to("jdbc:shop")
                .to("waybill:orders")
                .log("${body.rows} orders are in ${body.files[0].name}");
    }

    private static DataSource database() throws Exception {
        JdbcDataSource database = new JdbcDataSource();
        database.setURL("jdbc:h2:mem:shop;DB_CLOSE_DELAY=-1;DATABASE_TO_UPPER=FALSE");
        try (var connection = database.getConnection();
                var statement = connection.createStatement()) {
            statement.execute("CREATE TABLE orders (id integer PRIMARY KEY, item text, price decimal(10, 2))");
            statement.execute("INSERT INTO orders VALUES (1, 'ink', 12.50), (2, 'a pen', 3.00)");
        }
        return database;
    }
}
