package io.waybill.ledger;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What tells the processes of one start of one Linux machine from all others: names of hosts and numbers of processes are given twice,
 * to containers above all.
 *
 * @param boot of this start of the machine; {@code -} where nothing tells it
 * @param time the namespace of the clock that begins with it
 * @param processes the namespace of the processes' numbers
 */
record Kernel(String boot, String time, String processes) {

    /** What stands for something that nothing tells. */
    static final String NOTHING = "-";

    /** Nothing is known of it: it is nobody's. */
    static final Kernel UNKNOWN = new Kernel(NOTHING, NOTHING, NOTHING);

    private static final Path PROC = Path.of("/proc");

    /** That of this process; empty where the operating system is another. */
    static Optional<Kernel> current() {
        if (!System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("linux")) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Kernel(
                    Files.readString(PROC.resolve("sys/kernel/random/boot_id"))
                            .strip()
                            .replace("-", ""),
                    namespace("time"),
                    namespace("pid")));
        } catch (IOException | RuntimeException e) {
            return Optional.of(UNKNOWN);
        }
    }

    /** The number of what is mounted where, as this process sees it. */
    static String mounts() {
        try {
            return namespace("mnt");
        } catch (IOException | RuntimeException e) {
            return NOTHING;
        }
    }

    /** The number of a namespace. Linux before 5.6 has none of time: there is one clock then. */
    private static String namespace(String kind) throws IOException {
        Path link = PROC.resolve("self/ns").resolve(kind);
        if (kind.equals("time") && !Files.exists(link, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
            return "0";
        }
        return Files.readSymbolicLink(link).toString().replaceAll("\\D", "");
    }

    boolean isKnown() {
        return !boot.equals(UNKNOWN.boot);
    }

    /** Whether a process of another keeps the same clock. */
    boolean sharesClockWith(Kernel other) {
        return isKnown() && boot.equals(other.boot) && time.equals(other.time);
    }

    /** Whether a number of a process means the same to another. */
    boolean sharesProcessesWith(Kernel other) {
        return isKnown() && boot.equals(other.boot) && processes.equals(other.processes);
    }

    /**
     * The time since the machine was started, which nobody sets. Java says nothing of where its own clock begins; on Linux it is the
     * kernel's CLOCK_MONOTONIC, the same for all processes.
     */
    static long uptimeMs() {
        return System.nanoTime() / 1_000_000;
    }

    /**
     * When a process was started, in ticks since the machine was (proc(5): field 22 of stat, of which the second may hold anything
     * in brackets); empty where there is none of that number, or it is hidden.
     */
    static OptionalLong startTicks(long pid) {
        try {
            String stat = Files.readString(PROC.resolve(Long.toString(pid)).resolve("stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return OptionalLong.of(Long.parseLong(fields[19]));
        } catch (IOException | RuntimeException e) {
            return OptionalLong.empty();
        }
    }

    /** Whether processes of other users can be seen, as the first one is. */
    static boolean showsAllProcesses() {
        return Files.isReadable(PROC.resolve("1/stat"));
    }
}
