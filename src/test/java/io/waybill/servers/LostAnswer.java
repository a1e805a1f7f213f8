package io.waybill.servers;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;

/** Stands before a server of HTTP, and loses one of its answers: what was asked is done, and nobody is told. */
public final class LostAnswer implements AutoCloseable {

    private final RawServer proxy;
    private final int port;
    private final String request;
    private final String end;
    private final AtomicBoolean lost = new AtomicBoolean();

    private LostAnswer(int port, String request, String end) throws IOException {
        this.port = port;
        this.request = request;
        this.end = end;
        this.proxy = RawServer.start(this::forward);
    }

    /**
     * @param port of the server, at this machine
     * @param request a regular expression of the request line whose first answer is lost
     * @param end how the answer ends
     */
    public static LostAnswer before(int port, String request, String end) throws IOException {
        return new LostAnswer(port, request, end);
    }

    public String endpoint() {
        return "http://127.0.0.1:" + proxy.port();
    }

    public boolean isLost() {
        return lost.get();
    }

    private void forward(InputStream in, OutputStream out) throws Exception {
        try (Socket server = new Socket("127.0.0.1", port)) {
            AtomicBoolean mute = new AtomicBoolean();
            Thread back = new Thread(() -> answer(server, out, mute));
            back.setDaemon(true);
            back.start();
            byte[] bytes = new byte[1 << 16];
            for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
                String line = new String(bytes, 0, read, StandardCharsets.ISO_8859_1)
                        .lines()
                        .findFirst()
                        .orElse("");
                if (line.matches(request) && lost.compareAndSet(false, true)) {
                    mute.set(true);
                }
                server.getOutputStream().write(bytes, 0, read);
            }
        }
    }

    private void answer(Socket server, OutputStream out, AtomicBoolean mute) {
        try {
            InputStream in = server.getInputStream();
            StringBuilder kept = new StringBuilder();
            byte[] bytes = new byte[1 << 16];
            for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
                if (!mute.get()) {
                    out.write(bytes, 0, read);
                } else if (kept.append(new String(bytes, 0, read, StandardCharsets.ISO_8859_1))
                                .indexOf(end)
                        >= 0) {
                    break;
                }
            }
            out.close(); // and the connection with it
        } catch (IOException e) {
            // one side has gone away
        }
    }

    @Override
    public void close() throws IOException {
        proxy.close();
    }
}
