import java.util.Properties;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;

/** Spark on this machine's cores: read by JDBC in two ranges of the key, write {@code csv} or {@code parquet}. Prints the milliseconds without its start. */
public class Spark {

    public static void main(String[] arguments) throws Exception {
        try (SparkSession spark = SparkSession.builder()
                .master("local[*]")
                .config("spark.ui.enabled", "false")
                .config("spark.driver.host", "127.0.0.1")
                .config("spark.driver.bindAddress", "127.0.0.1")
                .config("spark.sql.session.timeZone", "UTC")
                .getOrCreate()) {
            Properties properties = new Properties();
            properties.setProperty("fetchsize", "10000");
            properties.setProperty("driver", "org.postgresql.Driver");
            long start = System.nanoTime();
            Dataset<Row> orders = spark.read()
                    .jdbc(arguments[1], "orders", "id", 1, Long.parseLong(arguments[3]) + 1, 2, properties);
            orders.write().mode(SaveMode.Overwrite).option("header", "true").format(arguments[0]).save(arguments[2]);
            System.out.println((System.nanoTime() - start) / 1_000_000);
        }
    }
}
