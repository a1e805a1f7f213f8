package io.waybill.delivery.s3;

import io.waybill.WaybillException;
import io.waybill.delivery.HostNames;
import io.waybill.delivery.Reach;
import io.waybill.delivery.SendsAhead;
import io.waybill.delivery.StagedFile;
import io.waybill.delivery.Transfer;
import io.waybill.delivery.UploadsAhead;
import io.waybill.flow.Form;
import io.waybill.flow.NearestName;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import org.apache.camel.Category;
import org.apache.camel.Component;
import org.apache.camel.Producer;
import org.apache.camel.component.aws.common.AwsClientBuilderUtil;
import org.apache.camel.component.aws2.s3.AWS2S3Configuration;
import org.apache.camel.component.aws2.s3.AWS2S3Constants;
import org.apache.camel.component.aws2.s3.AWS2S3Endpoint;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;
import software.amazon.awssdk.services.s3.model.Tag;
import software.amazon.awssdk.services.s3.model.Tagging;

/**
 * Store files in an S3 bucket, large ones by parallel multipart uploads that are completed last and aborted when they fail.
 *
 * <p>The message's body is a file; header CamelFileName is its key, below the prefix.
 */
@UriEndpoint(
        firstVersion = "0.1.0",
        scheme = "waybill-s3",
        extendsScheme = "aws2-s3",
        title = "Waybill S3",
        syntax = "waybill-s3:bucketNameOrArn",
        category = {Category.CLOUD, Category.FILE},
        producerOnly = true,
        headersClass = AWS2S3Constants.class)
public class S3Endpoint extends AWS2S3Endpoint implements SendsAhead {

    private static final String NO_CHECKSUMS = "none";
    private static final Form.Choice<Reach> REACHES = Form.Choice.of(Reach.class);

    @UriParam(label = "producer", description = "Tags that each object gets: name=value, separated by commas.")
    private String tags;

    @UriParam(
            label = "producer",
            defaultValue = "4",
            description = "How many parts of a file are uploaded at the same time.")
    private int uploadThreads = 4;

    @UriParam(
            label = "producer",
            defaultValue = "5242880",
            description =
                    "Files of at least so many bytes are sent, as uploads that are not completed, while the next ones of their"
                            + " run are still written; -1 for none.")
    private long uploadAhead = UploadsAhead.USUAL_LEAST_BYTES;

    @UriParam(
            label = "producer",
            enums = "trailing,none",
            defaultValue = "trailing",
            description =
                    "Whether requests end with a checksum of what they hold; none for servers that take that for a part of it.")
    private String checksums = "trailing";

    @UriParam(
            label = "producer",
            enums = "any,network,outside",
            defaultValue = "any",
            description =
                    "Where the server's name may lead, looked at each time that it is connected to: any; network, not to this machine nor to"
                            + " link-local addresses; outside, nor to private ones.")
    private String addresses = Form.lower(Reach.ANY);

    private final UploadsAhead<S3Upload> ahead = new UploadsAhead<>(S3Upload::abort, () -> {});
    private S3Client client;
    private ExecutorService uploads;

    public S3Endpoint(String uri, Component component, AWS2S3Configuration configuration) {
        super(uri, component, configuration);
    }

    /** Nothing is asked of the server before there is something to store: a bucket that is away stops its own flow alone. */
    @Override
    public void doStart() {
        // the client is made when it is first asked for
    }

    @Override
    public synchronized S3Client getS3Client() {
        if (client == null) {
            S3Client given = getConfiguration().getAmazonS3Client();
            client = given == null
                    ? AwsClientBuilderUtil.buildClient(getConfiguration(), S3Client::builder, this::configure)
                    : given;
        }
        return client;
    }

    private void configure(S3ClientBuilder builder) {
        Reach reach = REACHES.parse(addresses);
        if (reach != Reach.ANY) {
            if (getConfiguration().getProxyHost() != null || getConfiguration().isTrustAllCertificates()) {
                throw WaybillException.refusal(
                        "addresses: \"" + addresses + "\" does not go with proxyHost, nor with trustAllCertificates");
            }
            builder.httpClientBuilder(CheckedNames.client(reach, HostNames.of(getCamelContext())));
        }
        if (getConfiguration().isForcePathStyle()) {
            builder.forcePathStyle(true);
        }
        if (checksums.equals(NO_CHECKSUMS)) {
            builder.requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                    .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                    .serviceConfiguration(service -> service.chunkedEncodingEnabled(false));
        }
    }

