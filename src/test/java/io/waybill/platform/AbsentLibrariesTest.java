package io.waybill.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the jar's optional libraries are for is refused where they are not on the class path, by name, and nothing else is. */
class AbsentLibrariesTest {

    @TempDir
    private Path folder;

    private final List<AutoCloseable> open = new ArrayList<>();

    /** A library, what of it lies on the tests' class path, and what needs it: a line of a flow's each. */
    private enum Optional {
        S3(
                "org.apache.camel:camel-aws2-s3",
                "camel-aws2-s3|/awssdk/s3/|/awssdk/apache-client/",
                "destination = \"s3://bucket/orders.csv\""),
        KINESIS(
                "org.apache.camel:camel-aws2-kinesis",
                "camel-aws2-kinesis|/awssdk/(kinesis|firehose)/",
                "destination = \"kinesis://orders\"",
                "destination = \"firehose://orders\""),
        FTP(
                "org.apache.camel:camel-ftp",
                "camel-ftp|/jsch/|/commons-net/",
                "destination = \"sftp://partner/orders.csv\"",
                "destination = \"ftp://partner/orders.csv\"",
                "destination = \"ftps://partner/orders.csv\""),
        MAIL(
                "org.apache.camel:camel-mail",
                "camel-mail|angus-mail|jakarta.mail|greenmail",
                "destination = \"mailto:orders@example.com\"\nformat = \"csv\""),
        OPEN_PGP(
                "org.pgpainless:pgpainless-core",
                "pgpainless|/bouncycastle/",
                "encryption = { recipients = [\"key.asc\"] }");

        private final String artifact;
        private final Pattern jars;
        private final List<String> lines;

        Optional(String artifact, String jars, String... lines) {
            this.artifact = artifact;
            this.jars = Pattern.compile(jars);
            this.lines = List.of(lines);
        }
    }

