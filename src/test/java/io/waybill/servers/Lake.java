package io.waybill.servers;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.TestDatabases;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.jdbc.JdbcCatalog;

/** A catalog in a database of PostgreSQL, looked at by Iceberg's own means, and by none of Waybill's. */
public final class Lake implements AutoCloseable {

    public static final String NAME = "lake";

    private final HikariDataSource database;
    private final String warehouse;
    private final UnaryOperator<String> paths;
    private JdbcCatalog catalog;

    private Lake(HikariDataSource database, String warehouse, UnaryOperator<String> paths) {
        this.database = database;
        this.warehouse = warehouse;
        this.paths = paths;
    }

    /** Over a folder. */
    public static Lake in(Path folder) {
        return new Lake(TestDatabases.postgres(), folder.toString(), path -> path);
    }

    /**
     * Over a bucket.
     *
     * @param buckets the folder that the server keeps its buckets in
     */
    public static Lake inBucket(String bucket, Path buckets) {
        return new Lake(
                TestDatabases.postgres(),
                "s3://" + bucket + "/warehouse",
                path -> path.startsWith("s3://")
                        ? buckets.resolve(path.substring(5)).toString()
                        : path);
    }

    public String url() {
        return database.getJdbcUrl();
    }

    public String warehouse() {
        return warehouse;
    }

    /** The settings of a connection to it. */
    public Map<String, String> connection() {
        String prefix = "waybill.connection." + NAME + ".";
        return Map.of(
                prefix + "type",
                "iceberg",
                prefix + "catalog",
                "jdbc",
                prefix + "url",
                url(),
                prefix + "username",
                database.getUsername(),
                prefix + "warehouse",
                warehouse);
    }

    public JdbcCatalog catalog() {
        if (catalog == null) {
            catalog = new JdbcCatalog(properties -> new PlainFiles(paths), null, true);
            catalog.initialize(
                    NAME,
                    Map.of(
                            CatalogProperties.URI,
                            url(),
                            JdbcCatalog.PROPERTY_PREFIX + "user",
                            database.getUsername(),
                            CatalogProperties.WAREHOUSE_LOCATION,
                            warehouse));
        }
        return catalog;
    }

    public Table table(String name) {
        return catalog().loadTable(TableIdentifier.parse(name));
    }

    public boolean has(String name) {
        return catalog().tableExists(TableIdentifier.parse(name));
    }

    public List<Snapshot> snapshots(String name) {
        return StreamSupport.stream(table(name).snapshots().spliterator(), false)
                .toList();
    }

    /** All rows, by their columns' names. */
    public List<Record> rows(String name) throws IOException {
        List<Record> rows = new ArrayList<>();
        try (CloseableIterable<Record> read = IcebergGenerics.read(table(name)).build()) {
            read.forEach(row -> rows.add(row.copy()));
        }
        return rows;
    }

    /** The values of a column, sorted. */
    public List<Object> values(String name, String column) throws IOException {
        return rows(name).stream().map(row -> row.getField(column)).sorted().toList();
    }

    /** The values of a column in rows of a filter, which Iceberg leaves other partitions out by. */
    public List<Object> values(String name, String column, Expression filter) throws IOException {
        List<Object> values = new ArrayList<>();
        try (CloseableIterable<Record> read =
                IcebergGenerics.read(table(name)).where(filter).build()) {
            read.forEach(row -> values.add(row.getField(column)));
        }
        return values;
    }

    /** The data files that may have rows of a filter. */
    public List<String> files(String name, Expression filter) throws IOException {
        List<String> files = new ArrayList<>();
        try (CloseableIterable<FileScanTask> tasks =
                table(name).newScan().filter(filter).planFiles()) {
            tasks.forEach(task -> files.add(paths.apply(task.file().location())));
        }
        return files;
    }

    /** The files below a folder that no snapshot of the table knows, and that are no waybills. */
    public List<Path> orphans(String name, Path folder) throws IOException {
        List<String> known = new ArrayList<>();
        Table table = table(name);
        for (Snapshot snapshot : table.snapshots()) {
            try (CloseableIterable<FileScanTask> tasks =
                    table.newScan().useSnapshot(snapshot.snapshotId()).planFiles()) {
                tasks.forEach(task -> known.add(paths.apply(task.file().location())));
            }
        }
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> file.getParent().getParent().getParent().endsWith("data"))
                    .filter(file -> !file.toString().endsWith(".waybill.json"))
                    .filter(file -> !known.contains(file.toString()))
                    .toList();
        }
    }

    @Override
    public void close() {
        if (catalog != null) {
            catalog.close();
        }
        database.close();
    }

    /** Iceberg's own files of this machine. */
    private record PlainFiles(UnaryOperator<String> paths) implements FileIO {

        @Override
        public InputFile newInputFile(String path) {
            return org.apache.iceberg.Files.localInput(paths.apply(path));
        }

        @Override
        public OutputFile newOutputFile(String path) {
            return org.apache.iceberg.Files.localOutput(paths.apply(path));
        }

        @Override
        public void deleteFile(String path) {
            try {
                Files.deleteIfExists(Path.of(paths.apply(path)));
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }
}
