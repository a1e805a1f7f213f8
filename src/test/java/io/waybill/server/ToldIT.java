package io.waybill.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What messages say to somebody: where this machine keeps its files is told to administrators alone. */
class ToldIT {

    @RegisterExtension
    private final ServerHarness server = ServerHarness.with("orders");

    private String told(String message, String grants) {
        Caller caller = new Caller(
                "somebody", "somebody", Grant.parse(grants), null, io.waybill.ledger.Tokens.DailyLimits.NONE);
        return server.desk().told(message, caller);
    }

    @Test
    void pathsOfThisMachineAreToldToNobodyElse() {
        String exports = server.file("exports").toString();
        String here = Path.of("").toAbsolutePath().toString();
        for (String[] each : new String[][] {
            {exports + "/orders/a.csv cannot be written", "orders/a.csv cannot be written"},
            {here + "/out/a.csv: no room", "out/a.csv: no room"},
            {
                "its files are kept in " + server.file("dead-letter/r1") + "; redrive",
                "its files are kept in …/r1; redrive"
            },
            {"cannot write \"/srv/data/x.csv\"", "cannot write \"…/x.csv\""},
            {"see file:/etc/app/waybill.pem (denied)", "see file:…/waybill.pem (denied)"},
            {"https://example.com/a/b/c and s3://lake/a/b are away", "https://…/a/b/c and s3://lake/a/b are away"},
            {"1 / 2 of 3/4 and/or jdbc:h2:mem:x", "1 / 2 of 3/4 and/or jdbc:h2:mem:x"},
            {"/* COPY */ SELECT a / b", "/* COPY */ SELECT a / b"}
        }) {
            assertThat(told(each[0], "create@*")).isEqualTo(each[1]);
        }
        assertThat(told("cannot write \"/srv/data/x.csv\"", "admin@*")).isEqualTo("cannot write \"/srv/data/x.csv\"");
        assertThat(told("cannot write \"/srv/data/x.csv\"", "admin@flow:orders"))
                .isEqualTo("cannot write \"…/x.csv\"");
        assertThat(told(null, "view@*")).isNull();
    }

    @Test
    void theInsideOfARunIsAnAdministratorsBusiness() throws Exception {
        JsonNode run = server.run("orders");
        String path = "/v2/runs/" + run.get("run_id").asText();
        JsonNode asAdmin = server.get(path).send().json(200);
        assertThat(asAdmin.get("pid").asLong())
                .isEqualTo(ProcessHandle.current().pid());
        assertThat(asAdmin.get("root").asText()).startsWith("/");
        assertThat(asAdmin.get("changes")).isNotEmpty();

        JsonNode asOther =
                server.get(path).as(server.token("download@*")).send().json(200);
        for (String inside : List.of("host", "pid", "root", "dead_letter", "changes")) {
            assertThat(asOther.has(inside)).as(inside).isFalse();
        }
        assertThat(asOther.toString()).doesNotContain(server.folder().toString());
    }
}
