package io.waybill.route.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.facts.FileFacts;
import io.waybill.ledger.RunResult;
import io.waybill.part.Verification;
import io.waybill.route.WaybillConstants;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is at the destination after a run. */
class PublicationTest {

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.over(
            "CREATE TABLE numbers (n integer primary key, word varchar(20))",
            "INSERT INTO numbers SELECT x, 'word ' || x FROM system_range(1, 2500)",
            "CREATE TABLE empty (n integer primary key, word varchar(20))");

    private RunResult export(String path, String keys) throws Exception {
        return harness.export("file_path = \"{{root}}/out/" + path + "\"\norder_by = \"n\"\n"
                + (keys.contains("source_dataset_id") ? "" : "source_dataset_id = \"numbers\"\n") + keys);
    }

    private List<String> published() throws IOException {
        Path out = harness.file("out");
        if (!Files.exists(out)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(out)) {
            return files.filter(file -> !file.equals(out))
                    .map(file -> out.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    @Test
    void aRunLeavesItsFileAndItsWaybillAndNothingElse() throws Exception {
        RunResult result = export("numbers.csv", "");

        assertThat(published()).containsExactly("numbers.csv", "numbers.csv.waybill.json");
        FileFacts file = result.files().get(0);
        assertThat(Path.of(file.name())).hasSize(file.bytes());
        assertThat(file.rows()).isEqualTo(2500).isEqualTo(result.rows());
        assertThat(Verification.of(harness.file("out/numbers.csv.waybill.json")).passed())
                .isTrue();
    }

    @Test
    void theSameRowsGiveTheSameBytesInEveryFormat() throws Exception {
        for (String path : List.of("a.csv", "a.json", "a.jsonl.gz", "a.parquet", "a.csv.zst")) {
            String first = export(path, "").files().get(0).sha256();
            assertThat(export(path, "").files().get(0).sha256()).as(path).isEqualTo(first);
        }
    }

    @Test
    void partsEndAtTheirMostRows() throws Exception {
        RunResult result = export("numbers.csv", "max_rows_per_file = 1000\n");

        assertThat(published())
                .containsExactly(
                        "numbers.csv.waybill.json", "numbers_part_1.csv", "numbers_part_2.csv", "numbers_part_3.csv");
        assertThat(result.files()).extracting(FileFacts::rows).containsExactly(1000L, 1000L, 500L);
        assertThat(Files.readAllLines(harness.file("out/numbers_part_3.csv")).get(1))
                .isEqualTo("2001,word 2001");
    }

    @Test
    void thePartsNumberStandsWhereThePathSays() throws Exception {
        export("{part}/numbers-{part}.jsonl", "max_rows_per_file = 2000\n");

        assertThat(published()).contains("1/numbers-1.jsonl", "2/numbers-2.jsonl", "numbers.jsonl.waybill.json");
        assertThat(Verification.of(harness.file("out/numbers.jsonl.waybill.json"))
                        .passed())
                .isTrue();
    }

    @Test
    void partsEndAboutAtTheirSize() throws Exception {
        RunResult result = export("numbers.csv", "target_file_size_bytes = 8000\n");

        assertThat(result.files()).hasSizeGreaterThan(3);
        assertThat(result.files().subList(0, result.files().size() - 1))
                .allSatisfy(file -> assertThat(file.bytes()).isBetween(8_000L, 10_000L));
        assertThat(result.files().stream().mapToLong(FileFacts::rows).sum()).isEqualTo(2500);
    }

    @Test
    void rowGroupsTakePrecedenceOverTheSize() throws Exception {
        RunResult result = export(
                "numbers/",
                "format = \"parquet\"\nmax_row_groups_per_file = 2\ntarget_file_size_bytes = 1\n"
                        + "exporter_config = { row_group_size = 4000, dictionary = false }\n");

        assertThat(published())
                .startsWith(
                        "numbers",
                        "numbers/flow1.waybill.json",
                        "numbers/part-00000.parquet",
                        "numbers/part-00001.parquet");
        assertThat(result.files().stream().mapToLong(FileFacts::rows).sum()).isEqualTo(2500);
        assertThat(Files.readString(harness.file("out/numbers/flow1.waybill.json")))
                .contains("\"row_groups\" : 2");
    }

    @Test
    void fewerPartsThanLastTimeLeaveNoneOfTheOlderOnes() throws Exception {
        export("numbers.csv", "max_rows_per_file = 500\n");
        export("numbers.csv", "max_rows_per_file = 2000\n");

        assertThat(published()).containsExactly("numbers.csv.waybill.json", "numbers_part_1.csv", "numbers_part_2.csv");
    }

    @Test
    void anOlderWaybillIsGoneBeforeTheFirstOfItsFilesIsReplaced() throws Exception {
        export("numbers.csv", "");
        harness.load(
                "same.toml",
                "[properties.export]\nsource_dataset_id = \"numbers\"\nfile_path = \"{{root}}/out/numbers.csv\"\nlimit = 3\n");
        List<String> whileReplacing = new java.util.concurrent.CopyOnWriteArrayList<>();
        org.apache.camel.builder.AdviceWith.adviceWith(
                harness.context(),
                "same.delivery",
                route -> route.weaveById("same.publish")
                        .before()
                        .process(exchange -> whileReplacing.addAll(published())));

        harness.run("same");

        assertThat(whileReplacing).contains("numbers.csv").doesNotContain("numbers.csv.waybill.json");
        assertThat(Verification.of(harness.file("out/numbers.csv.waybill.json")).passed())
                .isTrue();
    }

    @Test
    void overwriteReplacesTheFile() throws Exception {
        export("numbers.csv", "limit = 1\n");
        export("numbers.csv", "limit = 2\n");

        assertThat(harness.file("out/numbers.csv")).hasContent("n,word\n1,word 1\n2,word 2");
    }

    @Test
    void failKeepsTheOldFileAndSaysSo() throws Exception {
        export("numbers.csv", "limit = 1\n");

        assertThatThrownBy(() -> export("numbers.csv", "if_exists = \"fail\"\n"))
                .hasMessage("if_exists: " + harness.file("out/numbers.csv").toAbsolutePath()
                        + " is there already, and if_exists = \"fail\"; remove it, or choose overwrite or version");
        assertThat(harness.file("out/numbers.csv")).hasContent("n,word\n1,word 1");
        assertThat(published()).containsExactly("numbers.csv", "numbers.csv.waybill.json");
    }

    @Test
    void failLooksAtEachFileOfSeveralBeforeTheFirstIsPublished() throws Exception {
        Files.createDirectories(harness.file("out"));
        Files.writeString(harness.file("out/numbers_part_3.csv"), "somebody else's");

        assertThatThrownBy(() -> export("numbers.csv", "if_exists = \"fail\"\nmax_rows_per_file = 1000\n"))
                .hasMessage("if_exists: " + harness.file("out/numbers_part_3.csv")
                        + " is there already, and if_exists = \"fail\"; nothing was delivered. Remove it, or choose"
                        + " overwrite or version");
        assertThat(published()).containsExactly("numbers_part_3.csv");
        assertThat(harness.file("dead-letter")).doesNotExist();
    }

    @Test
    void versionGivesTheNextFreeName() throws Exception {
        for (int i = 1; i <= 3; i++) {
            export("numbers.csv", "if_exists = \"version\"\nlimit = " + i + "\n");
        }

        assertThat(published())
                .containsExactly(
                        "numbers.csv",
                        "numbers.csv.waybill.json",
                        "numbers_v2.csv",
                        "numbers_v2.csv.waybill.json",
                        "numbers_v3.csv",
                        "numbers_v3.csv.waybill.json");
        assertThat(harness.file("out/numbers_v2.csv")).hasContent("n,word\n1,word 1\n2,word 2");
    }

    @Test
    void noRowsGiveAFileWithoutRowsInEachFormat() throws Exception {
        String empty = "source_dataset_id = \"empty\"\n";
        export("e.csv", empty);
        export("e.json", empty);
        export("e.jsonl", empty);
        export("e.parquet", empty);

        assertThat(harness.file("out/e.csv")).hasContent("n,word");
        assertThat(harness.file("out/e.json")).hasContent("[]");
        assertThat(harness.file("out/e.jsonl")).isEmptyFile();
        try (var duckdb = java.sql.DriverManager.getConnection("jdbc:duckdb:");
                var statement = duckdb.createStatement();
                var columns = statement.executeQuery("DESCRIBE FROM '" + harness.folder() + "/out/e.parquet'")) {
            columns.next();
            assertThat(columns.getString(1) + " " + columns.getString(2)).isEqualTo("n INTEGER");
            columns.next();
            assertThat(columns.getString(1) + " " + columns.getString(2)).isEqualTo("word VARCHAR");
        }
    }

    @Test
    void skipEmptyDeliversNothing() throws Exception {
        RunResult result = export("e.csv", "source_dataset_id = \"empty\"\nskip_empty = true\n");

        assertThat(result.files()).isEmpty();
        assertThat(published()).isEmpty();
    }

    /** By a rename, an empty folder, a pipe or a device would be gone; and a folder of the waybill's name, with all that is in it. */
    @Test
    void whatIsNoFileIsNotReplaced() throws Exception {
        Path precious =
                Files.createDirectories(harness.file("out/b.csv.waybill.json")).resolve("precious.txt");
        Files.writeString(precious, "mine");
        Files.createDirectories(harness.file("out/a.csv"));
        Files.createDirectories(harness.file("out/c_part_2.csv"));

        assertThatThrownBy(() -> export("a.csv", ""))
                .hasMessage("file_path: " + harness.file("out/a.csv")
                        + " is there, and is a folder; a path that ends in / has files in it");
        assertThatThrownBy(() -> export("b.csv", ""))
                .hasMessageContaining("b.csv.waybill.json is there, and is a folder");
        assertThatThrownBy(() -> export("c.csv", "max_rows_per_file = 1000\n"))
                .hasMessageContaining("c_part_2.csv is a folder, which no file replaces");
        assertThat(precious).hasContent("mine");
        assertThat(published())
                .containsExactly("a.csv", "b.csv.waybill.json", "b.csv.waybill.json/precious.txt", "c_part_2.csv");
        assertThatThrownBy(() -> harness.export(
                        "file_path = \"/dev/null\"\nformat = \"csv\"\nsource_dataset_id = \"numbers\"\n"))
                .hasMessage("file_path: /dev/null is there, and is a device, a pipe or a socket; choose another name");
    }

    @Test
    void aNameThatIsTooLongIsRefusedBeforeAnythingIsRead() throws Exception {
        assertThat(export("x".repeat(203) + ".csv", "").files()).hasSize(1);
        assertThatThrownBy(() -> export("x".repeat(204) + ".csv", ""))
                .hasMessage("file_path: \"" + "x".repeat(60)
                        + "…\" has 221 bytes; 220 are allowed, since a file has a longer name while it is on its way");
    }

    @Test
    void variablesNameTheFiles() throws Exception {
        harness.load(
                "vars.toml",
                "namespace = \"billing\"\n[properties.export]\nsource_dataset_id = \"numbers\"\nlimit = 1\n"
                        + "file_path = \"{{root}}/out/{namespace}/{year}-{month}-{day}T{hour}/{flow_id}_{dataset}_{mode}_{ds_nodash}"
                        + "_{ts_nodash}.{ext}\"\nformat = \"jsonl\"\n"
                        + "[[triggers]]\ntype = \"manual\"\ntimezone = \"Europe/Vienna\"\n");
        harness.run("vars");

        assertThat(published()).contains("billing/2026-01-16T00/vars_numbers_full_20260116_20260116T003000.jsonl");
    }

    @Test
    void aBatchIdThatWouldLeaveTheFolderIsRefused() throws Exception {
        TestDatabases.execute(
                harness.database(),
                "CREATE TABLE tracked (n integer, xt_batch_id varchar(50))",
                "INSERT INTO tracked VALUES (1, '../../escaped')");

        assertThatThrownBy(
                        () -> harness.export(
                                "source_dataset_id = \"tracked\"\nfile_path = \"{{root}}/out/{batch_id}.csv\"\nexport_mode = \"incremental\""))
                .hasMessage(
                        "file_path: the value of {batch_id} is \"../../escaped\", which cannot stand in a file's name");
        assertThat(published()).isEmpty();
    }

    @Test
    void aRunMayHaveAnotherModeThanItsFlow() throws Exception {
        TestDatabases.execute(
                harness.database(),
                "CREATE TABLE tracked (n integer, xt_batch_id integer)",
                "INSERT INTO tracked VALUES (1, 1), (2, 2)");
        harness.load(
                "tracked.toml",
                "[properties.export]\nsource_dataset_id = \"tracked\"\nfile_path = \"{{root}}/out/{mode}_{batch_id}.csv\"\n");

        RunResult result = (RunResult)
                harness.context().createProducerTemplate().requestBody("waybill:tracked?mode=batch&batchId=1", (Object)
                        null);

        assertThat(result.batchId()).isEqualTo("1");
        assertThat(harness.file("out/batch_1.csv")).hasContent("n,xt_batch_id\n1,1");
        assertThat(harness.run("tracked", Map.of(WaybillConstants.MODE, "incremental"))
                        .batchId())
                .isEqualTo(2L);
        assertThatThrownBy(() -> harness.run("tracked", Map.of(WaybillConstants.MODE, "batch")))
                .hasMessage("batch_id: is missing; mode \"batch\" exports one batch");
        assertThatThrownBy(() -> harness.run("tracked", Map.of(WaybillConstants.BATCH_ID, 1)))
                .hasMessage("batch_id: is for mode \"batch\" alone, not for \"full\"");
    }

    @Test
    void aValueThatAFormatCannotHoldIsNamedWithItsPart() throws Exception {
        TestDatabases.execute(harness.database(), "UPDATE numbers SET word = '€' WHERE n = 1203");

        assertThatThrownBy(() -> export(
                        "numbers.csv", "max_rows_per_file = 1000\nexporter_config = { encoding = \"iso-8859-1\" }\n"))
                .hasMessageStartingWith("part 2, row 203, column \"word\": iso-8859-1 has no character U+20AC (€);");
        assertThatThrownBy(() -> export(
                        "numbers.csv.zip",
                        "max_rows_per_file = 1000\nexporter_config = { encoding = \"iso-8859-1\" }\n"))
                .hasMessageStartingWith(
                        "numbers_part_2.csv, row 203, column \"word\": iso-8859-1 has no character U+20AC (€);");
        assertThat(published()).isEmpty();
    }

    @Test
    void aFlowMayRunAgainWhenNotEvenCleaningUpSucceeds() throws Exception {
        harness.load(
                "blocked.toml",
                "[properties.export]\nsource_dataset_id = \"numbers\"\nfile_path = \"{{root}}/out/blocked.csv\"\n");
        org.apache.camel.builder.AdviceWith.adviceWith(
                harness.context(),
                "blocked.delivery",
                route -> route.weaveById("blocked.manifest").replace().process(exchange -> {
                    // a folder with something in it, where the published file was: it cannot be removed
                    Path file = harness.file("out/blocked.csv");
                    Files.delete(file);
                    Files.createDirectories(file.resolve("full"));
                    throw new IllegalStateException("stopped on the way");
                }));

        harness.fail("blocked");

        assertThat(harness.component().activeRuns()).isEmpty();
    }

    @Test
    void aByteChangedAfterwardsIsFound() throws Exception {
        export("numbers.csv", "max_rows_per_file = 2000\n");
        Path part = harness.file("out/numbers_part_2.csv");
        byte[] bytes = Files.readAllBytes(part);
        bytes[100] ^= 1;
        Files.write(part, bytes);

        Verification verification = Verification.of(harness.file("out/numbers.csv.waybill.json"));

        assertThat(verification.passed()).isFalse();
        assertThat(verification.files())
                .filteredOn(check -> check.difference() != null)
                .singleElement()
                .satisfies(check -> {
                    assertThat(check.file().name()).isEqualTo("numbers_part_2.csv");
                    assertThat(check.difference()).startsWith("has SHA-256 ");
                });
    }

    @Test
    void aFileThatIsGoneOrShorterOrOutsideIsFound() throws Exception {
        export("numbers.csv", "");
        Path waybill = harness.file("out/numbers.csv.waybill.json");
        Path file = harness.file("out/numbers.csv");

        Files.writeString(file, "short");
        assertThat(Verification.of(waybill).files().get(0).difference()).matches("has 5 bytes, not \\d+");
        Files.delete(file);
        assertThat(Verification.of(waybill).files().get(0).difference()).isEqualTo("is missing");
        Files.writeString(waybill, Files.readString(waybill).replace("\"numbers.csv\"", "\"../numbers.csv\""));
        assertThat(Verification.of(waybill).files().get(0).difference()).isEqualTo("lies outside the waybill's folder");
        Files.writeString(waybill, "{}");
        assertThatThrownBy(() -> Verification.of(waybill)).hasMessage("is not a waybill of form 1");
        Files.writeString(waybill, "{");
        assertThatThrownBy(() -> Verification.of(waybill)).hasMessageStartingWith("is not JSON: ");
    }
}
