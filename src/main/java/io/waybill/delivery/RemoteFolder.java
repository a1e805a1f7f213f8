package io.waybill.delivery;

import java.io.IOException;
import java.io.InputStream;
import java.util.function.BooleanSupplier;
import org.apache.camel.Exchange;
import org.apache.camel.component.file.FileComponent;
import org.apache.camel.component.file.GenericFile;
import org.apache.camel.component.file.GenericFileOperationFailedException;
import org.apache.camel.component.file.remote.RemoteFile;
import org.apache.camel.component.file.remote.RemoteFileEndpoint;
import org.apache.camel.support.DefaultExchange;
import org.apache.commons.io.function.IOFunction;
import org.apache.commons.io.input.BoundedInputStream;

/**
 * A folder of an SFTP or FTP server, by a connection of its own that has the endpoint's settings.
 *
 * @param <F> the server's own kind of file
 */
public record RemoteFolder<F>(RemoteFileEndpoint<F> endpoint, RemoteUploads<F> uploads) implements FileStore {

    /** Connects to the folder of an endpoint that is a {@link RemoteServer}. */
    @SuppressWarnings("unchecked")
    public static <F> RemoteFolder<F> open(RemoteFileEndpoint<F> endpoint) throws IOException {
        try {
            RemoteUploads<F> uploads = ((RemoteServer<F>) endpoint).uploads();
            if (!uploads.connect(endpoint.getConfiguration(), new DefaultExchange(endpoint.getCamelContext()))) {
                throw new IOException(
                        "cannot log in to " + endpoint.getConfiguration().remoteServerInformation());
            }
            return new RemoteFolder<>(endpoint, uploads);
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) { // what the method declares
            throw new IOException(e);
        }
    }

    private static String path(RemoteFileEndpoint<?> endpoint, String name) {
        String folder = endpoint.getConfiguration().getDirectory();
        return folder == null || folder.isEmpty() ? name : folder + (folder.endsWith("/") ? "" : "/") + name;
    }

    @Override
    public long size(String name) {
        try {
            return uploads.length(path(endpoint, name)).orElse(-1);
        } catch (GenericFileOperationFailedException e) {
            if (uploads.isMissing(e)) {
                return -1;
            }
            throw e;
        }
    }

    @Override
    public void delete(String name) throws IOException {
        if (size(name) >= 0 && !uploads.server().deleteFile(path(endpoint, name))) {
            throw new IOException("the server did not delete it");
        }
    }

    /** Without a look whether it is there: FTP servers do not list what begins with a dot. */
    @Override
    public void sweep(String name, Transfer transfer) {
        for (Transfer known : transfer.upToThis()) {
            sweep(temporaryPath(endpoint, name, known));
        }
    }

    private void sweep(String path) {
        try {
            uploads.server().deleteFile(path);
        } catch (GenericFileOperationFailedException e) {
            if (!uploads.isMissing(e)) {
                throw e;
            }
        }
    }

    /** Where a file lies while it is on its way, as the server has it. */
    public static String temporaryPath(RemoteFileEndpoint<?> endpoint, String name, Transfer transfer) {
        boolean printedBefore = endpoint.getTempPrefix() != null;
        return path(endpoint, printedBefore ? Transfer.formerTemporary(name) : transfer.temporary(name));
    }

    /**
     * Sends a file by its temporary name; where that fails, nothing of it is left, unless nobody answers.
     *
     * @param stopped whether nobody wants it any more
     */
    public void send(StagedFile file, String name, Transfer transfer, BooleanSupplier stopped) throws IOException {
        String there = temporaryPath(endpoint, name, transfer);
        Exchange exchange = new DefaultExchange(endpoint.getCamelContext());
        boolean sent = false;
        try (InputStream in = stoppable(file.open(), stopped)) {
            int folder = there.lastIndexOf('/');
            if (folder > 0) {
                uploads.buildDirectory(there.substring(0, folder), there.startsWith("/"));
            }
            exchange.getMessage().setBody(in);
            sent = uploads.storeFile(there, exchange, -1);
        } finally {
            if (!sent) {
                sweep(there);
            }
        }
    }

    /** Ends with a failure when nobody wants it any more. */
    private static InputStream stoppable(InputStream in, BooleanSupplier stopped) throws IOException {
        return BoundedInputStream.builder()
                .setInputStream(in)
                .setAfterRead(bytes -> {
                    if (stopped.getAsBoolean()) {
                        throw new IOException("nobody wants it any more");
                    }
                })
                .get();
    }

    @Override
    public <T> T read(String name, IOFunction<InputStream, T> reader) throws IOException {
        if (size(name) < 0) {
            return null;
        }
        boolean streamed = endpoint.getConfiguration().isStreamDownload();
        Exchange exchange = new DefaultExchange(endpoint.getCamelContext());
        GenericFile<F> file = new RemoteFile<>();
        exchange.setProperty(FileComponent.FILE_EXCHANGE_FILE, file);
        endpoint.getConfiguration().setStreamDownload(true);
        try {
            uploads.server().retrieveFile(path(endpoint, name), exchange, -1);
            try (InputStream in = (InputStream) file.getBody()) {
                return reader.apply(in);
            }
        } finally {
            endpoint.getConfiguration().setStreamDownload(streamed);
            uploads.server().releaseRetrievedFileResources(exchange);
        }
    }

    /** Whether the connection still stands, as far as can be seen from here. */
    public boolean isOpen() {
        try {
            return uploads.server().isConnected();
        } catch (GenericFileOperationFailedException e) {
            return false;
        }
    }

    @Override
    public void close() {
        try {
            uploads.server().disconnect();
        } catch (GenericFileOperationFailedException e) {
            uploads.server().forceDisconnect();
        }
    }
}
