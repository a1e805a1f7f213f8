package io.waybill.servers;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A server that does what it is told with the bytes of a connection: what no server of a library does wrong. */
public final class RawServer implements AutoCloseable {

    /** What becomes of a connection, which is closed afterwards. */
    @FunctionalInterface
    public interface Conversation {

        void hold(InputStream in, OutputStream out) throws Exception;
    }

    private final ServerSocket socket;
    private final Conversation conversation;
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private final AtomicInteger connections = new AtomicInteger();

    private RawServer(Conversation conversation) throws IOException {
        this.conversation = conversation;
        socket = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        Thread accepting = new Thread(this::accept, "raw-server");
        accepting.setDaemon(true);
        accepting.start();
    }

    public static RawServer start(Conversation conversation) throws IOException {
        return new RawServer(conversation);
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                Socket connection = socket.accept();
                connections.incrementAndGet();
                open.add(connection);
                Thread holding = new Thread(() -> hold(connection), "raw-server-connection");
                holding.setDaemon(true);
                holding.start();
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void hold(Socket connection) {
        try (connection) {
            conversation.hold(connection.getInputStream(), connection.getOutputStream());
        } catch (Exception e) { // the client has gone away
            open.remove(connection);
        }
    }

    /** Reads the head of an HTTP request, up to the empty line. */
    public static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int octet = in.read();
            if (octet < 0) {
                break;
            }
            head.append((char) octet);
        }
        return head.toString();
    }

    public int port() {
        return socket.getLocalPort();
    }

    /** How many connections it was asked for. */
    public int connections() {
        return connections.get();
    }

    @Override
    public void close() throws IOException {
        socket.close();
        for (Socket connection : open) {
            connection.close();
        }
    }
}
