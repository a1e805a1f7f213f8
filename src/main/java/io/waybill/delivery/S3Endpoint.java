package io.waybill.delivery;

import org.apache.camel.Category;
import org.apache.camel.Component;
import org.apache.camel.Producer;
import org.apache.camel.component.aws2.s3.AWS2S3Configuration;
import org.apache.camel.component.aws2.s3.AWS2S3Constants;
import org.apache.camel.component.aws2.s3.AWS2S3Endpoint;
import org.apache.camel.component.aws2.s3.client.AWS2S3ClientFactory;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import software.amazon.awssdk.services.s3.S3Client;

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
public class S3Endpoint extends AWS2S3Endpoint {

    @UriParam(label = "producer", description = "Tags that each object gets: name=value, separated by commas.")
    private String tags;

    @UriParam(
            label = "producer",
            defaultValue = "4",
            description = "How many parts of a file are uploaded at the same time.")
    private int uploadThreads = 4;

    private S3Client client;

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
            client = given == null ? AWS2S3ClientFactory.getS3Client(getConfiguration()) : given;
        }
        return client;
    }

    @Override
    public synchronized void doStop() {
        if (client != null && getConfiguration().getAmazonS3Client() == null) {
            client.close();
        }
        client = null;
    }

    @Override
    public Producer createProducer() {
        return new S3Producer(this);
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

    /** The key of a file. */
    String key(String name) {
        String prefix = getConfiguration().getPrefix();
        return prefix == null ? name : prefix + name;
    }

    String bucket() {
        return getConfiguration().getBucketName();
    }
}
