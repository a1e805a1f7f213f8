package io.waybill.delivery.iceberg;

import io.waybill.WaybillException;
import io.waybill.delivery.Destinations;
import io.waybill.delivery.StagedFile;
import io.waybill.delivery.Transfer;
import io.waybill.flow.Delivery;
import io.waybill.flow.IfExists;
import io.waybill.flow.PathTemplate;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.component.file.FileConstants;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.PositionOutputStream;

/**
 * The files of tables: in folders of this machine, and in buckets, which a connection of type {@code s3} leads to. Nothing of Hadoop is
 * needed.
 */
final class TableFiles implements FileIO {

    private static final long serialVersionUID = 1;

    private static final Pattern BUCKET = Pattern.compile("s3[an]?://([^/]+)/(.*)", Pattern.DOTALL);

    private final transient CamelContext context;
    private final String connection;

    /** @param connection that which leads to buckets; null where there are none */
    TableFiles(CamelContext context, String connection) {
        this.context = context;
        this.connection = connection;
    }

    /** An object of a bucket. */
    private record Stored(String bucket, String key) {}

    /** Null for a file of this machine. */
    private static Stored stored(String location) {
        Matcher matcher = BUCKET.matcher(location);
        return matcher.matches() ? new Stored(matcher.group(1), matcher.group(2)) : null;
    }

    private static Path local(String location) {
        if (location.matches("[A-Za-z][A-Za-z0-9+.-]+:.*") && !location.startsWith("file:")) {
            throw WaybillException.refusal("iceberg: " + location
                    + " is neither in a folder of this machine nor in a bucket; s3:// and file: are allowed");
        }
        return Path.of(location.replaceFirst("^file:(//(?=/))?", ""));
    }

    private String bucketUri(String bucket) {
        if (connection == null) {
            throw WaybillException.refusal("iceberg: the table lies in bucket " + bucket
                    + ", and the connection does not say by which one files get there; set files = <a connection of"
                    + " type s3>");
        }
        Delivery files = new Delivery(
                "files", new PathTemplate("s3://" + bucket + "/"), connection, IfExists.OVERWRITE, Map.of(), Map.of());
        if (!files.kind().isThere()) {
            throw WaybillException.refusal("iceberg: "
                    + files.kind()
                            .library()
                            .orElseThrow()
                            .missing("the table lies in bucket \"" + bucket + "\", which"));
        }
        return new Destinations(context).endpoint(files);
    }

    private BucketFiles bucket(Stored there) {
        String uri = bucketUri(there.bucket()); // refused before the class is asked for, which is nothing without S3's
        return BucketFiles.of(context, uri, there.bucket());
    }

    /** Has a staged file lie at a location, whole or not at all. */
    void put(StagedFile file, String location, String sha256, String transfer) throws Exception {
        Stored there = stored(location);
        if (there != null) {
            send(file, there, sha256, transfer);
            return;
        }
        Path target = local(location);
        Path temporary = target.resolveSibling("." + transfer + "-" + target.getFileName());
        Files.createDirectories(target.getParent());
        try (InputStream in = file.open()) {
            Files.copy(in, temporary, StandardCopyOption.REPLACE_EXISTING);
        }
        Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    }

    /** By the endpoint of buckets, which sends long files in parts. */
    private void send(StagedFile file, Stored there, String sha256, String transfer) throws Exception {
        try (ProducerTemplate template = context.createProducerTemplate()) {
            Exchange sent = template.send(bucketUri(there.bucket()), exchange -> {
                exchange.getMessage().setHeader(FileConstants.FILE_NAME, there.key());
                exchange.getMessage().setHeader(Destinations.SHA256, sha256);
                exchange.getMessage().setHeader(Transfer.HEADER, transfer);
                exchange.getMessage().setBody(file.body());
            });
            if (sent.getException() != null) {
                throw sent.getException();
            }
        }
    }

    /** Removes what is on its way to a location. */
    void sweep(String location, Transfer transfer) throws IOException {
        Stored there = stored(location);
        if (there != null) {
            new Destinations(context)
                    .open(bucketUri(there.bucket()), "s3://" + there.bucket())
                    .sweep(List.of(there.key()), transfer);
            return;
        }
        Path target = local(location);
        for (Transfer known : transfer.upToThis()) {
            Files.deleteIfExists(target.resolveSibling("." + known.token() + "-" + target.getFileName()));
        }
    }

    /** The length of a file; -1 when it is not there. */
    long size(String location) throws IOException {
        Stored there = stored(location);
        if (there == null) {
            Path file = local(location);
            return Files.isRegularFile(file) ? Files.size(file) : -1;
        }
        return bucket(there).size(there.key());
    }

    /** Reads a file from somewhere on. */
    InputStream open(String location, long from) throws IOException {
        Stored there = stored(location);
        if (there == null) {
            InputStream in = Files.newInputStream(local(location));
            in.skipNBytes(from);
            return in;
        }
        return bucket(there).open(there.key(), from);
    }

    /** Removes a file, if it is there, and in a folder of this machine the folder that it was the last one of. */
    void delete(String location) throws IOException {
        Stored there = stored(location);
        if (there != null) {
            bucket(there).delete(there.key());
            return;
        }
        Path file = local(location);
        Files.deleteIfExists(file);
        File folder = file.getParent().toFile();
        if (folder.isDirectory() && folder.list() != null && folder.list().length == 0) {
            folder.delete(); // which fails where somebody has just put something there
        }
    }

    @Override
    public InputFile newInputFile(String path) {
        return stored(path) == null
                ? org.apache.iceberg.Files.localInput(local(path).toFile())
                : new SeekableFile(
                        path,
                        () -> {
                            long size = size(path);
                            if (size < 0) {
                                throw new NotFoundException("%s is not there", path);
                            }
                            return size;
                        },
                        from -> open(path, from));
    }

    @Override
    public OutputFile newOutputFile(String path) {
        return stored(path) == null
                ? new LocalOutput(
                        path, org.apache.iceberg.Files.localOutput(local(path).toFile()))
                : new BucketOutput(path);
    }

    @Override
    public void deleteFile(String path) {
        try {
            delete(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A file of this machine under the name that the catalog has for it: Iceberg's own leaves the scheme out. */
    private record LocalOutput(String location, OutputFile file) implements OutputFile {

        @Override
        public PositionOutputStream create() {
            return file.create();
        }

        @Override
        public PositionOutputStream createOrOverwrite() {
            return file.createOrOverwrite();
        }

        @Override
        public InputFile toInputFile() {
            return file.toInputFile();
        }
    }

    /** A file of metadata in a bucket: short enough to be put there at once, when it is closed. */
    private final class BucketOutput implements OutputFile {

        private final String location;

        BucketOutput(String location) {
            this.location = location;
        }

        @Override
        public String location() {
            return location;
        }

        @Override
        public PositionOutputStream create() {
            return createOrOverwrite(); // its name has a random number
        }

        @Override
        public PositionOutputStream createOrOverwrite() {
            Stored there = stored(location);
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            return new PositionOutputStream() {
                private boolean closed;

                @Override
                public long getPos() {
                    return bytes.size();
                }

                @Override
                public void write(int octet) {
                    bytes.write(octet);
                }

                @Override
                public void write(byte[] some, int from, int length) {
                    bytes.write(some, from, length);
                }

                @Override
                public void close() {
                    if (!closed) {
                        closed = true;
                        bucket(there).put(there.key(), bytes.toByteArray());
                    }
                }
            };
        }

        @Override
        public InputFile toInputFile() {
            return newInputFile(location);
        }
    }
}
