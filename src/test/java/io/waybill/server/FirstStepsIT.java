package io.waybill.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a server tells people that has nothing yet: no flow, no run, no data source. */
class FirstStepsIT {

    @RegisterExtension
    private final ServerHarness server = ServerHarness.with().withoutDatabase();

    private String get(String path) throws Exception {
        ServerHarness.Answered page =
                server.get(path).header("Accept", "text/html").send();
        assertThat(page.status()).as(path).isEqualTo(200);
        return page.text();
    }

    @Test
    void theFirstPageTellsTheFirstSteps() throws Exception {
        assertThat(get("/"))
                .contains("The first one takes three steps", "Name a database", "waybill.datasource.shop.url");
    }

    @Test
    void eachEmptyPageSaysWhatWillStandThere() throws Exception {
        assertThat(get("/runs")).contains("Nothing has run here yet");
        assertThat(get("/datasets")).contains("A data set stands here once a flow reads it");
        assertThat(get("/waiting")).contains("Nothing waits for a decision");
        assertThat(get("/new")).contains("There is none yet");
    }

    @Test
    void whoMayMakeNoFlowIsToldNoSteps() throws Exception {
        String token = server.token("view@*");
        assertThat(server.get("/").as(token).send().text())
                .contains("your roles show you none")
                .doesNotContain("waybill.datasource");
    }
}
