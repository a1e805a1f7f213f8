package io.waybill.delivery;

/**
 * An endpoint that logs in to a server.
 *
 * @param <F> the server's own kind of file
 */
public interface RemoteServer<F> {

    /** What it knows of it. */
    ServerMemory memory();

    /** How files come there, by a connection of its own. */
    RemoteUploads<F> uploads() throws Exception;
}
