package io.waybill.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.sql.DataSource;

/** What goes on around runs that are killed: writers that prepare their transactions, a reader that takes files at once, one that looks at a file. */
final class Troubles implements AutoCloseable {

    private final Path work;
    private final DataSource source;
    private final Random random;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Future<?>> running = new ArrayList<>();
    private volatile int taken;
    private volatile int prepared;
    private volatile int gone;

    /** @param work the folder with out/, which the reader empties, and last/, whose file is looked at */
    Troubles(Path work, DataSource source, Random random) {
        this.work = work;
        this.source = source;
        this.random = random;
    }

    void start() throws IOException {
        Files.createDirectories(work.resolve("taken"));
        begin(this::prepare, 150);
        begin(this::take, 1);
        begin(this::look, 1);
    }

    private void begin(Callable<?> act, int pauseMs) {
        running.add(threads.submit(() -> {
            while (!stop.await(pauseMs, TimeUnit.MILLISECONDS)) {
                act.call();
            }
            return null;
        }));
    }

    /** Rows whose ids others overtake, in a transaction that nobody has open, until it is committed. */
    private Void prepare() throws Exception {
        String name = "trouble-" + ++prepared;
        try (Connection connection = source.getConnection()) {
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.execute("INSERT INTO t (payload) SELECT 'prepared' FROM generate_series(1, 5)");
                stop.await(random.nextInt(300), TimeUnit.MILLISECONDS);
                statement.execute("PREPARE TRANSACTION '" + name + "'");
            }
            connection.commit();
        }
        stop.await(random.nextInt(700), TimeUnit.MILLISECONDS);
        commit(name);
        return null;
    }

    private void commit(String name) throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("COMMIT PREPARED '" + name + "'");
        }
    }

    /** Takes each set of files away as soon as its waybill is there. */
    private Void take() throws IOException {
        for (Path waybill : waybills()) {
            Path folder = Files.createDirectory(work.resolve("taken/" + ++taken));
            JsonNode json = new ObjectMapper().readTree(waybill.toFile());
            for (JsonNode file : json.get("files")) {
                Path from = waybill.resolveSibling(file.get("name").asText());
                Path to = folder.resolve(file.get("name").asText()).normalize();
                Files.createDirectories(to.getParent());
                Files.move(from, to);
            }
            Files.move(waybill, folder.resolve("t.waybill.json"));
        }
        return null;
    }

    private List<Path> waybills() throws IOException {
        if (!Files.isDirectory(work.resolve("out"))) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(work.resolve("out"))) {
            return files.filter(file -> file.getFileName().toString().endsWith(".waybill.json")
                            && !file.toString().contains("/.waybill"))
                    .toList();
        } catch (NoSuchFileException | java.io.UncheckedIOException e) {
            return List.of(); // a run has removed it just now
        }
    }

    private boolean seen;

    /** A file that was there once is there always, whole. */
    private Void look() throws IOException {
        Path file = work.resolve("last/last.csv");
        try {
            int lines = lines(Files.readAllBytes(file));
            seen = true;
            if (lines != 1 + Kills.LAST_ROWS) {
                gone++;
            }
        } catch (NoSuchFileException e) {
            gone += seen ? 1 : 0;
        }
        return null;
    }

    private static int lines(byte[] text) {
        int lines = 0;
        for (byte b : text) {
            lines += b == '\n' ? 1 : 0;
        }
        return lines;
    }

    /** How many sets of files were taken. */
    int taken() {
        return taken;
    }

    /** How many transactions were prepared. */
    int prepared() {
        return prepared;
    }

    /** How often the file that was there before was not, or not whole. */
    int gone() {
        return gone;
    }

    @Override
    public void close() throws Exception {
        stop.countDown();
        for (Future<?> thread : running) {
            thread.get();
        }
        threads.shutdown();
        take();
    }
}
