package io.waybill.delivery;

import io.waybill.flow.WaybillException;
import io.waybill.flow.WaybillException.Stage;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.component.file.remote.RemoteFileEndpoint;

/** A place elsewhere, or an endpoint that takes files and keeps none. */
public final class RemoteDestination implements Destination {

    private final CamelContext context;
    private final String endpoint;
    private final String place;

    RemoteDestination(CamelContext context, String endpoint, String place) {
        this.context = context;
        this.endpoint = endpoint;
        this.place = place;
    }

    /** What is asked of a place. */
    @FunctionalInterface
    private interface Question<T> {

        T ask(FileStore store) throws IOException;
    }

    @Override
    public String place() {
        return place;
    }

    @Override
    public String endpoint() {
        return endpoint;
    }

    @Override
    public String where(String name) {
        return keepsFiles() ? place + (place.endsWith("/") ? "" : "/") + name : place;
    }

    @Override
    public void checkName(String name) {
        List<String> folders = List.of(name.split("/", -1));
        if (name.startsWith("/") || folders.contains("..") || folders.contains(".") || folders.contains("")) {
            throw new WaybillException(Stage.PLAN, "file_path: \"" + name + "\" leaves its directory " + place);
        }
    }

    @Override
    public boolean keepsFiles() {
        return Destinations.keepsFiles(endpoint);
    }

    @Override
    public boolean exists(String name) {
        return keepsFiles() && ask(Stage.PLAN, name, store -> store.size(name) >= 0);
    }

    @Override
    public void check(String name, long bytes) {
        if (!keepsFiles()) {
            return;
        }
        long found = ask(Stage.PUBLISH, name, store -> store.size(name));
        if (found != bytes) {
            throw new WaybillException(
                    Stage.PUBLISH,
                    true,
                    where(name)
                            + (found < 0
                                    ? " is not there after publication"
                                    : " has " + found + " bytes after publication, not " + bytes),
                    null);
        }
    }

    @Override
    public void remove(String name) {
        if (keepsFiles()) {
            ask(Stage.PUBLISH, name, store -> {
                store.delete(name);
                return true;
            });
        }
    }

    @Override
    public <T> T read(String name, FileStore.Reader<T> reader) throws IOException {
        try (FileStore store = open()) {
            return store.read(name, reader);
        } catch (RuntimeException e) {
            throw new IOException(DeliveryFailure.reason(e), e);
        }
    }

    @Override
    public void withdraw(String name, boolean acknowledged, long bytes, String sha256) {
        if (keepsFiles()) {
            ask(Stage.PUBLISH, name, store -> {
                store.sweep(name);
                if (acknowledged || store.holds(name, bytes, sha256)) {
                    store.delete(name);
                }
                return true;
            });
        }
    }

    private <T> T ask(Stage stage, String name, Question<T> question) {
        try (FileStore store = open()) {
            return Objects.requireNonNull(question.ask(store));
        } catch (IOException | RuntimeException e) {
            throw new WaybillException(
                    stage, DeliveryFailure.mayPass(e), where(name) + ": " + DeliveryFailure.reason(e), e);
        }
    }

    /** Connects to the place. */
    FileStore open() throws IOException {
        Endpoint there = context.getEndpoint(endpoint);
        org.apache.camel.support.service.ServiceHelper.startService(there);
        if (there instanceof S3Endpoint s3) {
            return new S3Store(s3);
        }
        if (there instanceof RemoteFileEndpoint<?> folder) {
            return RemoteFolder.open(folder);
        }
        throw new IOException("nobody can be asked what lies there");
    }
}
