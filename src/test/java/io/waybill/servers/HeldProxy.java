package io.waybill.servers;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Stands before a server of HTTP, and lets nothing more through once that was asked so many times to change something. */
public final class HeldProxy implements AutoCloseable {

    private final RawServer proxy;
    private final int port;
    private final AtomicInteger left = new AtomicInteger(Integer.MAX_VALUE);
    private volatile CountDownLatch held = new CountDownLatch(1);

    private HeldProxy(int port) throws IOException {
        this.port = port;
        this.proxy = RawServer.start(this::forward);
    }

    /** @param port of the server, at this machine */
    public static HeldProxy before(int port) throws IOException {
        return new HeldProxy(port);
    }

    public int port() {
        return proxy.port();
    }

    /** Lets so many more requests through that change something. */
    public void letThrough(int requests) {
        held = new CountDownLatch(1);
        left.set(requests);
    }

    /** Waits until a request is held. */
    public void awaitHeld() throws InterruptedException {
        if (!held.await(5, TimeUnit.MINUTES)) {
            throw new IllegalStateException("no request is held");
        }
    }

    private void forward(InputStream in, OutputStream out) throws Exception {
        try (Socket server = new Socket("127.0.0.1", port)) {
            Thread back = new Thread(() -> copy(server, out));
            back.setDaemon(true);
            back.start();
            byte[] bytes = new byte[1 << 16];
            for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
                String head = new String(bytes, 0, Math.min(read, 5), StandardCharsets.ISO_8859_1);
                boolean changes = head.startsWith("PUT ") || head.startsWith("POST ");
                if (changes ? left.decrementAndGet() < 0 : left.get() < 0) {
                    held.countDown();
                    while (in.read(bytes) >= 0) {
                        // until the client gives up, or is killed
                    }
                    return;
                }
                server.getOutputStream().write(bytes, 0, read);
            }
        }
    }

    private static void copy(Socket server, OutputStream out) {
        try {
            server.getInputStream().transferTo(out);
        } catch (IOException e) {
            // one side has gone away
        }
    }

    @Override
    public void close() throws IOException {
        proxy.close();
    }
}