    @Override
    public void doStop() {
        ahead.close(getCamelContext());
        stopUploads();
    }

    private synchronized void stopUploads() {
        if (uploads != null) {
            getCamelContext().getExecutorServiceManager().shutdownNow(uploads);
            uploads = null;
        }
        if (client != null && getConfiguration().getAmazonS3Client() == null) {
            client.close();
        }
        client = null;
    }

    @Override
    public Producer createProducer() {
        return new S3Producer(this);
    }

    public String getChecksums() {
        return checksums;
    }

    /** Whether requests end with a checksum of what they hold: trailing, or none. */
    public void setChecksums(String checksums) {
        this.checksums = NearestName.same(checksums, List.of("trailing", NO_CHECKSUMS))
                .orElseThrow(() -> WaybillException.refusal(
                        "checksums: \"" + checksums + "\" is not known; allowed: trailing, none"));
    }

    public String getAddresses() {
        return addresses;
    }

    /** Where the server's name may lead: any, network (not to this machine nor to link-local addresses), outside (nor to private ones). */
    public void setAddresses(String addresses) {
        this.addresses = NearestName.same(addresses, REACHES.allowed())
                .orElseThrow(() -> WaybillException.refusal("addresses: \"" + addresses + "\" is not known; allowed: "
                        + String.join(", ", REACHES.allowed())));
    }

    public String getTags() {
        return tags;
    }

    /** Tags that each object gets: name=value, separated by commas. */
    public void setTags(String tags) {
        this.tags = tags;
    }

    public int getUploadThreads() {
        return uploadThreads;
    }

    /** How many parts of a file are uploaded at the same time. */
    public void setUploadThreads(int uploadThreads) {
        this.uploadThreads = uploadThreads;
    }

    @Override
    public long getUploadAhead() {
        return uploadAhead;
    }

    /** Files of at least so many bytes are sent while the next ones of their run are still written; -1 for none. */
    public void setUploadAhead(long uploadAhead) {
        this.uploadAhead = uploadAhead;
    }

    @Override
    public void sendAhead(StagedFile file, String name, String sha256, Transfer transfer) {
        ahead.begin(
                getCamelContext(),
                name,
                file.path(),
                stopped -> S3Upload.send(this, file, key(name), S3Store.metadata(sha256), stopped));
    }

    @Override
    public void stopAhead(String name, Transfer transfer) {
        ahead.stop(name);
    }

    /** Uploads that wait to be completed. */
    UploadsAhead<S3Upload> ahead() {
        return ahead;
    }

    /** The threads that send parts. */
    synchronized ExecutorService uploads() {
        if (uploads == null) {
            uploads = getCamelContext()
                    .getExecutorServiceManager()
                    .newFixedThreadPool(this, "waybill-s3-upload", uploadThreads);
        }
        return uploads;
    }

    Tagging tagging() {
        List<Tag> all = new ArrayList<>();
        for (String tag : tags.split(",")) {
            int equals = tag.indexOf('=');
            if (equals <= 0) {
                throw WaybillException.undelivered(
                        "tags: \"" + tag + "\" is no tag; write name=value, separated by commas");
            }
            all.add(Tag.builder()
                    .key(tag.substring(0, equals).strip())
                    .value(tag.substring(equals + 1).strip())
                    .build());
        }
        return Tagging.builder().tagSet(all).build();
    }

    ServerSideEncryption encryption() {
        if (getConfiguration().isUseAwsKMS()) {
            return ServerSideEncryption.AWS_KMS;
        }
        return getConfiguration().isUseSSES3() ? ServerSideEncryption.AES256 : null;
    }

    /** What an object is compared with that may be there; null where it may be another one. */
    String noneMatch() {
        return getConfiguration().isConditionalWritesEnabled() ? "*" : null;
    }

    /** The key of a file. */
    String key(String name) {
        String prefix = getConfiguration().getPrefix();
        return prefix == null ? name : prefix + name;
    }

    String bucket() {
        return getConfiguration().getBucketName();
    }
}
