package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.waybill.cli.Launcher.Ended;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tokens by commands: made, listed, revoked, looked through. */
class TokenCommandsIT {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    @RegisterExtension
    private static final Commands WAYBILL = Commands.inNewFolder();

    @BeforeEach
    void needsNoFlows() throws Exception {
        assertThat(WAYBILL.run("token", "list").out()).isEqualTo("no tokens: who is at this machine needs none\n");
    }

    @Test
    void aTokenIsShownOnceAndEndsWhenItIsRevoked() throws Exception {
        Ended created =
                WAYBILL.run("token", "create", "nightly", "--grant", "create@namespace:sales", "--expires", "90d");
        assertThat(created.exitCode()).isZero();
        assertThat(created.out()).matches("waybill_[A-Za-z0-9_-]{43}\n");
        assertThat(created.err()).matches("token [0-9a-f]{12} for nightly; it is not shown again\n");

        String id = created.err().substring(6, 18);
        JsonNode listed =
                JSON.readTree(WAYBILL.run("token", "list", "--json").out()).at("/tokens/0");
        assertThat(listed.get("id").asText()).isEqualTo(id);
        assertThat(listed.get("state").asText()).isEqualTo("open");
        assertThat(listed.toString()).doesNotContain(created.out().strip().substring(8));

        assertThat(WAYBILL.run("token", "revoke", id).out()).isEqualTo("token " + id + " opens nothing any more\n");
        assertThat(WAYBILL.run("token", "list").out()).contains("revoked");
        Ended again = WAYBILL.run("token", "revoke", id);
        assertThat(again.exitCode()).isEqualTo(2);
        assertThat(again.err())
                .isEqualTo(
                        "error: there is no token \"" + id + "\" that opens anything; waybill token list shows them\n");
    }

    @Test
    void whatIsNotUnderstoodIsRefused() throws Exception {
        refused(
                "--grant: \"view\" does not say what it is for; write for example view@*",
                "token",
                "create",
                "x",
                "--grant",
                "view");
        refused(
                "--grant: \"veiw\" is not a role; allowed: view, create, download, admin",
                "token",
                "create",
                "x",
                "--grant",
                "veiw@*");
        refused(
                "--expires: \"soon\" is not a time; write for example 2027-01-15 or 90d",
                "token",
                "create",
                "x",
                "--grant",
                "view@*",
                "--expires",
                "soon");
        refused(
                "--expires: 2020-01-15 is over",
                "token",
                "create",
                "x",
                "--grant",
                "view@*",
                "--expires",
                "2020-01-15");
        refused(
                "--max-rows: 0 is too small; at least 1 is allowed",
                "token",
                "create",
                "x",
                "--grant",
                "view@*",
                "--max-rows",
                "0");
        assertThat(WAYBILL.run("token", "create", "x").exitCode()).isEqualTo(2);
    }

    private void refused(String message, String... arguments) throws Exception {
        Ended ended = WAYBILL.run(arguments);
        assertThat(ended.err()).startsWith("error: " + message);
        assertThat(ended.exitCode()).isEqualTo(2);
    }

    @Test
    void nobodyIsLoggedInWhoHasNotLoggedInOnThePage() throws Exception {
        assertThat(WAYBILL.run("sessions", "list").out()).isEqualTo("nobody is logged in on the page\n");
        Ended none = WAYBILL.run("sessions", "end", "0123456789ab");
        assertThat(none.exitCode()).isEqualTo(2);
        assertThat(none.err())
                .isEqualTo(
                        "error: there is no session of \"0123456789ab\"; waybill sessions list shows whose there are\n");
    }

    @Test
    void theReviewNamesEachRoleByWhomItIsHeld() throws Exception {
        WAYBILL.run("token", "create", "=cmd(), \"bi\"", "--grant", "view@*,download@flow:orders_*");
        String[] lines = WAYBILL.run("access", "--csv").out().split("\n");
        assertThat(lines[0]).isEqualTo("holder,role,for,token,state,last_used,unused,dates,sessions");
        assertThat(lines[1]).startsWith("\"'=cmd(), \"\"bi\"\"\",view,*,");
        assertThat(lines[2]).contains(",download,flow:orders_*,").endsWith(",open,never,,,");
        assertThat(WAYBILL.run("access", "--csv", "--json").err())
                .isEqualTo("error: --csv and --json do not go together\n");
        assertThat(WAYBILL.run("access").out()).contains("flow:orders_*");
        assertThat(JSON.readTree(WAYBILL.run("access", "--json").out())
                        .at("/access/1/unused_for_90_days")
                        .asBoolean(true))
                .isFalse();
    }
}
