package io.waybill.delivery.s3;

import static io.waybill.delivery.CommonSettings.UPLOAD_AHEAD;
import static io.waybill.settings.Setting.choice;
import static io.waybill.settings.Setting.flag;
import static io.waybill.settings.Setting.number;
import static io.waybill.settings.Setting.text;

import io.waybill.delivery.AwsKind;
import io.waybill.delivery.Connection;
import io.waybill.delivery.FileStore;
import io.waybill.delivery.OwnPrefix;
import io.waybill.flow.Delivery;
import io.waybill.flow.IfExists;
import io.waybill.flow.Key;
import io.waybill.flow.Library;
import io.waybill.flow.Refusal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;

/** A bucket of S3, or of a server that speaks as S3 does. */
public final class S3Kind extends AwsKind {

    private static final List<String> ENCRYPTIONS = List.of("AES256", "aws:kms", "none");

    private static final List<Key<?>> SETTINGS = List.of(
            text("bucket", "for waybill check, where no flow says"),
            flag("path-style", "the bucket is not in the host's name")
                    .option("forcePathStyle")
                    .otherwise("false"),
            choice("encryption", ENCRYPTIONS, "SSE-S3, or by a key of KMS").otherwise("none"),
            choice(
                            "checksums",
                            List.of("trailing", "none"),
                            "at the end of a request; none for servers that store them in the object")
                    .option("checksums")
                    .otherwise("trailing"),
            choice(
                            "addresses",
                            List.of("any", "network", "outside"),
                            "where the server's name may lead, each time that it is connected to: network is not to this machine nor to link-local"
                                    + " addresses, outside nor to private ones")
                    .option("addresses")
                    .otherwise("any"),
            text("kms-key-id", "the key of aws:kms").option("awsKMSKeyId"),
            text("storage-class", "of each object").option("storageClass"),
            text("tags", "of each object: team=data,cost=17").option("tags"),
            number("part-size", 1, Long.MAX_VALUE, "bytes", "a file longer than this goes up in parts")
                    .option("partSize")
                    .otherwise("26214400"),
            number("upload-threads", 1, 1_000, "", "parts at a time")
                    .option("uploadThreads")
                    .otherwise("4"),
            UPLOAD_AHEAD);

    private static final Library LIBRARY = new Library(
            "org.apache.camel:camel-aws2-s3",
            "org.apache.camel.component.aws2.s3.AWS2S3Component",
            List.of("waybill-s3"));

    public S3Kind() {
        super("s3", "s3://bucket/folder/", SETTINGS);
    }

    @Override
    public boolean tellsCaseApart() {
        return true;
    }

    @Override
    public boolean takesFromDatabases() {
        return true;
    }

    @Override
    protected OwnPrefix ownPrefix(Endpoint endpoint) {
        return endpoint instanceof S3Endpoint s3 ? new S3Prefix(s3) : super.ownPrefix(endpoint);
    }

    @Override
    public Optional<Library> library() {
        return Optional.of(LIBRARY);
    }

    @Override
    public List<String> endpoints() {
        return List.of("waybill-s3:");
    }

    @Override
    public Optional<String> probe(Connection connection) {
        return connection.value("bucket").map(bucket -> "s3://" + bucket + "/");
    }

    @Override
    public List<Refusal> refusals(Delivery delivery, String key, Predicate<String> given) {
        String shown = "\"" + delivery.uri().text() + "\"";
        if (delivery.address().indexOf('/') < 0) {
            return List.of(new Refusal(
                    key, shown + " names no file in the bucket; write s3://bucket/file.csv, or s3://bucket/folder/"));
        }
        String folder = delivery.path().fixedDirectory();
        if (folder.startsWith("#")) {
            return List.of(new Refusal(key, shown + " begins with # in the bucket, as a bean of Camel's does"));
        }
        return folder.contains(")&") && folder.contains("}&")
                ? List.of(new Refusal(key, shown + " has both )& and }& in its folder, which Camel cannot be told"))
                : List.of();
    }

    @Override
    protected String changing(byte[] found) {
        return new String(found, StandardCharsets.ISO_8859_1).contains("x-amz-checksum")
                ? "the server stores the checksums of the request in the object; set checksums = none"
                : super.changing(found);
    }

    @Override
    public String endpoint(
            CamelContext context, Delivery delivery, Connection connection, Map<String, String> options) {
        String folder = delivery.path().fixedDirectory();
        if (!folder.isEmpty()) {
            options.put("prefix", folder);
        }
        if (delivery.ifExists() != IfExists.OVERWRITE) {
            options.put("conditionalWritesEnabled", "true");
        }
        putAccess(delivery, connection, options);
        String encryption = connection.choice("encryption", ENCRYPTIONS).orElse("none");
        if (encryption.equals("AES256")) {
            options.put("useSSES3", "true");
        } else if (encryption.equals("aws:kms")) {
            options.put("useAwsKMS", "true");
        }
        return "waybill-s3:" + delivery.authority();
    }

    @Override
    protected String place(String scheme, String address, Map<String, String> options) {
        String prefix = options.getOrDefault("prefix", "");
        return scheme + "://" + address + (prefix.isEmpty() ? "" : "/") + prefix;
    }

    @Override
    protected FileStore store(Endpoint endpoint) throws IOException {
        return endpoint instanceof S3Endpoint s3 ? new S3Store(s3) : super.store(endpoint);
    }
}
