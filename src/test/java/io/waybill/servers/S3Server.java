package io.waybill.servers;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.gaul.s3proxy.BlobStores;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.blobstore.BlobStore;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.MultipartUpload;

/** An S3 server: S3Proxy over a folder, which checks the signature of each request. */
public final class S3Server implements AutoCloseable {

    public static final String ACCESS_KEY = "AKIDTESTACCESS";
    public static final String SECRET_KEY = "s3-secret-Zq81Lm";

    /** The domain that buckets stand before where they do not begin the path. */
    public static final String DOMAIN = "s3.example.test";

    private final S3Proxy proxy;
    private final BlobStore store;

    private S3Server(S3Proxy proxy, BlobStore store) {
        this.proxy = proxy;
        this.store = store;
    }

    /** @param folder where the buckets are folders */
    public static S3Server start(Path folder, String... buckets) throws Exception {
        return start(folder, null, false, buckets);
    }

    /** A server that takes the tokens of sessions, and does not look at them. */
    public static S3Server startWithTokens(Path folder, String... buckets) throws Exception {
        return start(folder, null, true, buckets);
    }

    /** A server whose buckets stand before {@link #DOMAIN} in the host's name. */
    public static S3Server startInDomain(Path folder, String... buckets) throws Exception {
        return start(folder, DOMAIN, false, buckets);
    }

    private static S3Server start(Path folder, String domain, boolean tokens, String[] buckets) throws Exception {
        for (String bucket : buckets) {
            Files.createDirectories(folder.resolve(bucket));
        }
        Properties settings = new Properties();
        settings.setProperty("jclouds.filesystem.basedir", folder.toString());
        settings.setProperty("jclouds.identity", ACCESS_KEY);
        settings.setProperty("jclouds.credential", SECRET_KEY);
        BlobStore store = BlobStores.create("filesystem", settings);
        S3Proxy.Builder builder = S3Proxy.builder()
                .blobStore(store)
                .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, ACCESS_KEY, SECRET_KEY)
                .endpoint(URI.create("http://127.0.0.1:0"))
                .ignoreUnknownHeaders(tokens)
                .stopTimeout(0);
        if (domain != null) {
            builder.virtualHost(domain);
        }
        S3Proxy proxy = builder.build();
        proxy.start();
        return new S3Server(proxy, store);
    }

    public int port() {
        return proxy.getPort();
    }

    public String endpoint() {
        return "http://127.0.0.1:" + port();
    }

    /** A client of its own, to see what is there. */
    public S3Client client() {
        return S3Client.builder()
                .endpointOverride(URI.create(endpoint()))
                .region(Region.US_EAST_1)
                .forcePathStyle(true)
                .credentialsProvider(
                        StaticCredentialsProvider.create(AwsBasicCredentials.create(ACCESS_KEY, SECRET_KEY)))
                .build();
    }

    /** The keys of uploads that were begun and neither completed nor aborted. */
    public List<String> openUploads(String bucket) {
        try (S3Client client = client()) {
            return client.listMultipartUploads(request -> request.bucket(bucket)).uploads().stream()
                    .map(MultipartUpload::key)
                    .toList();
        }
    }

    /** What a connection to it needs, by its name. */
    public Map<String, String> connection(String name) {
        return connection(name, endpoint());
    }

    /** @param endpoint instead of the server's own: something before it */
    public static Map<String, String> connection(String name, String endpoint) {
        String prefix = "waybill.connection." + name + ".";
        return Map.of(
                prefix + "type",
                "s3",
                prefix + "endpoint",
                endpoint,
                prefix + "region",
                "us-east-1",
                prefix + "path-style",
                "true",
                prefix + "access-key",
                ACCESS_KEY,
                prefix + "secret-key",
                SECRET_KEY);
    }

    @Override
    public void close() throws Exception {
        proxy.stop();
        store.close();
    }
}
