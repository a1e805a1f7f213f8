package io.waybill.database;

import io.waybill.TestFiles;
import io.waybill.servers.S3Server;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * In the place of the products that write into a bucket by themselves: DuckDB, in files that are called so, which writes files that are then
 * put into the bucket. {@code pushdown_access} says its server.
 */
public final class BucketDuckDb extends Standard {

    /** How the names of its files begin. */
    public static final String FILES = "bucket-";

    public BucketDuckDb() {
        super(new Product("Bucket DuckDB", "duckdb")
                .driver("duckdb", "org.duckdb.DuckDBDriver", "org.duckdb:duckdb_jdbc", "data/bucket-name.duckdb")
                .writes(Phrase.LIMIT, "\nLIMIT {}"));
    }

    @Override
    public boolean isBehind(String name, DatabaseMetaData metaData) throws SQLException {
        return name.contains("duckdb") && String.valueOf(metaData.getURL()).contains("/" + FILES);
    }

    /** As those that refuse {@code setAutoCommit(false)}. */
    @Override
    public boolean hasTransactions() {
        return false;
    }

    @Override
    public Optional<Pushdown> pushdown() {
        return Optional.of(new IntoBucket(true));
    }

    /** One that does not tell what it has written. */
    public static final class Silent extends Standard {

        public Silent() {
            super(new Product("Silent DuckDB", "duckdb")
                    .driver("duckdb", "org.duckdb.DuckDBDriver", "org.duckdb:duckdb_jdbc", "data/silent-name.duckdb")
                    .writes(Phrase.LIMIT, "\nLIMIT {}"));
        }

        @Override
        public boolean isBehind(String name, DatabaseMetaData metaData) throws SQLException {
            return name.contains("duckdb") && String.valueOf(metaData.getURL()).contains("/silent-");
        }

        @Override
        public Optional<Pushdown> pushdown() {
            return Optional.of(new IntoBucket(false));
        }
    }

    private static final class IntoBucket extends Pushdown {

        private final DuckDbPushdown writer = new DuckDbPushdown(new DuckDb());
        private final boolean tells;
        private Path written;

        IntoBucket(boolean tells) {
            this.tells = tells;
        }

        @Override
        public Place place() {
            return Place.BUCKET;
        }

        @Override
        public boolean inTransaction() {
            return false;
        }

        /** Some do, and some do not. */
        @Override
        public boolean tellsOfFiles() {
            return tells;
        }

        @Override
        public String words() {
            return "Bucket DuckDB's COPY";
        }

        @Override
        public Command command(Task task, String target) {
            written = Path.of(System.getProperty("java.io.tmpdir"), "bucket-duckdb-" + UUID.randomUUID());
            return writer.command(task, written.toString());
        }

        @Override
        public List<Written> write(PreparedStatement command, Task task, String target) throws SQLException {
            List<Written> found = new ArrayList<>();
            try (S3Client client = client(task)) {
                for (Written file : writer.write(command, task, written.toString())) {
                    String name = "data_" + found.size();
                    put(client, target + name, Path.of(file.file()));
                    found.add(new Written(name, file.rows(), file.rowGroups()));
                }
                if (task.sql().contains("stray")) { // which it does not tell of
                    put(client, target + "stray", written);
                }
            } finally {
                remove(written);
            }
            return found;
        }

        private static void remove(Path files) {
            try {
                TestFiles.delete(files);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static S3Client client(Task task) {
            return S3Client.builder()
                    .endpointOverride(URI.create(task.access()))
                    .region(Region.US_EAST_1)
                    .forcePathStyle(true)
                    .credentialsProvider(StaticCredentialsProvider.create(
                            AwsBasicCredentials.create(S3Server.ACCESS_KEY, S3Server.SECRET_KEY)))
                    .build();
        }

        private static void put(S3Client client, String uri, Path file) {
            URI target = URI.create(uri);
            client.putObject(
                    request -> request.bucket(target.getHost())
                            .key(target.getPath().substring(1)),
                    file);
        }
    }
}
