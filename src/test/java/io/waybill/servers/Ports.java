package io.waybill.servers;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** Ports of this machine. */
public final class Ports {

    private static final int FIRST = 10_000;

    /** Where those begin that the machine gives to whoever asks for any: by Linux, unless it is told otherwise. */
    private static final int GIVEN_TO_ANYBODY = 32_768;

    private static final int TRIES = 1000;

    private Ports() {}

    /**
     * One that nobody listens at, now or by accident when it is used: it is none of those that others get who ask for any, or who connect to
     * somewhere.
     */
    public static int free() {
        int end = firstThatAnybodyGets();
        Random random = new Random();
        for (int i = 0; i < TRIES && end > FIRST; i++) {
            int port = FIRST + random.nextInt(end - FIRST);
            try (ServerSocket socket = new ServerSocket(port)) {
                return socket.getLocalPort();
            } catch (IOException e) {
                // somebody listens there
            }
        }
        throw new IllegalStateException("no port is free from " + FIRST + " to " + end);
    }

    private static int firstThatAnybodyGets() {
        try {
            String range = Files.readString(Path.of("/proc/sys/net/ipv4/ip_local_port_range"));
            int first = Integer.parseInt(range.strip().split("\\s+")[0]);
            return first > FIRST ? first : GIVEN_TO_ANYBODY;
        } catch (IOException e) {
            return GIVEN_TO_ANYBODY;
        }
    }

    /** Whether somebody listens at one. */
    static boolean isOpen(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port), 1000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether this machine has a loopback address of IPv6. */
    public static boolean hasIpVersion6() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("::1"))) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
