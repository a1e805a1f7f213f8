package io.waybill.delivery.s3;

import io.waybill.delivery.DistantFile;
import io.waybill.delivery.StagedFile;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import org.apache.camel.component.aws2.s3.AWS2S3Configuration;
import org.apache.commons.io.input.BoundedInputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/**
 * A multipart upload of a file, whose parts are there and which nobody sees before it is completed. Its parts are read from the file as
 * they are sent, and sent again by the SDK where one fails.
 */
record S3Upload(S3Endpoint endpoint, String key, String id, List<CompletedPart> parts) {

    /** S3's own limit. */
    static final int MOST_PARTS = 10_000;

    /** A server copies five GiB at once, at most. */
    private static final long MOST_COPIED = 1L << 30;

    private static final long MEBIBYTE = 1L << 20;
    private static final int BUFFER_BYTES = 1 << 17;
    private static final Logger LOG = LoggerFactory.getLogger(S3Upload.class);

    /** The length of a part: as configured, or more where the file would have too many of them. */
    static long partSize(long length, long configured) {
        long least = (length + MOST_PARTS - 1) / MOST_PARTS;
        long rounded = (least + MEBIBYTE - 1) / MEBIBYTE * MEBIBYTE;
        return Math.max(configured, rounded);
    }

    /**
     * Sends a file; where that fails, the upload is aborted.
     *
     * @param stopped whether nobody wants it any more
     */
    static S3Upload send(
            S3Endpoint endpoint, StagedFile file, String key, Map<String, String> metadata, BooleanSupplier stopped)
            throws Exception {
        S3Upload upload = begin(endpoint, key, metadata);
        try {
            upload.sendParts(file, stopped);
            return upload;
        } catch (Throwable e) {
            upload.abort();
            throw e;
        }
    }

    /** Stores a whole file: a short one by one request, a longer one in parts. */
    static void store(S3Endpoint endpoint, StagedFile file, long length, String key, Map<String, String> metadata)
            throws Exception {
        if (length <= endpoint.getConfiguration().getPartSize()) {
            put(endpoint, file, length, key, metadata);
        } else {
            send(endpoint, file, key, metadata, () -> false).complete();
        }
    }

    private static void put(
            S3Endpoint endpoint, StagedFile file, long length, String key, Map<String, String> metadata) {
        AWS2S3Configuration settings = endpoint.getConfiguration();
        PutObjectRequest.Builder request = PutObjectRequest.builder()
                .bucket(endpoint.bucket())
                .key(key)
                .metadata(metadata)
                .contentLength(length)
                .storageClass(settings.getStorageClass())
                .serverSideEncryption(endpoint.encryption())
                .ssekmsKeyId(settings.isUseAwsKMS() ? settings.getAwsKMSKeyId() : null)
                .ifNoneMatch(endpoint.noneMatch());
        if (endpoint.getTags() != null) {
            request.tagging(endpoint.tagging());
        }
        endpoint.getS3Client().putObject(request.build(), content(file, 0, length));
    }

    /** Has the server copy a file that lies in one of its buckets, as it was found there; where that fails, the upload is aborted. */
    static S3Upload copy(S3Endpoint endpoint, DistantFile file, String key, Map<String, String> metadata) {
        S3Upload upload = begin(endpoint, key, metadata);
        try {
            long from = 0;
            do {
                upload.copyPart(file, from, Math.min(MOST_COPIED, file.bytes() - from));
                from += MOST_COPIED;
            } while (from < file.bytes());
            return upload;
        } catch (Throwable e) {
            upload.abort();
            throw e;
        }
    }

    private void copyPart(DistantFile file, long from, long bytes) {
        int number = parts.size() + 1;
        boolean isAll = bytes == file.bytes();
        String tag = endpoint.getS3Client()
                .uploadPartCopy(request -> request.sourceBucket(file.place())
                        .sourceKey(file.name())
                        .copySourceIfMatch(file.version())
                        .copySourceRange(isAll ? null : "bytes=" + from + "-" + (from + bytes - 1))
                        .destinationBucket(endpoint.bucket())
                        .destinationKey(key)
                        .uploadId(id)
                        .partNumber(number))
                .copyPartResult()
                .eTag();
        parts.add(CompletedPart.builder().partNumber(number).eTag(tag).build());
    }

