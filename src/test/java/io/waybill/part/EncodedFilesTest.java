package io.waybill.part;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import io.waybill.facts.FileFacts;
import io.waybill.flow.Flow;
import io.waybill.flow.toml.FlowFolder;
import io.waybill.ledger.RunResult;
import io.waybill.route.RouteYaml;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import net.lingala.zip4j.ZipFile;
import net.lingala.zip4j.exception.ZipException;
import net.lingala.zip4j.model.enums.AesKeyStrength;
import org.bouncycastle.openpgp.PGPSecretKeyRing;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.pgpainless.PGPainless;
import org.pgpainless.decryption_verification.ConsumerOptions;
import org.pgpainless.decryption_verification.DecryptionStream;

/** Files in zip archives, and files that are encrypted. */
class EncodedFilesTest {

    private static final String PASSPHRASE = "pgp-secret-Lu38";
    private static final String ZIP_PASSWORD = "zip-secret-Ev20";

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.over("CREATE TABLE t AS SELECT x AS id FROM system_range(1, 4)");

    @BeforeEach
    void start() {
        harness.property("pgp.passphrase", PASSPHRASE);
        harness.property("zip.password", ZIP_PASSWORD);
    }

    private RunResult export(String path, String keys) throws Exception {
        return harness.export("source_dataset_id = \"t\"\nfile_path = \"{{root}}/out/" + path + "\"\n" + keys);
    }

    private Path out(String name) {
        return harness.file("out").resolve(name);
    }

    private PGPSecretKeyRing key(String name, String passphrase) throws Exception {
        PGPSecretKeyRing key = passphrase == null
                ? PGPainless.generateKeyRing().modernKeyRing(name + "@example.com")
                : PGPainless.generateKeyRing().modernKeyRing(name + "@example.com", passphrase);
        Files.writeString(harness.file(name + ".sec.asc"), PGPainless.asciiArmor(key));
        Files.writeString(harness.file(name + ".asc"), PGPainless.asciiArmor(PGPainless.extractCertificate(key)));
        return key;
    }

