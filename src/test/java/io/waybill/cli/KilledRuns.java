package io.waybill.cli;

import io.waybill.TestDatabases;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Starts {@code waybill run} again and again, and kills it by SIGKILL at some moment; or puts it to sleep, until another process has gone on
 * with its run.
 */
final class KilledRuns {

    private final Path work;
    private final String flow;
    private final String ledgerUrl;
    private final Random random;
    private final Map<String, Integer> killedIn = new TreeMap<>();
    private int kills;
    private int tooLate;
    private int woken;
    /** How long a run takes that is not killed. */
    private long millis;

    /**
     * @param work the folder of routes and settings
     * @param ledgerUrl of the ledger on PostgreSQL, as user postgres; null where it is a file, which nobody looks into meanwhile
     */
    KilledRuns(Path work, String flow, String ledgerUrl, Random random) {
        this.work = work;
        this.flow = flow;
        this.ledgerUrl = ledgerUrl;
        this.random = random;
    }

    /** Waits for the moment to kill a process. */
    @FunctionalInterface
    interface Moment {

        void await(Process process) throws Exception;
    }

    Process start() throws IOException {
        return start(flow);
    }

    Process start(String other) throws IOException {
        String suffix = other.equals(flow) ? "" : "-" + other;
        ProcessBuilder process = new ProcessBuilder(Launcher.SCRIPT.toString(), "run", other, "--json")
                .directory(work.toFile())
                .redirectOutput(work.resolve("out" + suffix + ".txt").toFile())
                .redirectError(work.resolve("err" + suffix + ".txt").toFile());
        Launcher.startQuickly(process);
        return process.start();
    }

    /** Runs once that makes the ledger's tables, which takes its time, and once more, to know how long it takes. */
    void begin() throws Exception {
        start().waitFor();
        if (ledgerUrl != null) {
            stages().announce();
        }
        time();
    }

    /** Runs once, to know how long it takes. */
    void time() throws Exception {
        long began = System.nanoTime();
        start().waitFor();
        millis = (System.nanoTime() - began) / 1_000_000;
    }

    /** A random moment, from four tenths of a run's time on. */
    Moment atRandom(double most) {
        return process ->
                process.waitFor((long) (millis * (0.4 + (most - 0.4) * random.nextDouble())), TimeUnit.MILLISECONDS);
    }

    /** Some milliseconds after a run has come to a stage. */
    Moment in(String stage, int mostMillis) {
        return process -> {
            stages().await(process, stage);
            process.waitFor(random.nextInt(mostMillis), TimeUnit.MILLISECONDS);
        };
    }

    void kill(Moment moment) throws Exception {
        Process process = start();
        moment.await(process);
        boolean inTime = process.isAlive();
        process.destroyForcibly().waitFor();
        if (!inTime || process.exitValue() == 0) {
            tooLate++;
            return;
        }
        kills++;
        killedIn.merge(open(), 1, Integer::sum);
    }

    private String open() throws SQLException {
        Optional<String> stage = ledgerUrl == null ? Optional.of("ANY") : stages().open();
        return stage.orElse("START");
    }

    /** A process that stops in the middle, is taken for dead, and wakes up when another has gone on with its run. */
    void putToSleep() throws Exception {
        Process sleeper = start();
        sleeper.waitFor((long) (millis * (0.5 + 0.5 * random.nextDouble())), TimeUnit.MILLISECONDS);
        signal(sleeper, "STOP");
        try {
            TestDatabases.execute(ledger(), "UPDATE waybill_lock SET lease_until_ms = 0, lease_boot_ms = 0");
            // where it sleeps in a transaction of its own, nobody goes on
            Process successor = start();
            if (!successor.waitFor(40, TimeUnit.SECONDS)) {
                successor.destroyForcibly().waitFor();
            }
        } finally {
            signal(sleeper, "CONT");
        }
        sleeper.waitFor();
        woken++;
    }

    private static void signal(Process process, String signal) throws Exception {
        new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                .start()
                .waitFor();
    }

    private Stages stages() {
        return new Stages(ledger());
    }

    private DataSource ledger() {
        PGSimpleDataSource ledger = new PGSimpleDataSource();
        ledger.setUrl(ledgerUrl);
        ledger.setUser("postgres");
        return ledger;
    }

    /** How many processes were killed before they had ended. */
    int kills() {
        return kills;
    }

    /** How many of them in which stage, as the ledger shows it; before their run was recorded: {@code START}. */
    Map<String, Integer> killedIn() {
        return killedIn;
    }

    /** How many processes had ended before they were killed. */
    int tooLate() {
        return tooLate;
    }

    /** How many processes were put to sleep, and woke up. */
    int woken() {
        return woken;
    }

    long millis() {
        return millis;
    }
}