    /** Java looks for drivers once, by the class loader of whoever asks first: that must be the one of all the tests. */
    @BeforeAll
    static void findDrivers() {
        DriverManager.getDrivers();
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void refusesWhatNeedsTheOneThatIsAbsentByFileLineAndKey(Optional absent) throws Exception {
        for (Optional each : Optional.values()) {
            for (int i = 0; i < each.lines.size(); i++) {
                write(each.name().toLowerCase(Locale.ROOT) + i + ".toml", each.lines.get(i));
            }
        }

        Object flows = without(absent);

        assertThat(call(flows, "problems").lines())
                .hasSize(absent.lines.size())
                .allSatisfy(problem -> assertThat(problem)
                        .contains(absent.name().toLowerCase(Locale.ROOT), ".toml:4: ")
                        .endsWith(" needs " + absent.artifact
                                + ", which is not on the class path; add it to the dependencies"));
    }

    @Test
    void exportsAndFailsAsEverWithNoneOfThem() throws Exception {
        Object flows = without(Optional.values());

        assertThat(load(flows, "orders.toml", flow("file_path = \"{{root}}/orders.csv\"")))
                .isNull();
        assertThat(call(flows, "run", "orders")).isEqualTo("done");
        assertThat(folder.resolve("orders.csv")).hasContent("id\n1");

        // what has failed, each kind of destination there is asked about
        assertThat(
                        load(
                                flows,
                                "web.toml",
                                flow(
                                        "destination = \"http://127.0.0.1:1/orders.csv\"\nredelivery = { maximum_redeliveries = 0 }")))
                .isNull();
        assertThat(call(flows, "run", "web")).contains("127.0.0.1:1").doesNotContain("NoClassDef");
    }

    @Test
    void refusesRoutesThatNeedThemWithTheSameWords() throws Exception {
        Object flows = without(Optional.values());
        String wrong = ", which is not on the class path; add it to the dependencies";

        assertThat(load(flows, "sftp.toml", flow("destination = \"sftp://partner/orders.csv\"")))
                .contains("sftp.toml:4: destination: \"sftp\" needs org.apache.camel:camel-ftp" + wrong);
        for (String component : List.of("waybill-s3", "waybill-firehose", "waybill-sftp", "smtps")) {
            assertThat(load(flows, component + ".yaml", """
                            - from:
                                uri: direct:%s
                                steps:
                                  - to: waybill:begin/orders?sourceDatasetId=orders&datasource=db
                                  - to: %s:somewhere
                            """.formatted(component, component)))
                    .as(component)
                    .startsWith("\"" + component + ":\" needs org.apache.camel:camel-")
                    .endsWith(wrong);
        }
    }

    @Test
    void tablesOfIcebergNeedTheOneForBucketsOnlyWhereTheyLieInOne() throws Exception {
        Object flows = without(Optional.values());
        call(flows, "property", "waybill.connection.lake.type", "iceberg");
        call(flows, "property", "waybill.connection.lake.catalog", "jdbc");
        call(
                flows,
                "property",
                "waybill.connection.lake.url",
                "jdbc:h2:mem:lake;DB_CLOSE_DELAY=-1;DATABASE_TO_LOWER=TRUE");
        call(flows, "property", "waybill.connection.lake.files", "store");
        call(
                flows,
                "property",
                "waybill.connection.lake.warehouse",
                folder.resolve("lake").toString());
        call(flows, "property", "waybill.connection.bucket.type", "iceberg");
        call(flows, "property", "waybill.connection.bucket.catalog", "jdbc");
        call(
                flows,
                "property",
                "waybill.connection.bucket.url",
                "jdbc:h2:mem:bucket;DB_CLOSE_DELAY=-1;DATABASE_TO_LOWER=TRUE");
        call(flows, "property", "waybill.connection.bucket.files", "store");
        call(flows, "property", "waybill.connection.bucket.warehouse", "s3://bucket/lake");
        call(flows, "property", "waybill.connection.store.type", "s3");
        String table = """
                destination = "iceberg://%1$s/sales.orders"
                connection = "%1$s"
                format = "parquet"
                options = { create = true }
                redelivery = { maximum_redeliveries = 0 }""";

        assertThat(load(flows, "lake.toml", flow(table.formatted("lake")))).isNull();
        assertThat(load(flows, "bucket.toml", flow(table.formatted("bucket")))).isNull();
        assertThat(call(flows, "run", "lake")).isEqualTo("done");
        assertThat(folder.resolve("lake/sales/orders/data/lake")).isDirectory();
        assertThat(call(flows, "run", "bucket"))
                .endsWith("iceberg: the table lies in bucket \"bucket\", which needs org.apache.camel:camel-aws2-s3,"
                        + " which is not on the class path; add it to the dependencies");
    }

    private void write(String name, String line) throws Exception {
        Files.writeString(folder.resolve(name), flow(line));
    }

    private static String flow(String line) {
        return """
                [properties.export]
                source_dataset_id = "orders"
                datasource = "db"
                %s
                """.formatted(line.startsWith("encryption") ? line + "\nfile_path = \"orders.csv.pgp\"" : line);
    }

    /** An {@link EmbeddedFlows} of a class path that lacks the jars of these. */
    private Object without(Optional... absent) throws Exception {
        URL[] urls = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> Stream.of(absent)
                        .noneMatch(library -> library.jars.matcher(entry).find()))
                .map(AbsentLibrariesTest::url)
                .toArray(URL[]::new);
        URLClassLoader loader = new URLClassLoader("without", urls, ClassLoader.getPlatformClassLoader());
        open.add(0, loader);
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        Thread.currentThread().setContextClassLoader(loader);
        open.add(0, () -> Thread.currentThread().setContextClassLoader(before));
        Object flows = loader.loadClass(EmbeddedFlows.class.getName())
                .getConstructor(Path.class)
                .newInstance(folder);
        open.add(0, (AutoCloseable) flows);
        return flows;
    }

    private static URL url(String entry) {
        try {
            return Path.of(entry).toUri().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException(entry, e);
        }
    }

    private static String load(Object flows, String name, String text) throws Exception {
        return call(flows, "load", name, text);
    }

    private static String call(Object flows, String method, String... arguments) throws Exception {
        Class<?>[] types =
                Arrays.stream(arguments).map(argument -> String.class).toArray(Class<?>[]::new);
        return (String) flows.getClass().getMethod(method, types).invoke(flows, (Object[]) arguments);
    }
}