    @Test
    void anArchiveHoldsTheFile() throws Exception {
        RunResult result = export("t.csv.zip", "");

        assertThat(result.files().get(0).name()).endsWith("out/t.csv.zip");
        try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(out("t.csv.zip")))) {
            assertThat(zip.getNextEntry().getName()).isEqualTo("t.csv");
            assertThat(new String(zip.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("id\n1\n2\n3\n4\n");
            assertThat(zip.getNextEntry()).isNull();
        }
    }

    @Test
    void archivesStayBelowTheirSize() throws Exception {
        TestDatabases.execute(
                harness.database(),
                "CREATE TABLE large AS SELECT x AS id, random_uuid() AS a, random_uuid() AS b, random_uuid() AS c"
                        + " FROM system_range(1, 60000)");

        RunResult result = harness.export("source_dataset_id = \"large\"\nfile_path = \"{{root}}/out/l.csv\"\n"
                + "compression = \"zip\"\nmax_archive_size = 1_000_000\norder_by = [\"id\"]\n");

        assertThat(result.files())
                .hasSizeGreaterThan(3)
                .allSatisfy(file -> assertThat(file.bytes()).isLessThanOrEqualTo(1_000_000));
        List<String> ids = new ArrayList<>();
        for (int part = 1; part <= result.files().size(); part++) {
            try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(out("l_part_" + part + ".csv.zip")))) {
                ZipEntry entry = zip.getNextEntry();
                assertThat(entry.getName()).isEqualTo("l_part_" + part + ".csv");
                new String(zip.readAllBytes(), StandardCharsets.UTF_8)
                        .lines()
                        .skip(1)
                        .forEach(line -> ids.add(line.substring(0, line.indexOf(','))));
            }
        }
        assertThat(ids).hasSize(60_000).doesNotHaveDuplicates();
    }

    private static Map<String, String> entries(Path archive) throws Exception {
        Map<String, String> entries = new LinkedHashMap<>();
        try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(archive))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                entries.put(entry.getName(), new String(zip.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        return entries;
    }

    @Test
    void oneArchiveHoldsAllFiles() throws Exception {
        RunResult result = export("t.csv.zip", "max_rows_per_file = 3\n");

        assertThat(result.files()).hasSize(1);
        assertThat(result.files().get(0).rows()).isEqualTo(4);
        assertThat(entries(out("t.csv.zip")))
                .isEqualTo(Map.of("t_part_1.csv", "id\n1\n2\n3\n", "t_part_2.csv", "id\n4\n"));
        assertThat(new ZipFile(out("t.csv.zip").toFile()).isValidZipFile()).isTrue();
    }

    @Test
    void anArchiveOfItsOwnForEachPartIsAskedForByItsName() throws Exception {
        RunResult result = export("t_{part}.csv.zip", "max_rows_per_file = 3\n");

        assertThat(result.files()).hasSize(2);
        assertThat(entries(out("t_2.csv.zip"))).isEqualTo(Map.of("t_2.csv", "id\n4\n"));
    }

    @Test
    void anEncryptedArchiveHoldsAllFilesToo() throws Exception {
        export("t.csv.zip", "max_rows_per_file = 3\nencryption = { zip_password = \"{{zip.password}}\" }\n");

        try (ZipFile zip = new ZipFile(out("t.csv.zip").toFile(), ZIP_PASSWORD.toCharArray())) {
            assertThat(zip.getFileHeaders()).hasSize(2).allMatch(header -> header.isEncrypted());
            try (InputStream in = zip.getInputStream(zip.getFileHeaders().get(1))) {
                assertThat(in).hasContent("id\n4\n");
            }
        }
    }

    @Test
    void archivesOfManyFilesStayBelowTheirSize() throws Exception {
        TestDatabases.execute(
                harness.database(),
                "CREATE TABLE large AS SELECT x AS id, random_uuid() AS a, random_uuid() AS b, random_uuid() AS c"
                        + " FROM system_range(1, 60000)");

        RunResult result = harness.export("source_dataset_id = \"large\"\nfile_path = \"{{root}}/out/l.csv.zip\"\n"
                + "max_archive_size = 1_000_000\nmax_rows_per_file = 7000\norder_by = [\"id\"]\n");

        assertThat(result.files())
                .hasSizeGreaterThan(3)
                .allSatisfy(file -> assertThat(file.bytes()).isLessThanOrEqualTo(1_000_000));
        List<String> names = new ArrayList<>();
        List<String> ids = new ArrayList<>();
        for (FileFacts file : result.files()) {
            long rows = 0;
            for (Map.Entry<String, String> entry : entries(Path.of(file.name())).entrySet()) {
                names.add(entry.getKey());
                List<String> lines = entry.getValue().lines().skip(1).toList();
                assertThat(lines).hasSizeLessThanOrEqualTo(7000);
                lines.forEach(line -> ids.add(line.substring(0, line.indexOf(','))));
                rows += lines.size();
            }
            assertThat(rows).isEqualTo(file.rows());
        }
        assertThat(names).doesNotHaveDuplicates().startsWith("l_part_1.csv", "l_part_2.csv");
        assertThat(ids)
                .isEqualTo(IntStream.rangeClosed(1, 60_000)
                        .mapToObj(Integer::toString)
                        .toList());
    }

    @Test
    void parquetFilesShareAnArchive() throws Exception {
        export("t.parquet.zip", "max_rows_per_file = 3\n");

        try (ZipFile zip = new ZipFile(out("t.parquet.zip").toFile())) {
            zip.extractAll(out("x").toString());
        }
        try (java.sql.Connection duck = java.sql.DriverManager.getConnection("jdbc:duckdb:");
                java.sql.ResultSet rows = duck.createStatement()
                        .executeQuery("SELECT sum(id), count(*) FROM '" + out("x") + "/*.parquet'")) {
            rows.next();
            assertThat(rows.getInt(1)).isEqualTo(10);
            assertThat(rows.getInt(2)).isEqualTo(4);
        }
    }

    @Test
    void anArchiveIsEncryptedByAes() throws Exception {
        export("t.csv.zip", "encryption = { zip_password = \"{{zip.password}}\" }\n");

        try (ZipFile zip = new ZipFile(out("t.csv.zip").toFile(), ZIP_PASSWORD.toCharArray())) {
            var entry = zip.getFileHeaders().get(0);
            assertThat(entry.getAesExtraDataRecord().getAesKeyStrength()).isEqualTo(AesKeyStrength.KEY_STRENGTH_256);
            try (InputStream in = zip.getInputStream(entry)) {
                assertThat(in).hasContent("id\n1\n2\n3\n4\n");
            }
        }
        try (ZipFile zip = new ZipFile(out("t.csv.zip").toFile(), "another".toCharArray())) {
            assertThatThrownBy(() ->
                            zip.getInputStream(zip.getFileHeaders().get(0)).readAllBytes())
                    .isInstanceOf(ZipException.class);
        }
    }

    private String decrypted(Path file, PGPSecretKeyRing key, PGPSecretKeyRing signer) throws Exception {
        ConsumerOptions options = ConsumerOptions.get().addDecryptionKey(key);
        if (signer != null) {
            options.addVerificationCert(PGPainless.extractCertificate(signer));
        }
        try (InputStream in = Files.newInputStream(file)) {
            DecryptionStream decrypting =
                    PGPainless.decryptAndOrVerify().onInputStream(in).withOptions(options);
            ByteArrayOutputStream plain = new ByteArrayOutputStream();
            decrypting.transferTo(plain);
            decrypting.close();
            assertThat(decrypting.getMetadata().isVerifiedSigned()).isEqualTo(signer != null);
            return new String(
                    file.toString().contains(".gz")
                            ? new GZIPInputStream(new ByteArrayInputStream(plain.toByteArray())).readAllBytes()
                            : plain.toByteArray(),
                    StandardCharsets.UTF_8);
        }
    }

    @Test
    void eachRecipientReadsAFileAndSeesWhoSignedIt() throws Exception {
        PGPSecretKeyRing partner = key("partner", null);
        PGPSecretKeyRing archive = key("archive", null);
        PGPSecretKeyRing ours = key("ours", PASSPHRASE);

        RunResult result = export(
                "t.csv.gz",
                "encryption = { recipients = [\"{{root}}/partner.asc\", \"{{root}}/archive.asc\"],"
                        + " sign_with = \"{{root}}/ours.sec.asc\", passphrase = \"{{pgp.passphrase}}\" }\n");

        assertThat(result.files().get(0).name()).endsWith("out/t.csv.gz.pgp");
        assertThat(decrypted(out("t.csv.gz.pgp"), partner, ours)).isEqualTo("id\n1\n2\n3\n4\n");
        assertThat(decrypted(out("t.csv.gz.pgp"), archive, ours)).isEqualTo("id\n1\n2\n3\n4\n");
        assertThat(out("t.csv.gz.pgp.waybill.json")).exists();
    }

    @Test
    void gnuPgReadsIt() throws Exception {
        assumeTrue(isThere("gpg"), "gpg is not installed");
        key("partner", null);
        key("ours", PASSPHRASE);
        export(
                "t.csv",
                "encryption = { recipients = [\"{{root}}/partner.asc\"], sign_with = \"{{root}}/ours.sec.asc\","
                        + " passphrase = \"{{pgp.passphrase}}\", armor = true }\n");
        assertThat(out("t.csv.pgp")).content().startsWith("-----BEGIN PGP MESSAGE-----");
        // the path of an agent's socket may not be long
        Path home = Files.createTempDirectory("gpg");
        try {
            gpg(home, "--import", harness.file("partner.sec.asc").toString());
            gpg(home, "--import", harness.file("ours.asc").toString());
            String out =
                    gpg(home, "--decrypt", "--status-fd", "2", out("t.csv.pgp").toString());
            assertThat(out).contains("id\n1\n2\n3\n4\n").contains("GOODSIG").contains("DECRYPTION_OKAY");
        } finally {
            new ProcessBuilder("gpgconf", "--homedir", home.toString(), "--kill", "all")
                    .start()
                    .waitFor();
        }
    }

    private static boolean isThere(String command) {
        try {
            return new ProcessBuilder(command, "--version")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static String gpg(Path home, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("gpg", "--homedir", home.toString(), "--batch", "--yes"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        return output;
    }

    @Test
    void aKeyThatCannotBeUsedIsFoundBeforeARowIsRead() throws Exception {
        key("partner", null);
        key("ours", PASSPHRASE);
        Files.writeString(harness.file("none.asc"), "no key");

        assertThatThrownBy(() -> export("t.csv", "encryption = { recipients = [\"{{root}}/nobody.asc\"] }\n"))
                .hasMessage("encryption: key " + harness.folder() + "/nobody.asc: there is no such file");
        assertThatThrownBy(() -> export("t.csv", "encryption = { recipients = [\"{{root}}/none.asc\"] }\n"))
                .hasMessageStartingWith("encryption: key " + harness.folder() + "/none.asc: it holds no public key");
        assertThatThrownBy(() -> export(
                        "t.csv",
                        "encryption = { recipients = [\"{{root}}/partner.asc\"], sign_with = \"{{root}}/ours.sec.asc\","
                                + " passphrase = \"{{zip.password}}\" }\n"))
                .hasMessageStartingWith("encryption: key " + harness.folder()
                        + "/ours.sec.asc: it does not sign with this passphrase: ")
                .hasMessageNotContaining(ZIP_PASSWORD);
        assertThat(harness.file("out")).doesNotExist();
    }

    @Test
    void aPrintedRouteEncryptsAndTellsNoSecret() throws Exception {
        PGPSecretKeyRing partner = key("partner", null);
        key("ours", PASSPHRASE);
        harness.load(
                "printed.toml",
                "[properties.export]\nsource_dataset_id = \"t\"\nfile_path = \"{{root}}/out/p.csv\"\n"
                        + "encryption = { recipients = [\"{{root}}/partner.asc\"], sign_with = \"{{root}}/ours.sec.asc\","
                        + " passphrase = \"{{pgp.passphrase}}\" }\n");
        FlowFolder read = harness.flows();
        Flow flow = read.flows().get("printed");
        String yaml = new RouteYaml(harness.context()).print(flow, null);
        assertThat(yaml).contains("{{pgp.passphrase}}").doesNotContain(PASSPHRASE);

        try (FlowHarness alone = new FlowHarness(harness.folder(), harness.database())) {
            alone.property("pgp.passphrase", PASSPHRASE);
            alone.load("printed.camel.yaml", yaml);
            alone.run("printed");
        }

        assertThat(decrypted(out("p.csv.pgp"), partner, null)).isEqualTo("id\n1\n2\n3\n4\n");
    }
}
