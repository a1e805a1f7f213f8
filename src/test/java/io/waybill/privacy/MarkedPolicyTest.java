package io.waybill.privacy;

import static io.waybill.privacy.People.hash;
import static io.waybill.privacy.People.transform;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.FlowHarness;
import io.waybill.TestDatabases;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What leaves of columns that are marked pii, and of reports. */
class MarkedPolicyTest {

    @RegisterExtension
    private final FlowHarness harness = People.table();

    private People people;

    @BeforeEach
    void setKeys() {
        people = new People(harness);
        people.setKeys();
    }

    @Test
    void aPolicyTreatsColumnsMarkedPiiAndLeavesOutWhatItIsNotFor() throws Exception {
        people.markPii("email", "born", "phone");
        String few = "exclude_columns = [\"name\", \"seen\", \"at\", \"salary\", \"points\", \"code\"]\n";

        assertThat(policy(few + "pii_policy = \"hash\"\npii_key = \"customers\"\n"))
                .startsWith(
                        "id,email,phone,born",
                        "1," + hash("Ada@Example.COM") + "," + hash("+43 660 1234567") + "," + hash("1984-05-17"));
        assertThat(policy(few + "pii_policy = \"mask\"\n"))
                .startsWith("id,email,phone", "1,***************,***************");
        assertThat(policy(few + "pii_policy = \"tokenize\"\npii_key = \"customers\"\n"))
                .element(1)
                .asString()
                .matches("1,[A-Z][a-z]{2}@[A-Z][a-z]{6}\\.[A-Z]{3},\\+\\d\\d \\d{3} \\d{7}");
        assertThat(policy(few)).startsWith("id", "1");
        assertThat(policy(few + transform("column = \"phone\"\nmethod = \"mask\"\nkeep_last = 2")))
                .startsWith("id,phone", "1,*************67");
        assertThatThrownBy(() -> policy("columns = [\"born\"]\npii_policy = \"mask\"\n"))
                .hasMessage(
                        "columns: \"born\" is marked pii, and pii_policy = \"mask\" is not for date; a transform says what becomes of it;"
                                + " set pii_policy = \"allow\" to export it, or leave it out");
    }

    private List<String> policy(String keys) throws Exception {
        harness.export(
                "source_dataset_id = \"people\"\nfile_path = \"{{root}}/people.csv\"\norder_by = [\"id\"]\n" + keys);
        return Files.readAllLines(harness.file("people.csv"));
    }

    @Test
    void aDeclaredTypeThatATransformIsNotForIsRefusedWhenTheFlowIsRead() throws Exception {
        Files.writeString(
                harness.file("datasets.toml"),
                "[[dataset]]\nid = \"people\"\ntable = \"people\"\ncolumns = [{ name = \"born\", type = \"date\" }]\n");
        Files.writeString(
                harness.file("f.toml"),
                "[properties.export]\nsource_dataset_id = \"people\"\nfile_path = \"x.csv\"\n"
                        + transform("column = \"born\"\nmethod = \"truncate\"\nlength = 4"));

        assertThat(harness.flows().problems())
                .singleElement()
                .asString()
                .endsWith("f.toml: transform: column \"born\" is date, and \"truncate\" is for texts");
    }

    @Test
    void aReportTreatsItsGroupsAndRefusesMetricsThatWouldShowValues() throws Exception {
        TestDatabases.execute(
                harness.database(), "INSERT INTO people (id, email, salary) VALUES (3, 'Ada@Example.COM', 10)");
        String hashed = transform("column = \"email\"\nmethod = \"hash\"\nkey = \"customers\"");

        assertThat(report(
                        "group_by = [\"email\"]\nmetrics = [{ function = \"count\" }, { function = \"count_distinct\", column = \"email\", name = \"mails\" }]",
                        hashed))
                .containsExactlyInAnyOrder("email,count,mails", hash("Ada@Example.COM") + ",2,1", ",1,0");
        assertThatThrownBy(() -> report("metrics = [{ function = \"max\", column = \"email\" }]", hashed))
                .hasMessage(
                        "report.metrics: \"max_email\" would show values of column email, which is to be hashed with key customers;"
                                + " give it a transform, too, count it, or leave it out");
        assertThat(report(
                        "metrics = [{ function = \"max\", column = \"email\" }]",
                        hashed + transform("column = \"max_email\"\nmethod = \"domain\"")))
                .containsExactly("max_email", "example.com");
    }

    private List<String> report(String report, String keys) throws Exception {
        harness.export("source_dataset_id = \"people\"\nfile_path = \"{{root}}/report.csv\"\n" + keys
                + "[properties.export.report]\n" + report);
        return Files.readAllLines(harness.file("report.csv"));
    }
}