    private static S3Upload begin(S3Endpoint endpoint, String key, Map<String, String> metadata) {
        AWS2S3Configuration settings = endpoint.getConfiguration();
        CreateMultipartUploadRequest.Builder request = CreateMultipartUploadRequest.builder()
                .bucket(endpoint.bucket())
                .key(key)
                .metadata(metadata)
                .storageClass(settings.getStorageClass())
                .serverSideEncryption(endpoint.encryption())
                .ssekmsKeyId(settings.isUseAwsKMS() ? settings.getAwsKMSKeyId() : null);
        if (endpoint.getTags() != null) {
            request.tagging(endpoint.tagging());
        }
        String id =
                endpoint.getS3Client().createMultipartUpload(request.build()).uploadId();
        return new S3Upload(endpoint, key, id, new ArrayList<>());
    }

    private void sendParts(StagedFile file, BooleanSupplier stopped) throws Exception {
        long length = file.length();
        long partSize = partSize(length, endpoint.getConfiguration().getPartSize());
        List<Future<CompletedPart>> sending = new ArrayList<>();
        try {
            for (long from = 0; from < length; from += partSize) {
                int number = sending.size() + 1;
                long start = from;
                long bytes = Math.min(partSize, length - from);
                sending.add(endpoint.uploads().submit(() -> {
                    if (stopped.getAsBoolean()) {
                        throw new IOException("nobody wants " + key + " any more");
                    }
                    return sendPart(file, start, bytes, number);
                }));
            }
            for (Future<CompletedPart> part : sending) {
                parts.add(part.get());
            }
        } catch (ExecutionException e) {
            stop(sending);
            throw e.getCause() instanceof Exception cause ? cause : e;
        } catch (InterruptedException e) {
            stop(sending);
            throw e;
        }
    }

    private CompletedPart sendPart(StagedFile file, long from, long bytes, int number) {
        String tag = endpoint.getS3Client()
                .uploadPart(
                        request -> request.bucket(endpoint.bucket())
                                .key(key)
                                .uploadId(id)
                                .partNumber(number)
                                .contentLength(bytes),
                        content(file, from, bytes))
                .eTag();
        return CompletedPart.builder().partNumber(number).eTag(tag).build();
    }

    /** None of them may send anything any more when the upload is aborted: S3 would keep it. */
    private static void stop(List<Future<CompletedPart>> sending) {
        sending.forEach(part -> part.cancel(false));
        for (Future<CompletedPart> part : sending) {
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

    /** Makes it an object; where that fails, the upload is aborted. */
    void complete() {
        try {
            endpoint.getS3Client()
                    .completeMultipartUpload(completion -> completion
                            .bucket(endpoint.bucket())
                            .key(key)
                            .uploadId(id)
                            .ifNoneMatch(endpoint.noneMatch())
                            .multipartUpload(upload -> upload.parts(parts)));
        } catch (Throwable e) {
            abort();
            throw e;
        }
    }

    void abort() {
        try {
            endpoint.getS3Client()
                    .abortMultipartUpload(request ->
                            request.bucket(endpoint.bucket()).key(key).uploadId(id));
        } catch (SdkException e) { // swept when the run is cleaned up after
            LOG.warn("The upload of {} to bucket {} is not aborted: {}", key, endpoint.bucket(), e.getMessage());
        }
    }

    /** A stretch of a file, opened anew for each try. */
    static RequestBody content(StagedFile file, long from, long bytes) {
        return RequestBody.fromContentProvider(() -> open(file, from, bytes), bytes, "application/octet-stream");
    }

    private static InputStream open(StagedFile file, long from, long bytes) {
        try {
            return BoundedInputStream.builder()
                    .setInputStream(new BufferedInputStream(file.open(from), BUFFER_BYTES))
                    .setMaxCount(bytes)
                    .setPropagateClose(true)
                    .get();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
