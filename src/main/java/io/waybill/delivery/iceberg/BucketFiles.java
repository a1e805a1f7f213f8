package io.waybill.delivery.iceberg;

import java.io.InputStream;
import org.apache.camel.CamelContext;
import org.apache.camel.component.aws2.s3.AWS2S3Endpoint;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

/**
 * The files of a bucket, by the client of the endpoint that leads there. A class of its own, since that client is on the class path of
 * those alone who have buckets.
 */
record BucketFiles(S3Client client, String bucket) {

    /** @param uri of the endpoint */
    static BucketFiles of(CamelContext context, String uri, String bucket) {
        return new BucketFiles(context.getEndpoint(uri, AWS2S3Endpoint.class).getS3Client(), bucket);
    }

    /** The length of a file; -1 when it is not there. */
    long size(String key) {
        try {
            return client.headObject(request -> request.bucket(bucket).key(key)).contentLength();
        } catch (NoSuchKeyException e) {
            return -1;
        }
    }

    /** Reads a file from somewhere on. */
    InputStream open(String key, long from) {
        return client.getObject(request -> request.bucket(bucket).key(key).range("bytes=" + from + "-"));
    }

    /** Removes a file, if it is there. */
    void delete(String key) {
        client.deleteObject(request -> request.bucket(bucket).key(key));
    }

    void put(String key, byte[] content) {
        client.putObject(request -> request.bucket(bucket).key(key), RequestBody.fromBytes(content));
    }
}
