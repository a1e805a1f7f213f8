package io.waybill.part;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.facts.FileFacts;
import io.waybill.ledger.RunResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files that go by time. */
class ChunksTest {

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.over(
            "CREATE TABLE t (id integer, d date, l timestamp, i timestamp with time zone)",
            "INSERT INTO t VALUES"
                    + " (3, DATE '2026-01-05', TIMESTAMP '2026-01-05 00:00:00', TIMESTAMP WITH TIME ZONE '2026-01-04 23:00:00Z'),"
                    + " (1, DATE '2025-12-31', TIMESTAMP '2025-12-31 23:59:59.999999', TIMESTAMP WITH TIME ZONE '2025-12-31 22:59:59.999999Z'),"
                    + " (2, DATE '2026-01-04', TIMESTAMP '2026-01-04 23:59:59', TIMESTAMP WITH TIME ZONE '2026-01-04 22:59:59Z'),"
                    + " (4, DATE '2026-02-01', TIMESTAMP '2026-02-01 00:30:00', TIMESTAMP WITH TIME ZONE '2026-01-31 23:30:00Z'),"
                    + " (5, DATE '2026-02-01', TIMESTAMP '2026-02-01 01:00:00', TIMESTAMP WITH TIME ZONE '2026-02-01 00:00:00Z')");

    private RunResult export(String keys) throws Exception {
        return harness.export("source_dataset_id = \"t\"\nfile_path = \"{{root}}/out/t.csv\"\n" + keys
                + "[[triggers]]\ntype = \"manual\"\ntimezone = \"Europe/Vienna\"\n");
    }

    /** The ids of each file: {@code 1 2|3}. */
    private static String ids(RunResult result) throws Exception {
        List<String> files = new ArrayList<>();
        for (FileFacts file : result.files()) {
            List<String> ids = Files.readAllLines(Path.of(file.name())).stream()
                    .skip(1)
                    .map(line -> line.replaceAll(",.*", ""))
                    .toList();
            assertThat(file.rows()).isEqualTo(ids.size());
            files.add(String.join(" ", ids));
        }
        return String.join("|", files);
    }

    @ParameterizedTest
    @CsvSource({
        "hour,l,1|2|3|4|5",
        "day,l,1|2|3|4 5",
        "week,l,1 2|3|4 5",
        "month,l,1|2 3|4 5",
        "year,l,1|2 3 4 5",
        "day,d,1|2|3|4 5",
        "week,d,1 2|3|4 5",
        "month,d,1|2 3|4 5",
        "year,d,1|2 3 4 5",
        // an instant belongs to the day that it is in Vienna, where it is an hour later
        "hour,i,1|2|3|4|5",
        "day,i,1|2|3|4 5",
        "week,i,1 2|3|4 5",
        "month,i,1|2 3|4 5",
        "year,i,1|2 3 4 5"
    })
    void eachSpanOfTimeHasAFileOfItsOwn(String every, String column, String expected) throws Exception {
        RunResult result = export("chunk_by = { column = \"" + column + "\", every = \"" + every + "\" }\n");

        assertThat(ids(result)).isEqualTo(expected);
        assertThat(result.files().get(0).name()).endsWith("t_part_1.csv");
    }

    @Test
    void aSpanOfManyRowsHasSeveralFiles() throws Exception {
        assertThat(ids(export("chunk_by = { column = \"d\", every = \"year\" }\nmax_rows_per_file = 3\n")))
                .isEqualTo("1|2 3 4|5");
    }

    @Test
    void spansGoOnOverBatches() throws Exception {
        TestDatabases.execute(
                harness.database(),
                "DELETE FROM t",
                "INSERT INTO t SELECT x, DATEADD('DAY', x / 1500, DATE '2026-01-01'), NULL, NULL FROM system_range(0, 4499)");

        RunResult result = export("chunk_by = { column = \"d\", every = \"day\" }\n");

        assertThat(result.files()).extracting(FileFacts::rows).containsExactly(1500L, 1500L, 1500L);
    }

    @Test
    void rowsWithoutATimeHaveAFileOfTheirOwn() throws Exception {
        TestDatabases.execute(harness.database(), "INSERT INTO t (id) VALUES (9)");

        assertThat(ids(export("chunk_by = { column = \"l\", every = \"month\" }\n")))
                .isEqualTo("9|1|2 3|4 5");
    }

    @Test
    void anHourThatTheClockShowsTwiceIsTwoHours() throws Exception {
        TestDatabases.execute(
                harness.database(),
                "DELETE FROM t",
                "INSERT INTO t (id, i) VALUES (1, TIMESTAMP WITH TIME ZONE '2026-10-25 00:30:00Z'),"
                        + " (2, TIMESTAMP WITH TIME ZONE '2026-10-25 01:30:00Z')");

        assertThat(ids(export("chunk_by = { column = \"i\", every = \"hour\" }\n")))
                .isEqualTo("1|2");
    }

    @Test
    void whatCannotGoByTimeIsNamed() {
        assertThatThrownBy(() -> export("chunk_by = { column = \"id\", every = \"day\" }\n"))
                .hasMessage("chunk_by: column id is integer; files go by dates or times");
        assertThatThrownBy(() -> export("chunk_by = { column = \"d\", every = \"hour\" }\n"))
                .hasMessage("chunk_by: column d is date, which has no hours; allowed: day, week, month, year");
        assertThatThrownBy(() -> export("columns = [\"id\"]\nchunk_by = { column = \"d\", every = \"day\" }\n"))
                .hasMessage("chunk_by: column d is not among those that are exported; add it to columns");
        assertThatThrownBy(() -> export("chunk_by = { column = \"when\", every = \"day\" }\n"))
                .hasMessageStartingWith("chunk_by: data set \"t\" has no column \"when\"");
    }
}
