package io.waybill.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.facts.FactsJson;
import io.waybill.ledger.RunEntry;
import io.waybill.ledger.RunResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Flows whose files go by the values of columns, read back by DuckDB. */
class FilesByColumnsTest {

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.over(
            "CREATE TABLE t (id integer, country varchar(20), d date, at timestamp with time zone, price numeric(9,2), big bigint,"
                    + " ok boolean, u uuid, code char(4), f double precision, j json, email varchar(40))",
            "INSERT INTO t (id, country, d, price, ok) VALUES (1, 'DE', DATE '2026-01-15', 1.50, true),"
                    + " (2, 'AT', DATE '2026-01-15', 2, false), (3, 'DE', DATE '2026-01-16', 3, true), (4, NULL, NULL, NULL, NULL),"
                    + " (5, '', DATE '2026-01-15', 1.50, true), (6, 'a/b=c', DATE '2026-01-15', 1.5, true)");

    private RunResult export(String path, String keys) throws Exception {
        return harness.export("source_dataset_id = \"t\"\nfile_path = \"{{root}}/out/" + path + "\"\n" + keys);
    }

    private String refusal(String path, String keys) throws Exception {
        harness.loadAgain(
                "refused.toml",
                "[properties.export]\nsource_dataset_id = \"t\"\nfile_path = \"{{root}}/out/" + path + "\"\n" + keys);
        return harness.failure("refused").getMessage();
    }

