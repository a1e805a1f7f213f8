package io.waybill.flow.toml;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.flow.Flow;
import io.waybill.flow.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every file of flows/wrong has its messages beside it, word for word. */
class WrongFlowsTest {

    private static final Path FOLDER = Path.of("src/test/resources/flows/wrong");
    private static final UnaryOperator<String> PLACEHOLDERS = text -> {
        if (text.contains("{{")) {
            throw new IllegalArgumentException("\"" + text
                    + "\" holds a property placeholder that has no value here; set it in application.properties or the"
                    + " environment");
        }
        return text;
    };

    static Stream<Path> wrongFlows() throws IOException {
        return Files.list(FOLDER)
                .filter(file -> file.toString().endsWith(".toml"))
                .sorted();
    }

    @ParameterizedTest
    @MethodSource("wrongFlows")
    void isRefusedWithTheMessagesBesideIt(Path file) throws IOException {
        String name = file.getFileName().toString();
        Reading<Flow> read = new FlowReader(PLACEHOLDERS).read(name, Files.readString(file));

        String expected = Files.readString(FOLDER.resolve(name.replaceAll("\\.toml$", ".expected")));
        assertThat(messages(read.problems())).isEqualTo(expected.strip());
        assertThat(read.value()).isNull();
    }

    @Test
    void thereAreAtLeastFortyOfThem() throws IOException {
        assertThat(wrongFlows()).hasSizeGreaterThan(40);
    }

    @Test
    void oneReadingReportsAllProblemsOfAllFiles() throws IOException {
        FlowFolder folder = FlowFolder.read(wrongFlows().toList(), PLACEHOLDERS);

        for (Path file : wrongFlows().toList()) {
            assertThat(folder.problems())
                    .anyMatch(problem -> problem.place().file().equals(file.toString()));
        }
        assertThat(folder.flows()).isEmpty();
    }

    private static String messages(List<Problem> problems) {
        return problems.stream().map(Problem::toString).collect(Collectors.joining("\n"));
    }
}
