package io.waybill.delivery;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import io.waybill.facts.FileFacts;
import io.waybill.rows.Column;
import io.waybill.rows.RowDivider;
import io.waybill.settings.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.InterceptSendToEndpoint;
import org.apache.camel.support.EndpointHelper;
import org.apache.camel.support.service.ServiceHelper;
import org.apache.commons.io.function.IOBiConsumer;
import org.apache.commons.io.function.IOFunction;
import org.apache.commons.io.function.IOSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A place elsewhere, or an endpoint that takes files and keeps none. */
public final class RemoteDestination implements Destination {

    private static final Logger LOG = LoggerFactory.getLogger(RemoteDestination.class);

    private final CamelContext context;
    private final CamelKind kind;
    private final String endpoint;
    private final String place;

    /** Whether this run has asked it something. */
    private volatile boolean begun;

    /** Its endpoint with what its placeholders stood for when it was asked first; it may hold secrets. */
    private volatile String settled;

    RemoteDestination(CamelContext context, CamelKind kind, String endpoint, String place) {
        this.context = context;
        this.kind = kind;
        this.endpoint = endpoint;
        this.place = place;
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
    public void settle() {
        if (settled == null) {
            settled = Settings.of(context)
                    .together(() -> EndpointHelper.resolveEndpointUriPropertyPlaceholders(context, endpoint));
        }
    }

    @Override
    public String where(String name) {
        return keepsFiles() ? place + (place.endsWith("/") ? "" : "/") + name : place + " (" + name + ")";
    }

    @Override
    public void checkName(String name) {
        List<String> folders = List.of(name.split("/", -1));
        if (name.startsWith("/") || folders.contains("..") || folders.contains(".") || folders.contains("")) {
            throw WaybillException.refusal("file_path: \"" + name + "\" leaves its directory " + place);
        }
        String problem = kind.nameProblem(name);
        if (problem != null) {
            throw WaybillException.refusal(
                    "file_path: \"" + name + "\" " + problem + " at " + place + "; choose another name");
        }
    }

    @Override
    public boolean keepsFiles() {
        return kind.keepsFiles();
    }

    @Override
    public <T> T look(Function<Predicate<String>, T> question) {
        if (!keepsFiles()) {
            return question.apply(name -> false);
        }
        return ask(
                Stage.PLAN,
                "",
                store -> question.apply(name -> {
                    try {
                        return store.size(name) >= 0;
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }));
    }

    @Override
    public String checkedBy() {
        return keepsFiles() ? "length" : null;
    }

    @Override
    public String promise() {
        return kind.promise();
    }

    @Override
    public boolean keepsRuns() {
        return kind.takesTableFiles();
    }

    @Override
    public Map<String, Integer> numbers(List<Column> columns) {
        return kind.takesTableFiles() ? ask(Stage.PLAN, "", store -> store.numbers(columns)) : Map.of();
    }

    @Override
    public List<RowDivider> dividers(List<Column> columns) {
        return kind.takesTableFiles() ? ask(Stage.STAGE, "", store -> store.dividers(columns)) : List.of();
    }

    @Override
    public void check(List<FileFacts> files) {
        if (!keepsFiles() || files.isEmpty()) {
            return;
        }
        each(files, FileFacts::name, (store, file) -> {
            long found = store.size(file.name());
            if (found < 0) {
                LOG.warn("{} is not there any more: whoever reads it has taken it", where(file.name()));
            } else if (found != file.bytes()) {
                throw WaybillException.passing(
                        Stage.PUBLISH,
                        where(file.name()) + " has " + found + " bytes after publication, not " + file.bytes());
            }
        });
    }

    @Override
    public void remove(Collection<String> names) {
        if (keepsFiles() && !names.isEmpty()) {
            each(names, name -> name, FileStore::delete);
        }
    }

    @Override
    public <T> T read(String name, IOFunction<InputStream, T> reader) throws IOException {
        try (FileStore store = open()) {
            return store.read(name, reader);
        } catch (RuntimeException e) {
            throw new IOException(DeliveryFailure.reason(e), e);
        }
    }

    @Override
    public boolean holds(FileFacts file) {
        return ask(Stage.PUBLISH, file.name(), store -> isIn(store, file));
    }

    private static boolean isIn(FileStore store, FileFacts file) throws IOException {
        return store.holds(file.name(), file.bytes(), file.sha256());
    }

    @Override
    public void withdraw(List<Sent> files, Transfer transfer) {
        if (keepsFiles() && !files.isEmpty()) {
            stopAhead(files.stream().map(sent -> sent.file().name()).toList(), transfer);
            if (!isShut()) {
                each(files, sent -> sent.file().name(), (store, sent) -> {
                    store.sweep(sent.file().name(), transfer);
                    if (sent.acknowledged() || isIn(store, sent.file())) {
                        store.delete(sent.file().name());
                    }
                });
            }
        }
    }

    @Override
    public boolean sendsAhead(long bytes) {
        return ahead() != null && ahead().sendsAhead(bytes);
    }

    @Override
    public void sendAhead(StagedFile file, String name, String sha256, Transfer transfer) {
        ahead().sendAhead(file, name, sha256, transfer);
    }

    @Override
    public void stopAhead(Collection<String> names, Transfer transfer) {
        if (!names.isEmpty() && ahead() != null) {
            names.forEach(name -> ahead().stopAhead(name, transfer));
        }
    }

    /** Null where the endpoint has to wait until it may publish. */
    private SendsAhead ahead() {
        return there() instanceof SendsAhead ahead ? ahead : null;
    }

    @Override
    public void sweep(Collection<String> names, Transfer transfer) {
        if (!names.isEmpty()) {
            stopAhead(names, transfer);
            if (!isShut()) {
                each(names, name -> name, (store, name) -> store.sweep(name, transfer));
            }
        }
    }

    @Override
    public <T> T inOwnPrefix(IOFunction<OwnPrefix, T> act) {
        return asked(Stage.STAGE, place, () -> {
            Endpoint there = there();
            ServiceHelper.startService(there);
            return act.apply(kind.ownPrefix(there));
        });
    }

    /** Whether nothing of this run can have come there. */
    private boolean isShut() {
        return begun
                && there() instanceof RemoteServer<?> server
                && server.memory().isShut();
    }

    /** Does something with files by one connection. */
    private <F> void each(Collection<F> files, Function<F, String> name, IOBiConsumer<FileStore, F> act) {
        ask(Stage.PUBLISH, name.apply(files.iterator().next()), store -> {
            for (F file : files) {
                act.accept(store, file);
            }
            return true;
        });
    }

    /** @param name a file that it is about, for the message when it cannot be asked */
    private <T> T ask(Stage stage, String name, IOFunction<FileStore, T> question) {
        return asked(stage, name.isEmpty() ? place : where(name), () -> {
            try (FileStore store = open()) {
                return Objects.requireNonNull(question.apply(store));
            }
        });
    }

    /** @param what it is about, for the message when it fails */
    private static <T> T asked(Stage stage, String what, IOSupplier<T> question) {
        try {
            return question.get();
        } catch (IOException | RuntimeException e) {
            if (e instanceof WaybillException known) {
                throw known;
            }
            throw new WaybillException(stage, DeliveryFailure.mayPass(e), what + ": " + DeliveryFailure.reason(e), e);
        }
    }

    /** The endpoint that is asked; the first time, as if it had never been. */
    private Endpoint there() {
        settle();
        Endpoint there = kind.endpoint(context, settled);
        if (there
                instanceof
                InterceptSendToEndpoint interceptor) { // which stands before what is sent, and answers nothing
            there = interceptor.getOriginalEndpoint();
        }
        if (!begun && there instanceof RemoteServer<?> server) {
            begun = true;
            server.memory().begin();
        }
        return there;
    }

    /** Connects to the place. */
    FileStore open() throws IOException {
        Endpoint there = there();
        ServiceHelper.startService(there);
        return kind.store(there);
    }
}
