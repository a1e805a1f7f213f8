package io.waybill.delivery.s3;

import io.waybill.WaybillException;
import io.waybill.delivery.Destinations;
import io.waybill.delivery.DistantFile;
import io.waybill.delivery.StagedFile;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.component.file.FileConstants;
import org.apache.camel.support.DefaultProducer;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Stores one file as an object: a short one by one request, a longer one by a multipart upload, and one that was sent ahead by completing
 * its upload. One that a database has written there is copied by the server.
 */
final class S3Producer extends DefaultProducer {

    private static final int PRECONDITION_FAILED = 412;

    private final S3Endpoint endpoint;

    S3Producer(S3Endpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    @Override
    public void process(Exchange exchange) throws Exception {
        StagedFile file = StagedFile.of(exchange);
        String name = exchange.getMessage().getHeader(FileConstants.FILE_NAME, String.class);
        if (name == null || name.isEmpty()) {
            throw WaybillException.undelivered(
                    "waybill-s3: header " + FileConstants.FILE_NAME + " is missing: the object's key");
        }
        String sha256 = exchange.getMessage().getHeader(Destinations.SHA256, String.class);
        try {
            store(file, file.length(), name, sha256);
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

    private void store(StagedFile file, long length, String name, String sha256) throws Exception {
        Optional<DistantFile> distant = file.distant().filter(this::isOwn);
        if (distant.isPresent()) {
            S3Upload.copy(endpoint, distant.get(), endpoint.key(name), S3Store.metadata(sha256))
                    .complete();
            return;
        }
        S3Upload sent = endpoint.ahead().take(name, file.path());
        if (sent != null) {
            sent.complete();
        } else {
            S3Upload.store(endpoint, file, length, endpoint.key(name), S3Store.metadata(sha256));
        }
    }

    /** Whether a database has written it for this place: any file may hold what looks like it, and what that names is somebody's. */
    private boolean isOwn(DistantFile file) {
        return file.version() != null
                && endpoint.bucket().equals(file.place())
                && file.name() != null
                && file.name().startsWith(endpoint.key(S3Prefix.ALL));
    }
}
