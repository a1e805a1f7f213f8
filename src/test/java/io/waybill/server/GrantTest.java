package io.waybill.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What grants are written like, and what they are for. */
class GrantTest {

    private static final Target ORDERS = new Target("sales", "orders_daily", null);

    @ParameterizedTest
    @CsvSource({
        "view@*, true",
        "create@namespace:sales, true",
        "create@namespace:sal, false",
        "create@namespace:sal*, true",
        "download@flow:orders_*, true",
        "download@flow:orders, false",
        "create@dataset:orders_daily, false"
    })
    void isForWhatItNames(String grant, boolean covers) {
        assertThat(Grant.parse(grant).get(0).covers(ORDERS)).isEqualTo(covers);
    }

    @Test
    void aRoleIncludesToSeeAndAdminAll() {
        assertThat(Role.CREATE.includes(Role.VIEW)).isTrue();
        assertThat(Role.DOWNLOAD.includes(Role.VIEW)).isTrue();
        assertThat(Role.DOWNLOAD.includes(Role.CREATE)).isFalse();
        assertThat(Role.CREATE.includes(Role.DOWNLOAD)).isFalse();
        assertThat(List.of(Role.values())).allMatch(Role.ADMIN::includes);
    }

    @Test
    void whatIsWrittenReadsBack() {
        String text = "view@*, create@namespace:sales pii max-rows=5 rows-a-day=9 bytes-a-day=8 exports-a-day=7"
                + " not-before=2025-01-01 last-days=90, download@flow:orders_* last-days=1, admin@dataset:a";
        assertThat(Grant.parse(text)).extracting(Grant::toString).containsExactly(text.split(", "));
    }

    @Test
    void whatIsNotUnderstoodIsRefused() {
        assertThatThrownBy(() -> Grant.parse("view"))
                .hasMessageStartingWith("\"view\" does not say what it is for; write for example view@*");
        assertThatThrownBy(() -> Grant.parse("veiw@*")).hasMessageContaining("allowed: view, create, download, admin");
        assertThatThrownBy(() -> Grant.parse("view@sales"))
                .hasMessageContaining("\"sales\" is none of *, namespace:NAME, flow:NAME, dataset:NAME");
        assertThatThrownBy(() -> Grant.parse("view@flow:")).hasMessageContaining("\"\" is not a name");
        assertThatThrownBy(() -> Grant.parse("view@* max-rows=0"))
                .hasMessage("\"view@* max-rows=0\": \"max-rows=0\" is not understood; allowed: pii, max-rows=NUMBER,"
                        + " rows-a-day=NUMBER, bytes-a-day=NUMBER, exports-a-day=NUMBER, not-before=DATE, last-days=NUMBER"
                        + " (1 to 36500), each once");
        assertThatThrownBy(() -> Grant.parse("view@* max-rows=1 max-rows=2"))
                .hasMessageContaining("\"max-rows=2\" is not understood");
        for (String wrong :
                List.of("rows-a-day=0", "exports-a-day=1 exports-a-day=2", "bytes-a-day=x", "rows-a-week=1")) {
            assertThatThrownBy(() -> Grant.parse("create@* " + wrong))
                    .hasMessageContaining("is not understood; allowed:");
        }
        assertThatThrownBy(() -> Grant.parse("create@* not-before=2025-02-30"))
                .hasMessage("\"create@* not-before=2025-02-30\": \"2025-02-30\" is not a date; write for example"
                        + " not-before=2025-01-01");
        for (String wrong : List.of(
                "last-days=0",
                "last-days=36501",
                "last-days=1 last-days=2",
                "not-before=2025-01-01 not-before=2025-01-02")) {
            assertThatThrownBy(() -> Grant.parse("create@* " + wrong))
                    .hasMessageContaining("is not understood; allowed:");
        }
        for (String wrong : List.of("view@* last-days=90", "admin@* not-before=2025-01-01")) {
            assertThatThrownBy(() -> Grant.parse(wrong))
                    .hasMessage(
                            "\"" + wrong + "\": not-before and last-days are for create and download; view has no rows,"
                                    + " and admin is for all");
        }
        assertThatThrownBy(() -> Grant.parse("view@*,")).hasMessageStartingWith("\"\" does not say");
    }
}
