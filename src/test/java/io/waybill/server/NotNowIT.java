package io.waybill.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.server.ServerHarness.Answered;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is answered while the server starts, and while it stops. */
class NotNowIT {

    @RegisterExtension
    private final ServerHarness server = ServerHarness.with("orders").thatStarts();

    private Answered browse(String path) throws Exception {
        return server.get(path).header("Accept", "text/html").send();
    }

    @Test
    void aBrowserGetsAPageThatTriesAgainByItself() throws Exception {
        Answered page = browse("/runs");
        assertThat(page.status()).isEqualTo(503);
        assertThat(page.header("Refresh")).isEqualTo("2");
        assertThat(page.header("Retry-After")).isEqualTo("2");
        assertThat(page.text())
                .contains("<h1>One moment</h1>", "the server is starting", "This page tries again by itself");
        Matcher style = Pattern.compile("href=\"(/assets/[^\"]+css)\"").matcher(page.text());
        assertThat(style.find()).isTrue();
        assertThat(server.get(style.group(1)).send().status()).isEqualTo(200);
        assertThat(server.get("/assets/none.css").send().status()).isEqualTo(404);
    }

    @Test
    void aFormIsNotSentAgainByItself() throws Exception {
        Answered page = server.post("/flows/orders/run")
                .header("Accept", "text/html")
                .body("_seal=a", "application/x-www-form-urlencoded")
                .send();
        assertThat(page.status()).isEqualTo(503);
        assertThat(page.header("Refresh")).isNull();
        assertThat(page.text()).contains("Nothing was done. Go back in a moment, and send it again.");
    }

    @Test
    void aProgramGetsJson() throws Exception {
        Answered answered =
                server.get("/v2/flows").header("Accept", "text/html").send();
        assertThat(answered.refused(503)).isEqualTo("the server is starting");
        assertThat(answered.header("Refresh")).isNull();
    }

    @Test
    void aServerThatStopsSaysSo() throws Exception {
        server.drain();
        Answered page = browse("/");
        assertThat(page.text()).contains("the server is stopping", "This page tries again by itself");
        assertThat(page.header("Refresh")).isEqualTo("30");
        assertThat(server.get("/health/live").send().status()).isEqualTo(200);
    }
}
