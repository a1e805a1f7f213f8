package io.waybill.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import java.nio.file.Files;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Refusals that look at values of columns which do not leave as they are: they name the columns, and no values. */
class ToldValuesIT {

    private static final String HASHED =
            "[[properties.export.transform]]\ncolumn = \"code\"\nmethod = \"hash\"\nkey = \"k\"\n";

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.over(
            TestDatabases::postgres,
            "CREATE TABLE people (id integer, code text, xt_batch_id text)",
            "INSERT INTO people VALUES (1, 'secret9', 'secret9'), (2, 'secret10', 'secret10')",
            "CREATE VIEW twice AS SELECT id, code FROM people UNION ALL SELECT 3, code FROM people",
            "CREATE VIEW coded AS SELECT id, code FROM people",
            "CREATE VIEW nulls AS SELECT NULLIF(id, 2) AS id, code FROM people");

    @BeforeEach
    void setKey() {
        harness.property("waybill.privacy-keys.k", "0011223344556677".repeat(4));
    }

    private void declare(String id, String keys) throws Exception {
        Files.writeString(
                harness.file("datasets.toml"), "[[dataset]]\nid = \"" + id + "\"\ntable = \"" + id + "\"\n" + keys);
    }

    private String failure(String dataSet, String keys) throws Exception {
        harness.load(
                "x.toml",
                "[properties.export]\nsource_dataset_id = \"" + dataSet + "\"\nfile_path = \"{{root}}/x.csv\"\n"
                        + keys);
        return harness.failure("x").getMessage();
    }

    @Test
    void aKeyThatIsThereTwiceOfAnExportThatHashesIt() throws Exception {
        declare("twice", "primary_key = [\"code\"]\n");

        assertThat(failure("twice", "since_last_export = \"changes\"\n" + HASHED))
                .contains("has the same key (code) more than once: (id = ", "code = …")
                .doesNotContain("secret");
    }

    @Test
    void aRowWithoutAKeyOfAnExportThatHashesItsOtherColumns() throws Exception {
        declare("nulls", "primary_key = [\"id\"]\n");

        assertThat(failure("nulls", "since_last_export = \"changes\"\n" + HASHED))
                .contains("has NULL in the key (id) of a row: (id = null, code = …)");
    }

    @Test
    void aWatermarkOfTextThatIsNotInItsOrder() throws Exception {
        declare("coded", "watermark = \"code\"\n");

        assertThat(failure("coded", "since_last_export = true\n" + HASHED))
                .startsWith("since_last_export: column code is to be hashed with key k, and the bounds of each run")
                .doesNotContain("secret");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "export_mode = \"incremental\"\n",
                "export_mode = \"incremental\"\npii_policy = \"allow\"\n",
                "export_mode = \"full\"\npii_policy = \"allow\"\n",
                "export_mode = \"batch\"\nbatch_id = \"x\"\npii_policy = \"allow\"\n",
                "export_mode = \"full\"\n[properties.export.report]\nmetrics = [{ function = \"count\" }]\n",
            })
    void aMarkedBatchNumber(String keys) throws Exception {
        declare("people", "columns = [{ name = \"xt_batch_id\", pii = true }]\n");

        assertThat(failure("people", keys))
                .contains("xt_batch_id", "tell of batches")
                .doesNotContain("secret");
    }
}
