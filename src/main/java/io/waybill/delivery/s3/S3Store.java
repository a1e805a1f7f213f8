package io.waybill.delivery.s3;

import io.waybill.delivery.FileStore;
import io.waybill.delivery.Transfer;
import io.waybill.facts.FileContent;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import org.apache.commons.io.function.IOFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.NoSuchUploadException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** The objects of a bucket below a prefix. */
record S3Store(S3Endpoint endpoint) implements FileStore {

    /** The metadata of an object that says what it holds. */
    static final String SHA256 = "waybill-sha256";

    private static final int NOT_IMPLEMENTED = 501;
    private static final int NOT_ALLOWED = 405;
    private static final Logger LOG = LoggerFactory.getLogger(S3Store.class);

    /** @param sha256 null where nobody says */
    static Map<String, String> metadata(String sha256) {
        return sha256 == null ? Map.of() : Map.of(SHA256, sha256);
    }

    private S3Client client() {
        return endpoint.getS3Client();
    }

    private HeadObjectResponse head(String name) {
        try {
            return client().headObject(
                            request -> request.bucket(endpoint.bucket()).key(endpoint.key(name)));
        } catch (NoSuchKeyException e) {
            return null;
        }
    }

    @Override
    public long size(String name) {
        HeadObjectResponse found = head(name);
        return found == null ? -1 : found.contentLength();
    }

    @Override
    public boolean holds(String name, long bytes, String sha256) throws IOException {
        HeadObjectResponse found = head(name);
        if (found == null || found.contentLength() != bytes) {
            return false;
        }
        String known = found.metadata().get(SHA256);
        return sha256.equals(known == null ? read(name, in -> FileContent.of(in).sha256()) : known);
    }

    @Override
    public void delete(String name) {
        client().deleteObject(request -> request.bucket(endpoint.bucket()).key(endpoint.key(name)));
    }

    /** Aborts the uploads of an object that were begun and neither completed nor aborted. */
    @Override
    public void sweep(String name, Transfer transfer) {
        try {
            abortUploads(endpoint.key(name));
        } catch (S3Exception e) {
            if (e.statusCode() != NOT_IMPLEMENTED && e.statusCode() != NOT_ALLOWED) {
                throw e;
            }
            LOG.debug("Bucket {} does not tell which uploads were begun", endpoint.bucket(), e);
        }
    }

    private void abortUploads(String key) {
        for (MultipartUpload upload : client().listMultipartUploadsPaginator(
                        request -> request.bucket(endpoint.bucket()).prefix(key))
                .uploads()) {
            if (upload.key().equals(key)) {
                try {
                    client().abortMultipartUpload(request ->
                            request.bucket(endpoint.bucket()).key(key).uploadId(upload.uploadId()));
                } catch (NoSuchUploadException e) {
                    // somebody else has aborted it
                }
            }
        }
    }

    @Override
    public <T> T read(String name, IOFunction<InputStream, T> reader) throws IOException {
        try (InputStream in =
                client().getObject(request -> request.bucket(endpoint.bucket()).key(endpoint.key(name)))) {
            return reader.apply(in);
        } catch (NoSuchKeyException e) {
            return null;
        }
    }

    @Override
    public void close() {
        // the client is the endpoint's
    }
}
