package io.waybill.delivery.s3;

import io.waybill.delivery.DistantFile;
import io.waybill.delivery.OwnPrefix;
import io.waybill.delivery.StagedFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The prefixes of runs, below {@code .waybill/} in the folder that their files are delivered to. */
record S3Prefix(S3Endpoint endpoint) implements OwnPrefix {

    /** Below which the prefixes of all runs are. */
    static final String ALL = ".waybill/";

    private String prefix(String runId) {
        return endpoint.key(ALL + runId + "/");
    }

    @Override
    public String uri(String runId) {
        return "s3://" + endpoint.bucket() + "/" + prefix(runId);
    }

    @Override
    public List<Found> list(String runId) {
        String prefix = prefix(runId);
        return endpoint
                .getS3Client()
                .listObjectsV2Paginator(
                        request -> request.bucket(endpoint.bucket()).prefix(prefix))
                .contents()
                .stream()
                .filter(object -> !object.key().endsWith("/"))
                .map(object -> new Found(object.key().substring(prefix.length()), object.size(), object.eTag()))
                .sorted(Comparator.comparing(Found::name))
                .toList();
    }

    @Override
    public InputStream open(String runId, Found file, long from) {
        return endpoint.getS3Client()
                .getObject(request -> request.bucket(endpoint.bucket())
                        .key(prefix(runId) + file.name())
                        .range(from == 0 ? null : "bytes=" + from + "-")
                        .ifMatch(file.version()));
    }

    @Override
    public void put(String runId, String name, StagedFile file) throws IOException {
        try {
            S3Upload.store(endpoint, file, file.length(), prefix(runId) + name, Map.of());
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the upload of " + name + " was interrupted");
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    @Override
    public DistantFile distant(String runId, Found file) {
        return new DistantFile(endpoint.bucket(), prefix(runId) + file.name(), file.bytes(), file.version());
    }

    @Override
    public Set<String> runs() {
        String all = endpoint.key(ALL);
        return endpoint
                .getS3Client()
                .listObjectsV2Paginator(
                        request -> request.bucket(endpoint.bucket()).prefix(all).delimiter("/"))
                .commonPrefixes()
                .stream()
                .map(found -> found.prefix().substring(all.length()).replace("/", ""))
                .collect(Collectors.toSet());
    }

    @Override
    public void remove(String runId) {
        for (Found file : list(runId)) {
            endpoint.getS3Client()
                    .deleteObject(request -> request.bucket(endpoint.bucket()).key(prefix(runId) + file.name()));
        }
    }
}
