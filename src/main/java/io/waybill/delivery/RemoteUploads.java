package io.waybill.delivery;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import io.waybill.rows.Forwarding;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import org.apache.camel.Exchange;
import org.apache.camel.component.file.GenericFileOperationFailedException;
import org.apache.camel.component.file.remote.RemoteFileConfiguration;
import org.apache.camel.component.file.remote.RemoteFileOperations;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What camel-ftp does on a server, for files that are to be there whole: one gets its name when it has arrived with all its bytes, and
 * the name is moved to it in one step where the server can.
 *
 * @param <F> the server's own kind of file
 */
public abstract class RemoteUploads<F> {

    private static final Logger LOG = LoggerFactory.getLogger(RemoteUploads.class);

    private final RemoteFileOperations<F> server;
    private final ServerMemory memory;

    /** The lengths of files that were written, by their temporary names. */
    private final Map<String, Long> written = new HashMap<>();

    /** The folder that could not be made. */
    private String lacking;

    /**
     * @param server camel-ftp's own operations
     * @param memory shared by all connections of an endpoint
     */
    protected RemoteUploads(RemoteFileOperations<F> server, ServerMemory memory) {
        this.server = server;
        this.memory = memory;
    }

    /** The length of a file, -1 where it is not there; empty where the server does not tell. */
    protected abstract OptionalLong length(String path);

    /** Connects, and gets everything ready to write files. */
    protected boolean logIn(RemoteFileConfiguration configuration, Exchange exchange) {
        return server.connect(configuration, exchange);
    }

    /** What the server says against something; null where it has said nothing. */
    protected abstract ServerReply reply(GenericFileOperationFailedException failure);

    /** Whether a failure is that a file is not there. */
    protected abstract boolean isMissing(GenericFileOperationFailedException failure);

    /** Whether a file lies there already by its temporary name. */
    protected boolean isWritten(String temporary, StagedFile file) throws InterruptedException {
        return false;
    }

    /** Whether a file is being sent, or was, by its temporary name. */
    protected boolean isSentAhead(String temporary) {
        return false;
    }

    /** What camel-ftp itself does. */
    protected final RemoteFileOperations<F> server() {
        return server;
    }

    /** What camel-ftp is to do: the same, but for what brings files to their names. */
    @SuppressWarnings("unchecked")
    public final RemoteFileOperations<F> operations() {
        return Forwarding.of(RemoteFileOperations.class, (method, given) -> switch (method.getName()) {
            case "connect" -> connect((RemoteFileConfiguration) given[0], (Exchange) given[1]);
            case "buildDirectory" -> buildDirectory((String) given[0], (boolean) given[1]);
            case "existsFile" -> existsFile((String) given[0]);
            case "storeFile" -> storeFile((String) given[0], (Exchange) given[1], (long) given[2]);
            case "renameFile" -> renameFile((String) given[0], (String) given[1]);
            default -> Forwarding.to(server, method, given);
        });
    }

    final boolean storeFile(String name, Exchange exchange, long size) {
        Optional<StagedFile> file = StagedFile.in(exchange);
        written.remove(name);
        try {
            if (file.isEmpty() || !isWritten(name, file.get())) {
                attempt("write", name, () -> server.storeFile(name, exchange, size));
            }
            if (file.isPresent()) {
                written.put(name, file.get().length());
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new GenericFileOperationFailedException("interrupted while " + name + " was sent", e);
        } catch (IOException e) {
            throw new GenericFileOperationFailedException("Cannot read what is to be sent as " + name, e);
        }
    }

    /**
     * Renames in one step where the server can; one that does not rename over a file that is there has it removed first, so that
     * readers may find none for a moment, and never half of one.
     */
    private boolean renameFile(String from, String to) {
        Long bytes = written.remove(from);
        if (bytes != null) {
            checkLength(from, bytes);
        }
        try {
            attempt("rename", from + " to " + to, () -> server.renameFile(from, to));
        } catch (WaybillException e) {
            if (!server.isConnected()) {
                if (bytes != null) {
                    memory.unanswered(to, bytes);
                }
                throw e;
            }
            if (isMissing(to) || isMissing(from)) {
                throw e;
            }
            LOG.debug("The server does not rename over {}, which is removed first", to);
            attempt("remove", to, () -> server.deleteFile(to));
            attempt("rename", from + " to " + to, () -> server.renameFile(from, to));
        }
        memory.answered(to);
        return true;
    }

    /** What has not all its bytes gets no name. */
    private void checkLength(String from, long bytes) {
        OptionalLong found = length(from);
        if (found.isPresent() && found.getAsLong() != bytes) {
            throw WaybillException.passing(
                    Stage.PUBLISH,
                    from + (found.getAsLong() < 0 ? " is not there" : " has " + found.getAsLong() + " bytes")
                            + " after it was sent with " + bytes + "; it was not renamed");
        }
    }

    private boolean isMissing(String path) {
        return length(path).orElse(0) < 0;
    }

    /** Does something, and says what it was where the server does not. */
    private void attempt(String act, String path, BooleanSupplier step) {
        GenericFileOperationFailedException failure = null;
        try {
            if (step.getAsBoolean()) {
                return;
            }
        } catch (GenericFileOperationFailedException e) {
            if (String.valueOf(e.getMessage()).startsWith(DeliveryFailure.EXISTS)) {
                throw e;
            }
            failure = e;
        }
        ServerReply reply = reply(failure);
        throw reply == null
                ? ServerReply.broken(act, path, failure)
                : reply.toException(act, path, lacking != null && path.startsWith(lacking) ? lacking : null, failure);
    }

    /** Where nothing may be there yet, what an unanswered rename has put there is no reason to stop: it is put there again. */
    private boolean existsFile(String name) {
        if (isSentAhead(name)) { // camel-ftp would remove it
            return false;
        }
        OptionalLong found = length(name);
        boolean exists = found.isPresent() ? found.getAsLong() >= 0 : server.existsFile(name);
        return exists && !memory.mayBeUnanswered(name, found.orElse(-1));
    }

    final boolean buildDirectory(String directory, boolean absolute) {
        boolean made = server.buildDirectory(directory, absolute);
        lacking = made ? null : directory;
        return made;
    }

    final boolean connect(RemoteFileConfiguration configuration, Exchange exchange) {
        synchronized (memory) { // two at once would both be refused
            memory.check();
            try {
                boolean connected = logIn(configuration, exchange);
                memory.letIn();
                return connected;
            } catch (RuntimeException e) {
                if (!DeliveryFailure.mayPass(e)) {
                    memory.refused(e);
                }
                throw e;
            }
        }
    }
}
