package io.waybill.ledger;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.Optional;

/**
 * A process that runs flows.
 *
 * @param host its machine's name
 * @param pid its process id there
 * @param startedAt when it started, to the second; tells it from a later process of the same id
 */
public record Owner(String host, long pid, Instant startedAt) {

    /** This process. */
    public static Owner current() {
        ProcessHandle process = ProcessHandle.current();
        return new Owner(hostName(), process.pid(), startOf(process).orElse(Instant.EPOCH));
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }

    private static Optional<Instant> startOf(ProcessHandle process) {
        return process.info().startInstant().map(start -> Instant.ofEpochSecond(start.getEpochSecond()));
    }

    /** Reads what {@link #toString} wrote. */
    static Owner parse(String text) {
        String[] parts = text.split(" ");
        return new Owner(parts[0], Long.parseLong(parts[1]), Instant.parse(parts[2]));
    }

    /** Whether it is known to have ended: it ran on this machine, and no such process does any more. */
    boolean isDead() {
        if (!host.equals(hostName())) {
            return false;
        }
        return ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                .map(process ->
                        startOf(process).map(start -> !start.equals(startedAt)).orElse(false))
                .orElse(true);
    }

    /** For people: {@code process 4711 on host}. */
    public String words() {
        return "process " + pid + " on " + host;
    }

    /** As the ledger keeps it. */
    @Override
    public String toString() {
        return host + " " + pid + " " + startedAt;
    }
}
