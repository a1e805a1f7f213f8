package io.waybill.delivery;

import io.waybill.flow.WaybillException;
import io.waybill.flow.WaybillException.Stage;
import java.io.BufferedInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.apache.camel.Exchange;
import org.apache.camel.component.aws2.s3.AWS2S3Configuration;
import org.apache.camel.component.file.FileConstants;
import org.apache.camel.support.DefaultProducer;
import org.apache.commons.io.input.BoundedInputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;
import software.amazon.awssdk.services.s3.model.Tag;
import software.amazon.awssdk.services.s3.model.Tagging;

/**
 * Stores one file as an object. A file longer than a part goes up as a multipart upload, which S3 shows to nobody before it is
 * completed; its parts are read from the file as they are sent, and sent again by the SDK where one fails.
 */
final class S3Producer extends DefaultProducer {

    /** S3's own limit. */
    static final int MOST_PARTS = 10_000;

    private static final long MEBIBYTE = 1L << 20;
    private static final int BUFFER_BYTES = 1 << 17;
    private static final int PRECONDITION_FAILED = 412;
    private static final Logger LOG = LoggerFactory.getLogger(S3Producer.class);

    private final S3Endpoint endpoint;
    private ExecutorService uploads;

    S3Producer(S3Endpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    @Override
    public void process(Exchange exchange) throws Exception {
        File file = exchange.getMessage().getMandatoryBody(File.class);
        String name = exchange.getMessage().getHeader(FileConstants.FILE_NAME, String.class);
        if (name == null || name.isEmpty()) {
            throw new WaybillException(
                    Stage.PUBLISH, "waybill-s3: header " + FileConstants.FILE_NAME + " is missing: the object's key");
        }
        String sha256 = exchange.getMessage().getHeader(Destinations.SHA256, String.class);
        try {
            store(file.toPath(), file.length(), name, sha256);
        } catch (S3Exception e) {
            // its answer to an earlier try may have been lost
            if (e.statusCode() == PRECONDITION_FAILED
                    && sha256 != null
                    && new S3Store(endpoint).holds(name, file.length(), sha256)) {
                return;
            }
            throw e;
        }
    }

    private void store(Path file, long length, String name, String sha256) throws Exception {
        Map<String, String> metadata = new HashMap<>();
        if (sha256 != null) {
            metadata.put(S3Store.SHA256, sha256);
        }
        long partSize = partSize(length, endpoint.getConfiguration().getPartSize());
        if (length <= partSize) {
            put(file, length, endpoint.key(name), metadata);
        } else {
            uploadInParts(file, length, partSize, endpoint.key(name), metadata);
        }
    }

    /** The length of a part: as configured, or more where the file would have too many of them. */
    static long partSize(long length, long configured) {
        long least = (length + MOST_PARTS - 1) / MOST_PARTS;
        long rounded = (least + MEBIBYTE - 1) / MEBIBYTE * MEBIBYTE;
        return Math.max(configured, rounded);
    }

    private void put(Path file, long length, String key, Map<String, String> metadata) {
        AWS2S3Configuration settings = endpoint.getConfiguration();
        PutObjectRequest.Builder request = PutObjectRequest.builder()
                .bucket(endpoint.bucket())
                .key(key)
                .metadata(metadata)
                .contentLength(length)
                .storageClass(settings.getStorageClass())
                .serverSideEncryption(encryption())
                .ssekmsKeyId(settings.isUseAwsKMS() ? settings.getAwsKMSKeyId() : null);
        if (settings.isConditionalWritesEnabled()) {
            request.ifNoneMatch("*");
        }
        if (endpoint.getTags() != null) {
            request.tagging(tagging());
        }
        endpoint.getS3Client().putObject(request.build(), content(file, 0, length));
    }

    private void uploadInParts(Path file, long length, long partSize, String key, Map<String, String> metadata)
            throws Exception {
        S3Client client = endpoint.getS3Client();
        AWS2S3Configuration settings = endpoint.getConfiguration();
        CreateMultipartUploadRequest.Builder request = CreateMultipartUploadRequest.builder()
                .bucket(endpoint.bucket())
                .key(key)
                .metadata(metadata)
                .storageClass(settings.getStorageClass())
                .serverSideEncryption(encryption())
                .ssekmsKeyId(settings.isUseAwsKMS() ? settings.getAwsKMSKeyId() : null);
        if (endpoint.getTags() != null) {
            request.tagging(tagging());
        }
        String uploadId = client.createMultipartUpload(request.build()).uploadId();
        boolean completed = false;
        List<Future<CompletedPart>> parts = new ArrayList<>();
        try {
            for (long from = 0; from < length; from += partSize) {
                int number = parts.size() + 1;
                long start = from;
                long bytes = Math.min(partSize, length - from);
                parts.add(uploads().submit(() -> upload(file, start, bytes, key, uploadId, number)));
            }
            List<CompletedPart> done = new ArrayList<>();
            for (Future<CompletedPart> part : parts) {
                done.add(part.get());
            }
            client.completeMultipartUpload(completion -> completion
                    .bucket(endpoint.bucket())
                    .key(key)
                    .uploadId(uploadId)
                    .ifNoneMatch(settings.isConditionalWritesEnabled() ? "*" : null)
                    .multipartUpload(upload -> upload.parts(done)));
            completed = true;
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        } finally {
            if (!completed) {
                stop(parts);
                abort(key, uploadId);
            }
        }
    }

    private CompletedPart upload(Path file, long from, long bytes, String key, String uploadId, int number) {
        String tag = endpoint.getS3Client()
                .uploadPart(
                        request -> request.bucket(endpoint.bucket())
                                .key(key)
                                .uploadId(uploadId)
                                .partNumber(number)
                                .contentLength(bytes),
                        content(file, from, bytes))
                .eTag();
        return CompletedPart.builder().partNumber(number).eTag(tag).build();
    }

    /** None of them may send anything any more when the upload is aborted: S3 would keep it. */
    private static void stop(List<Future<CompletedPart>> parts) {
        parts.forEach(part -> part.cancel(false));
        for (Future<CompletedPart> part : parts) {
            if (!part.isCancelled()) {
                try {
                    part.get();
                } catch (ExecutionException e) {
                    LOG.debug("A part was not uploaded", e);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    private void abort(String key, String uploadId) {
        try {
            endpoint.getS3Client()
                    .abortMultipartUpload(request ->
                            request.bucket(endpoint.bucket()).key(key).uploadId(uploadId));
        } catch (SdkException e) { // swept when the run is cleaned up after
            LOG.warn("The upload of {} to bucket {} is not aborted: {}", key, endpoint.bucket(), e.getMessage());
        }
    }

    /** A stretch of a file, opened anew for each try. */
    private static RequestBody content(Path file, long from, long bytes) {
        return RequestBody.fromContentProvider(() -> open(file, from, bytes), bytes, "application/octet-stream");
    }

    private static InputStream open(Path file, long from, long bytes) {
        try {
            FileChannel channel =
                    FileChannel.open(file, StandardOpenOption.READ).position(from);
            return BoundedInputStream.builder()
                    .setInputStream(new BufferedInputStream(Channels.newInputStream(channel), BUFFER_BYTES))
                    .setMaxCount(bytes)
                    .setPropagateClose(true)
                    .get();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Tagging tagging() {
        List<Tag> tags = new ArrayList<>();
        for (String tag : endpoint.getTags().split(",")) {
            int equals = tag.indexOf('=');
            if (equals <= 0) {
                throw new WaybillException(
                        Stage.PUBLISH, "tags: \"" + tag + "\" is no tag; write name=value, separated by commas");
            }
            tags.add(Tag.builder()
                    .key(tag.substring(0, equals).strip())
                    .value(tag.substring(equals + 1).strip())
                    .build());
        }
        return Tagging.builder().tagSet(tags).build();
    }

    private ServerSideEncryption encryption() {
        AWS2S3Configuration settings = endpoint.getConfiguration();
        if (settings.isUseAwsKMS()) {
            return ServerSideEncryption.AWS_KMS;
        }
        return settings.isUseSSES3() ? ServerSideEncryption.AES256 : null;
    }

    private synchronized ExecutorService uploads() {
        if (uploads == null) {
            uploads = endpoint.getCamelContext()
                    .getExecutorServiceManager()
                    .newFixedThreadPool(this, "waybill-s3-upload", endpoint.getUploadThreads());
        }
        return uploads;
    }

    @Override
    protected synchronized void doStop() throws Exception {
        if (uploads != null) {
            endpoint.getCamelContext().getExecutorServiceManager().shutdownNow(uploads);
            uploads = null;
        }
        super.doStop();
    }
}
