package io.waybill;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PatientWaitsTest {

    /** One that is short fails where the machine is busy, one that is long says nothing that is not said here. */
    @Test
    void noWaitHasALimitOfItsOwn() throws IOException {
        List<String> found = new ArrayList<>();
        for (String sources : List.of("src/test/java", "src/browser/java")) {
            try (Stream<Path> files = Files.walk(Path.of(sources))) {
                for (Path file :
                        files.filter(path -> path.toString().endsWith(".java")).toList()) {
                    Files.readAllLines(file).stream()
                            .filter(line -> line.contains(".at" + "Most(") || line.contains("Thread.sl" + "eep("))
                            .forEach(line -> found.add(file + ": " + line.strip()));
                }
            }
        }
        assertThat(found).isEmpty();
    }
}