    /** The files below the folder, but for waybills. */
    private List<String> files() throws Exception {
        Path out = harness.file("out");
        if (!Files.isDirectory(out)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(out)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> out.relativize(file).toString())
                    .filter(name -> !name.endsWith(".waybill.json"))
                    .sorted()
                    .toList();
        }
    }

    /** What DuckDB answers, a line a row. */
    private List<String> duckdb(String query) throws Exception {
        List<String> lines = new ArrayList<>();
        try (Connection duckdb = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = duckdb.createStatement();
                ResultSet rows = statement.executeQuery(
                        query.replace("OUT", harness.file("out").toString()))) {
            while (rows.next()) {
                List<String> values = new ArrayList<>();
                for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                    values.add(rows.getString(i));
                }
                lines.add(String.join(" ", values.stream().map(String::valueOf).toList()));
            }
        }
        return lines;
    }

    @Test
    void areFoldersThatOtherReadersKnow() throws Exception {
        RunResult result = export(
                "country={column:country}/d={column:d}/",
                "format = \"parquet\"\npath_columns = \"leave_out\"\ncolumns = [\"id\", \"country\", \"d\", \"price\"]\n");

        assertThat(files())
                .containsExactly(
                        "country=AT/d=2026-01-15/part-00000.parquet",
                        "country=DE/d=2026-01-15/part-00000.parquet",
                        "country=DE/d=2026-01-16/part-00000.parquet",
                        "country=__HIVE_DEFAULT_PARTITION__/d=2026-01-15/part-00000.parquet",
                        "country=__HIVE_DEFAULT_PARTITION__/d=__HIVE_DEFAULT_PARTITION__/part-00000.parquet",
                        "country=a%2Fb%3Dc/d=2026-01-15/part-00000.parquet");
        assertThat(duckdb("SELECT id, country, d, price FROM read_parquet('OUT/**/*.parquet', hive_partitioning = true)"
                        + " ORDER BY id"))
                .containsExactly(
                        "1 DE 2026-01-15 1.50",
                        "2 AT 2026-01-15 2.00",
                        "3 DE 2026-01-16 3.00",
                        "4 null null null",
                        "5 null 2026-01-15 1.50",
                        "6 a/b=c 2026-01-15 1.50");
        assertThat(duckdb("SELECT name FROM parquet_schema('OUT/country=AT/d=2026-01-15/part-00000.parquet') OFFSET 1"))
                .containsExactly("id", "price");
        assertThat(result.rows()).isEqualTo(6);
    }

    @Test
    void haveTheirColumnsUnlessTheFlowLeavesThemOut() throws Exception {
        export("{column:country}.csv", "columns = [\"id\", \"country\"]\norder_by = [\"id\"]\n");

        assertThat(files()).containsExactly("AT.csv", "DE.csv", "__HIVE_DEFAULT_PARTITION__.csv", "a%2Fb%3Dc.csv");
        assertThat(harness.file("out/DE.csv")).hasContent("id,country\n1,DE\n3,DE\n");
    }

    @Test
    void areToldByTheWaybillWithTheirValues() throws Exception {
        export("country={column:country}/x.csv", "");

        JsonNode waybill =
                FactsJson.MAPPER.readTree(harness.file("out/x.csv.waybill.json").toFile());
        List<String> told = new ArrayList<>();
        waybill.path("files")
                .forEach(file ->
                        told.add(file.path("name").asText() + " " + file.path("rows") + " " + file.path("values")));
        assertThat(told)
                .containsExactly(
                        "country=DE/x.csv 2 {\"country\":\"DE\"}",
                        "country=AT/x.csv 1 {\"country\":\"AT\"}",
                        "country=__HIVE_DEFAULT_PARTITION__/x.csv 2 {\"country\":null}",
                        "country=a%2Fb%3Dc/x.csv 1 {\"country\":\"a/b=c\"}");
    }

    @Test
    void goByEachTypeAsCsvWritesItsValues() throws Exception {
        TestDatabases.execute(
                harness.database(),
                "DELETE FROM t",
                "INSERT INTO t (ok, price, big, d, at, u, code) VALUES (true, 1.5, -9007199254740993, DATE '2026-01-15',"
                        + " TIMESTAMP WITH TIME ZONE '2026-01-15 23:30:00.25+01:00', '0A0A0A0A-1111-2222-3333-444444444444', 'DE')");
        Map<String, String> expected = Map.of(
                "ok", "true",
                "price", "1.50",
                "big", "-9007199254740993",
                "d", "2026-01-15",
                "at", "2026-01-15T22:30:00.25Z",
                "u", "0a0a0a0a-1111-2222-3333-444444444444",
                "code", "DE");
        for (String column : expected.keySet()) {
            export(column + "={column:" + column + "}/" + column + ".csv", "columns = [\"id\", \"" + column + "\"]\n");
            String value = expected.get(column);
            assertThat(harness.file("out/" + column + "=" + value.replace(":", "%3A") + "/" + column + ".csv"))
                    .content()
                    .containsPattern("," + Pattern.quote(value) + " *\n");
        }
    }

    @Test
    void goByNoValuesThatHaveNoOneText() throws Exception {
        for (String told : List.of("f is double", "j is json")) {
            String column = told.substring(0, 1);
            assertThat(refusal(column + "={column:" + column + "}/x.csv", ""))
                    .isEqualTo("file_path: {column:" + column + "}: column " + told
                            + "; files go by text, whole numbers, decimals, booleans, uuids, dates and timestamps");
        }
        assertThat(files()).isEmpty();
    }

    @Test
    void showWhatBecomesOfPrivateValuesAndNeverTheValues() throws Exception {
        TestDatabases.execute(harness.database(), "UPDATE t SET email = 'secret' || id || '@example.com'");
        RunResult result = export(
                "at={column:email}/x.csv",
                "columns = [\"id\", \"email\"]\npath_columns = \"leave_out\"\nprivacy = { email = \"domain\" }\n");

        assertThat(files()).containsExactly("at=example.com/x.csv");
        assertThat(harness.file("out/at=example.com/x.csv")).content().startsWith("id\n1\n");
        assertThat(Files.readString(harness.file("out/x.csv.waybill.json"))).doesNotContain("secret");
        assertThat(result.files())
                .singleElement()
                .satisfies(file -> assertThat(file.name()).contains("at=example.com"));
    }

    @Test
    void tellOfNoColumnThatIsMarkedOrLeftOut() throws Exception {
        harness.load(
                "datasets.toml",
                "[[dataset]]\nid = \"t\"\ntable = \"t\"\ncolumns = [{ name = \"email\", pii = true }]\n");

        assertThat(refusal("{column:email}.csv", ""))
                .isEqualTo(
                        "file_path: {column:email}: column email is marked pii and left out, and names of files do not tell of it"
                                + " either");
        assertThat(refusal("{column:email}.csv", "pii_policy = \"allow\"\n"))
                .isEqualTo(
                        "file_path: {column:email}: column email is marked pii, and its values would be in names of files, which"
                                + " ledgers, logs and notices tell; name another column, or have a transform change it");
        assertThat(refusal("{column:country}.csv", "columns = [\"id\"]\n"))
                .isEqualTo(
                        "file_path: {column:country}: column country is not among those that are exported; add it to columns, and"
                                + " path_columns = \"leave_out\" where files are not to have it");
        assertThat(refusal("{column:land}.csv", ""))
                .startsWith("file_path: data set \"t\" has no column \"land\"; it has id");
    }

    @Test
    void areRefusedWhereTwoOfThemWouldBeOne() throws Exception {
        TestDatabases.execute(harness.database(), "INSERT INTO t (id, country) VALUES (7, 'de')");

        assertThat(refusal("country={column:country}/x.csv", "order_by = [\"id\"]\n"))
                .isEqualTo(
                        "row 7: \"country=DE\" and \"country=de\" differ in the case of letters, or in how they are put together,"
                                + " alone, and are one path for many file systems; have a query or a transform make the values alike, or"
                                + " deliver to s3, which tells them apart");
        TestDatabases.execute(
                harness.database(), "DELETE FROM t", "INSERT INTO t (id, country) VALUES (1, '1x'), (11, 'x')");
        assertThat(refusal("{column:id}{column:country}.csv", "order_by = [\"id\"]\n"))
                .isEqualTo(
                        "row 2: the files of id = \"1\", country = \"1x\" and those of id = \"11\", country = \"x\" would have one"
                                + " name, \"11x.csv\"; write something between the columns of the path");
        assertThat(files()).isEmpty();
        assertThat(harness.file("staging")).doesNotExist();
    }

    @Test
    void areRefusedWhereANumberMakesOneTheOther() throws Exception {
        TestDatabases.execute(
                harness.database(),
                "DELETE FROM t",
                "INSERT INTO t (id) SELECT 1 FROM system_range(1, 11)",
                "INSERT INTO t (id) VALUES (11)");
        assertThat(refusal("{column:id}{part}.csv", "max_rows_per_file = 1\norder_by = [\"id\"]\n"))
                .isEqualTo(
                        "file 11: the files of id = \"11\" and those of id = \"1\" would have one name, \"111.csv\"; give"
                                + " each value a folder of its own, {column:…}/, since its files are numbered");
        TestDatabases.execute(
                harness.database(),
                "DELETE FROM t",
                "INSERT INTO t (id, country) VALUES (1, 'x'), (2, 'x_part_2'), (30000, 'x')",
                "INSERT INTO t (id, country) SELECT x, 'y' FROM system_range(3, 5000) ");
        assertThat(refusal("{column:country}.csv", "max_open_files = 1\norder_by = [\"id\"]\n"))
                .isEqualTo(
                        "file 4: the files of country = \"x_part_2\" and those of country = \"x\" would have one name,"
                                + " \"x_part_2.csv\"; give each value a folder of its own, {column:…}/, since its files are"
                                + " numbered");
        assertThat(files()).isEmpty();
    }

    @Test
    void areRefusedWhereTheirNumberMakesOneTheOtherAtAPathOfSomeOfTheColumns() throws Exception {
        TestDatabases.execute(
                harness.database(),
                "DELETE FROM t",
                "INSERT INTO t (id, country) SELECT x, CASE x WHEN 1 THEN 'x1' WHEN 11 THEN 'x' ELSE 'y' END"
                        + " FROM system_range(1, 11)");
        assertThat(refusal("id={column:id}/{column:country}.csv", """
                        columns = ["id", "country"]
                        order_by = ["id"]
                        [[properties.export.delivery]]
                        id = "numbered"
                        uri = "{{root}}/out/numbered/{column:country}{part}.csv"
                        """))
                .isEqualTo(
                        "file 11: the files of id = \"1\", country = \"x1\" and those of id = \"11\", country = \"x\" would"
                                + " have one name, \"x11.csv\"; give each value a folder of its own, {column:…}/, since its"
                                + " files are numbered");
        assertThat(files()).isEmpty();
    }

    @Test
    void areRefusedAtAPathOfSomeOfTheColumnsAsAtOneOfAll() throws Exception {
        TestDatabases.execute(
                harness.database(), "DELETE FROM t", "INSERT INTO t (id, country) VALUES (1, 'DE'), (2, 'de')");
        String keys = """
                columns = ["id", "country"]
                order_by = ["id"]
                [[properties.export.delivery]]
                id = "some"
                uri = "{{root}}/out/some/{column:country}/x.csv"
                """;
        assertThat(refusal("id={column:id}/x.csv", keys))
                .startsWith("file 2: \"DE\" and \"de\" differ in the case of letters");

        TestDatabases.execute(
                harness.database(),
                "ALTER TABLE t ALTER COLUMN country varchar(400)",
                "UPDATE t SET country = REPEAT('ü', 128) WHERE id = 2");
        assertThat(refusal("id={column:id}/x.csv", keys))
                .startsWith("file 2: \"üüü")
                .contains("as a folder would be called, has 256 bytes");
        assertThat(files()).isEmpty();
    }

    @Test
    void replaceNoneThatIsThereWithoutAWaybillWhereTheFlowSaysFail() throws Exception {
        String keys = "columns = [\"id\", \"country\"]\norder_by = [\"id\"]\nif_exists = \"fail\"\n";
        export("x_{column:country}.csv", keys);
        Files.delete(harness.file("out/x.csv.waybill.json"));
        Files.delete(harness.file("out/x_DE.csv"));
        Files.writeString(harness.file("out/x_AT.csv"), "somebody else's");
        List<String> before = files();

        assertThat(refusal("x_{column:country}.csv", keys))
                .isEqualTo("if_exists: " + harness.file("out/x_AT.csv")
                        + " is there already, and if_exists = \"fail\"; nothing was delivered. Remove it, or choose"
                        + " overwrite or version");
        assertThat(files()).as("not even the file of DE was there for a moment").isEqualTo(before);
        assertThat(harness.file("out/x_AT.csv")).hasContent("somebody else's");
        assertThat(harness.file("dead-letter")).doesNotExist();
    }

    @Test
    void ofAVersionReplaceNoneThatIsThereWithoutAWaybill() throws Exception {
        harness.load("route.yaml", """
                - route:
                    id: mine
                    from:
                      uri: direct:own
                      steps:
                        - to:
                            uri: waybill:export/shop
                            parameters:
                              sourceDatasetId: t
                              datasource: db
                              columns: id,country
                              orderBy: id
                              ifExists: version
                              filePath: "{{root}}/out/c={column:country}/x.csv"
                """);
        harness.run("own");
        Path left = harness.file("out/c=AT/x_v2.csv");
        Files.writeString(left, "somebody else's");
        List<String> before = files();

        assertThat(harness.failure("own").getMessage())
                .isEqualTo("if_exists: " + left + " is there already, and no waybill x_v2.csv.waybill.json tells of it,"
                        + " by which if_exists = \"version\" finds the version before; nothing was delivered. Remove it,"
                        + " or have the flow say {run_id} in its path");
        assertThat(files()).isEqualTo(before);
        Files.delete(left);
        harness.run("own");
        assertThat(files()).contains("c=DE/x_v2.csv", "c=AT/x_v2.csv");
    }

    @Test
    void areRefusedWhereOneWouldBeTheWaybill() throws Exception {
        TestDatabases.execute(
                harness.database(), "DELETE FROM t", "INSERT INTO t (id, country) VALUES (1, 'REFUSED.json.Waybill')");
        assertThat(refusal("{column:country}.json", "format = \"csv\"\n"))
                .isEqualTo("row 1: a file of country = \"REFUSED.json.Waybill\" would have the name of the waybill,"
                        + " \"REFUSED.json.Waybill.json\"; give the files another one");
        assertThat(files()).isEmpty();
    }

    @Test
    void areRefusedWhereANameWouldBeTooLong() throws Exception {
        TestDatabases.execute(
                harness.database(),
                "ALTER TABLE t ALTER COLUMN country varchar(400)",
                "UPDATE t SET country = REPEAT('ü', 124) WHERE id = 1");

        assertThat(refusal("country={column:country}/x.csv", "order_by = [\"id\"]\n"))
                .startsWith("row 1: \"country=üüü")
                .endsWith(
                        "…\", as a folder would be called, has 256 bytes; 255 are allowed; a transform or a query makes values"
                                + " shorter, or leave the column out of the path");
    }

    @Test
    void replaceThoseOfTheRunBefore() throws Exception {
        String keys = "columns = [\"id\", \"country\"]\norder_by = [\"id\"]\n";
        harness.load(
                "again.toml",
                "[properties.export]\nsource_dataset_id = \"t\"\nfile_path = \"{{root}}/out/{column:country}/x.csv\"\n"
                        + keys);
        harness.run("again");
        TestDatabases.execute(harness.database(), "DELETE FROM t WHERE id IN (1, 2, 3)");
        harness.run("again");

        assertThat(files()).containsExactly("__HIVE_DEFAULT_PARTITION__/x.csv", "a%2Fb%3Dc/x.csv");
    }

    @Test
    void neverReplaceThoseOfAnotherFlow() throws Exception {
        String[] paths = {"c={column:country}/x.csv", "i={column:id}/x.csv", "x.csv"};
        for (int i = 0; i < paths.length; i++) {
            harness.load(
                    "flow" + i + ".toml",
                    "[properties.export]\nsource_dataset_id = \"t\"\nredelivery = { maximum_redeliveries = 0 }\n"
                            + "columns = [\"id\", \"country\"]\nfile_path = \"{{root}}/out/" + paths[i] + "\"\n");
        }
        harness.run("flow0");
        List<String> before = files();
        String waybill = Files.readString(harness.file("out/x.csv.waybill.json"));

        for (String other : List.of("flow1", "flow2")) {
            assertThat(harness.fail(other).error())
                    .isEqualTo("not delivered: " + harness.file("out/x.csv.waybill.json")
                            + " is the waybill of flow \"flow0\", and this run, of flow \"" + other
                            + "\", would remove it, and the files that it lists; files by the values of columns need a"
                            + " folder, or a file's name, that no other flow has. Where \"flow0\" writes there no more,"
                            + " remove that waybill and its files");
            assertThat(files()).isEqualTo(before);
            assertThat(harness.file("out/x.csv.waybill.json")).hasContent(waybill);
        }
        harness.run("flow0");
        assertThat(files()).isEqualTo(before);
    }

    @Test
    void ofTwoDestinationsShareNoWaybill() throws Exception {
        assertThat(refusal("c={column:country}/x.csv", """
                        columns = ["id", "country"]
                        [[properties.export.delivery]]
                        id = "other"
                        uri = "{{root}}/out/i={column:id}/x.csv"
                        """))
                .isEqualTo("delivery \"other\": its waybill, " + harness.file("out/x.csv.waybill.json")
                        + ", would be that of delivery \"local\" as well, and each would remove the other's files;"
                        + " have them go to other folders, or by another file's name");
        assertThat(files()).isEmpty();
    }

    @Test
    void ofNewRowsStandBesideThoseThatAreThere() throws Exception {
        harness.load("datasets.toml", "[[dataset]]\nid = \"t\"\ntable = \"t\"\nwatermark = \"id\"\n");
        harness.load(
                "new.toml",
                "[properties.export]\nsource_dataset_id = \"t\"\nfile_path = \"{{root}}/out/c={column:country}/\"\nformat = \"csv\"\n"
                        + "since_last_export = true\n");
        harness.run("new");
        TestDatabases.execute(harness.database(), "INSERT INTO t (id, country) VALUES (7, 'AT'), (8, 'CH')");
        harness.run("new");

        assertThat(files())
                .contains("c=AT/part-00000.csv", "c=AT/part-00000_v2.csv", "c=CH/part-00000_v2.csv")
                .hasSize(6);
    }

    @Test
    void waitForADeliveryThatFailsWithTheirNames() throws Exception {
        Files.createDirectories(harness.file("out"));
        Files.writeString(harness.file("out/c=AT"), "in the way");
        harness.load(
                "kept.toml",
                "[properties.export]\nsource_dataset_id = \"t\"\nfile_path = \"{{root}}/out/c={column:country}/x.csv\"\n"
                        + "redelivery = { maximum_redeliveries = 0 }\n");
        RunResult failed = harness.fail("kept");
        assertThat(files()).containsExactly("c=AT");

        Files.delete(harness.file("out/c=AT"));
        RunResult redriven = harness.redrive("kept", failed.runId());

        assertThat(redriven.status()).isEqualTo(RunEntry.Status.DONE);
        assertThat(files())
                .containsExactly("c=AT/x.csv", "c=DE/x.csv", "c=__HIVE_DEFAULT_PARTITION__/x.csv", "c=a%2Fb%3Dc/x.csv");
        assertThat(harness.file("out/c=AT/x.csv")).content().contains("\n2,AT,");
    }

    @Test
    void goToEachDestinationByItsOwnPath() throws Exception {
        export("c={column:country}/", """
                format = "csv"
                columns = ["id", "country"]
                [[properties.export.delivery]]
                id = "flat"
                uri = "{{root}}/out/flat/all.csv"
                [[properties.export.delivery]]
                id = "same"
                uri = "{{root}}/out/same/"
                """);

        assertThat(files())
                .contains(
                        "c=DE/part-00000.csv", "same/c=DE/part-00000.csv", "flat/all_part_1.csv", "flat/all_part_4.csv")
                .hasSize(12);
    }

    @Test
    void areCompressedAndDividedByTimeAsOthersAre() throws Exception {
        export(
                "c={column:country}/x.csv.gz",
                "columns = [\"id\", \"country\", \"d\"]\nchunk_by = { column = \"d\", every = \"day\" }\n");

        assertThat(files())
                .containsExactly(
                        "c=AT/x_part_1.csv.gz",
                        "c=DE/x_part_1.csv.gz",
                        "c=DE/x_part_2.csv.gz",
                        "c=__HIVE_DEFAULT_PARTITION__/x_part_1.csv.gz",
                        "c=__HIVE_DEFAULT_PARTITION__/x_part_2.csv.gz",
                        "c=a%2Fb%3Dc/x_part_1.csv.gz");
        assertThat(duckdb("SELECT id, c FROM read_csv('OUT/c=DE/*', hive_partitioning = true) ORDER BY id"))
                .containsExactly("1 DE", "3 DE");
    }

    @Test
    void areArchivesOfTheirOwn() throws Exception {
        export("c={column:country}/x.csv.zip", "max_rows_per_file = 1\n");

        assertThat(files())
                .contains("c=DE/x_part_1.csv.zip", "c=DE/x_part_2.csv.zip")
                .hasSize(6);
    }

    @Test
    void areWrittenByFormatsOfCamelToo() throws Exception {
        harness.load("yaml.toml", """
                [properties.export]
                source_dataset_id = "t"
                file_path = "{{root}}/out/c={column:country}/x.txt"
                format = "csv"
                columns = ["id", "country"]
                [properties.export.exporter_config]
                data_format = "csv"
                """);
        harness.run("yaml");

        assertThat(files()).contains("c=DE/x.txt").hasSize(4);
        assertThat(Files.readString(harness.file("out/c=AT/x.txt")))
                .contains("2")
                .doesNotContain("DE");
    }

    @Test
    void thatAreNoneAreOneWithoutRows() throws Exception {
        TestDatabases.execute(harness.database(), "DELETE FROM t");
        export(
                "c={column:country}/x.csv",
                "columns = [\"id\"]\nskip_empty = false\n".replace("\"id\"", "\"id\", \"country\""));

        assertThat(files()).containsExactly("c=__HIVE_DEFAULT_PARTITION__/x.csv");
        assertThat(harness.file("out/" + files().get(0))).hasContent("id,country\n");
    }

    @Test
    void ofAReportGoByItsColumns() throws Exception {
        export("country={column:country}/x.csv", """
                [properties.export.report]
                group_by = ["country"]
                metrics = [{ function = "count", name = "orders" }]
                """);

        assertThat(harness.file("out/country=DE/x.csv")).hasContent("country,orders\nDE,2\n");
    }

    @Test
    void areThoseOfARouteOfItsOwnToo() throws Exception {
        harness.load("route.yaml", """
                - route:
                    id: mine
                    from:
                      uri: direct:own
                      steps:
                        - to:
                            uri: waybill:export/shop
                            parameters:
                              sourceDatasetId: t
                              datasource: db
                              columns: id,country
                              pathColumns: leave_out
                              maxOpenFiles: 1
                              orderBy: country
                              filePath: "{{root}}/out/country={column:country}/x.csv"
                """);
        harness.run("own");

        assertThat(harness.file("out/country=DE/x.csv"))
                .content()
                .startsWith("id\n")
                .hasLineCount(3);
    }
}
