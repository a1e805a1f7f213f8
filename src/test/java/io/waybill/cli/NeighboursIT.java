package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes of several flows that begin at once, on a ledger that is not there yet. More of them: bench/neighbours. */
class NeighboursIT {

    private static final int PROCESSES = 8;

    @TempDir
    private Path work;

    @Test
    void allSucceedThatBeginAtOnceOnTheDefaultLedger() throws Exception {
        Files.writeString(work.resolve("application.properties"), "waybill.datasource.db.url = jdbc:h2:mem:rows\n");
        Path routes = Files.createDirectory(work.resolve("routes"));
        Files.writeString(
                routes.resolve("datasets.toml"),
                "[[dataset]]\nid = \"t\"\nquery = \"SELECT x FROM SYSTEM_RANGE(1, 10)\"\n");
        List<Process> processes = new ArrayList<>();
        for (int i = 0; i < PROCESSES; i++) {
            Files.writeString(
                    routes.resolve("t" + i + ".toml"),
                    "[properties.export]\nsource_dataset_id = \"t\"\nfile_path = \"out/t" + i + ".csv\"\n");
        }
        for (int i = 0; i < PROCESSES; i++) {
            processes.add(start("out-" + i + ".txt", "run", "t" + i));
        }
        for (int i = 0; i < PROCESSES; i++) {
            assertThat(processes.get(i).waitFor(10, TimeUnit.MINUTES)).isTrue();
            assertThat(processes.get(i).exitValue())
                    .as(Files.readString(work.resolve("out-" + i + ".txt")))
                    .isZero();
        }
        Process history = start("history.txt", "history", "--status", "done", "--json");
        assertThat(history.waitFor(10, TimeUnit.MINUTES)).isTrue();
        assertThat(Files.readString(work.resolve("history.txt")).split("\"run_id\""))
                .hasSize(PROCESSES + 1);
    }

    private Process start(String out, String... arguments) throws Exception {
        return Launcher.in(work).start(work.resolve(out), work.resolve(out), arguments);
    }
}
