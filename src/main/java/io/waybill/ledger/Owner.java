package io.waybill.ledger;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;

/**
 * A process that runs flows.
 *
 * @param host its machine's name
 * @param pid its process id there
 * @param startedAt when it started, to the second, by the clock of then
 * @param kernel what its number and its clock are of; null where the operating system tells no such thing, or an earlier version wrote it
 * @param ticks when it started, by the kernel's clock: tells it from a later process of the same id
 * @param id its own, random: nothing else tells it from all others, whatever they are called; null where an earlier version wrote it
 * @param files what its paths lead to: the kernel's number of what is mounted where; {@code -} where nothing tells it
 */
public record Owner(String host, long pid, Instant startedAt, Kernel kernel, long ticks, String id, String files) {

    private static final int LONGEST_HOST = 150;
    private static final int ID_BYTES = 8;

    /** What stands for a kernel of which nothing is told, where something comes behind it. */
    private static final String NO_KERNEL = ":::0";

    /** One of whose kernel nothing is told. */
    public Owner(String host, long pid, Instant startedAt) {
        this(host, pid, startedAt, null, 0, null, null);
    }

    /** This process, as one that no other is, nor another ledger that it opens. */
    static Owner newOne() {
        Owner process = current();
        byte[] id = new byte[ID_BYTES];
        new SecureRandom().nextBytes(id);
        return new Owner(
                process.host,
                process.pid,
                process.startedAt,
                process.kernel,
                process.ticks,
                HexFormat.of().formatHex(id),
                Kernel.mounts());
    }

    /** This process, without an id. */
    public static Owner current() {
        ProcessHandle process = ProcessHandle.current();
        Kernel kernel = Kernel.current().orElse(null);
        return new Owner(
                hostName(),
                process.pid(),
                startOf(process).orElse(Instant.EPOCH),
                kernel,
                kernel == null ? 0 : Kernel.startTicks(process.pid()).orElse(0),
                null,
                null);
    }

    private static String hostName() {
        try {
            String name = InetAddress.getLocalHost().getHostName();
            return name.length() <= LONGEST_HOST ? name : name.substring(0, LONGEST_HOST);
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
        if (parts.length == 3) {
            return new Owner(parts[0], Long.parseLong(parts[1]), Instant.parse(parts[2]));
        }
        String[] kernel = parts[3].split(":");
        String[] own = parts.length == 4 ? new String[2] : parts[4].split(":");
        return new Owner(
                parts[0],
                Long.parseLong(parts[1]),
                Instant.parse(parts[2]),
                kernel[0].isEmpty() ? null : new Kernel(kernel[0], kernel[1], kernel[2]),
                Long.parseLong(kernel[3]),
                own[0],
                own[1]);
    }

    /**
     * Whether it is known to have ended: its number meant what it means to this process, and no such process is there any more. Of
     * another container nothing is known, whatever its name is.
     */
    boolean isDead() {
        Optional<Kernel> here = Kernel.current();
        if (kernel == null) {
            return host.equals(hostName()) && isGone();
        }
        if (here.isEmpty() || !here.get().sharesProcessesWith(kernel)) {
            return false;
        }
        var now = Kernel.startTicks(pid);
        return now.isPresent() ? now.getAsLong() != ticks : Kernel.showsAllProcesses();
    }

    private boolean isGone() {
        return ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                .map(process ->
                        startOf(process).map(start -> !start.equals(startedAt)).orElse(false))
                .orElse(true);
    }

    /** Whether its lease is told by the clock of this process's kernel. */
    boolean sharesClock() {
        return kernel != null
                && Kernel.current().filter(here -> here.sharesClockWith(kernel)).isPresent();
    }

    /** Whether its files are where this process's are, as far as the machine's name says. */
    public boolean isHere() {
        return host.equals(hostName());
    }

    /**
     * Whether a file of its that is not there is gone: its paths lead where those of this process lead. What an earlier version wrote says that
     * by the name of the machine; machines and containers of one name may have different files.
     */
    public boolean sharesFiles() {
        if (id == null) {
            return isHere();
        }
        return sharesClock() && !files.equals(Kernel.NOTHING) && files.equals(Kernel.mounts());
    }

    /** For people: {@code process 4711 on host}. */
    public String words() {
        return "process " + pid + " on " + host;
    }

    /** As the ledger keeps it. */
    @Override
    public String toString() {
        String told = kernel == null
                ? NO_KERNEL
                : kernel.boot() + ":" + kernel.time() + ":" + kernel.processes() + ":" + ticks;
        return host + " " + pid + " " + startedAt
                + (kernel == null && id == null ? "" : " " + told)
                + (id == null ? "" : " " + id + ":" + files);
    }
}
