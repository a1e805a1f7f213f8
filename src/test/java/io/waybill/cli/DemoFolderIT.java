package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.TestFiles;
import io.waybill.cli.Launcher.Ended;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code waybill demo} outside of the project that it comes with. */
class DemoFolderIT {

    @TempDir
    private Path work;

    @Test
    void itsFlowsHaveAFolderOfTheirOwn() throws Exception {
        Files.createDirectory(work.resolve("routes"));
        Files.writeString(work.resolve("routes/mine.toml"), "# a flow of mine\n");

        Ended demo = Launcher.in(work).run("demo");

        assertThat(demo.err()).isEmpty();
        assertThat(demo.out())
                .startsWith("The demo's flows are in " + work.resolve("waybill-demo") + ".\n")
                .contains("exports/orders.csv begins:", "  cd waybill-demo\n", "  waybill plan customers_json ");
        assertThat(TestFiles.below(work.resolve("routes"))).containsExactly("mine.toml");
        assertThat(TestFiles.below(work.resolve("waybill-demo/routes")))
                .containsExactlyInAnyOrderElementsOf(TestFiles.below(Path.of("routes")).stream()
                        .filter(file -> file.equals("datasets.toml") || isOfTheDemo(file))
                        .toList());

        Ended again = Launcher.in(work).run("demo");
        assertThat(again.exitCode()).as(again.err()).isZero();
        assertThat(again.out()).startsWith("A database of 100,000 orders");
        assertThat(Launcher.in(work.resolve("waybill-demo")).run("list").out()).contains("orders_full");
    }

    private static boolean isOfTheDemo(String file) {
        try {
            return Files.readString(Path.of("routes", file)).contains("namespace = \"demo\"");
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void toAskForHelpMakesNone() throws Exception {
        assertThat(Launcher.in(work).run("demo", "--help").out()).contains("waybill-demo");
        assertThat(work).isEmptyDirectory();
    }
}
