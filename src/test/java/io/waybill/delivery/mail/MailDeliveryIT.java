package io.waybill.delivery.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import io.waybill.FlowHarness;
import io.waybill.ledger.RunEntry;
import io.waybill.ledger.RunResult;
import io.waybill.servers.RawServer;
import jakarta.mail.Message;
import jakarta.mail.Multipart;
import jakarta.mail.internet.MimeMessage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Exports by mail. */
class MailDeliveryIT {

    private static final String PASSWORD = "smtp-secret-Hj64";

    @RegisterExtension
    private final FlowHarness harness = FlowHarness.over("CREATE TABLE t AS SELECT x AS id FROM system_range(1, 4)");

    private GreenMail server;

    @BeforeEach
    void start() {
        server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        server.start();
        server.setUser("waybill@example.com", "waybill", PASSWORD);
        server.getUserManager().setAuthRequired(true);
    }

    @AfterEach
    void stop() throws Exception {
        server.stop();
    }

    private FlowHarness load(Map<String, String> settings, String keys) throws Exception {
        return load(settings, keys, "");
    }

    /** @param place instead of the usual one; empty for that */
    private FlowHarness load(Map<String, String> settings, String keys, String place) throws Exception {
        Map<String, String> connection = new java.util.HashMap<>(Map.of(
                "type",
                "smtp",
                "host",
                "127.0.0.1",
                "port",
                Integer.toString(server.getSmtp().getPort()),
                "tls",
                "none",
                "username",
                "waybill",
                "password",
                PASSWORD,
                "from",
                "waybill@example.com"));
        connection.putAll(settings);
        connection.forEach((key, value) -> harness.property("waybill.connection.post." + key, value));
        return harness.load(
                "t.toml",
                "name = \"Orders of the day\"\n[properties.export]\nsource_dataset_id = \"t\"\n"
                        + "file_path = \""
                        + (place.isEmpty()
                                ? "mailto:a@example.com,b@example.com?subject=Orders of {ds}&cc=c@example.com"
                                : place)
                        + "\"\n"
                        + "format = \"csv\"\n" + (place.startsWith("{{root}}") ? "" : "connection = \"post\"\n")
                        + "max_rows_per_file = 2\n"
                        + "redelivery = { maximum_redeliveries = 1, redelivery_delay = \"20ms\" }\n" + keys);
    }

    @Test
    void nobodyElseGetsMailThanTheConnectionAllows() throws Exception {
        assertThat(load(Map.of("recipients", "Example.com, x@example.org"), "")
                        .run("t")
                        .status())
                .isEqualTo(RunEntry.Status.DONE);
        assertThat(server.getReceivedMessagesForDomain("example.com")).hasSize(3);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a@example.com, b@example.com | '' | c@example.com",
                "example.com, a@other.example | mailto:b@other.example | b@other.example",
                "example.com | mailto:a@sub.example.com | a@sub.example.com",
                "example.com | mailto:a@example.com,b@other.example | b@other.example",
                "example.com | mailto:a@example.com?bcc=b@other.example | b@other.example",
                "example.com | mailto:a@example.com?Cc=b@other.example | b@other.example",
                "example.com | mailto:a@example.com?cc=c@example.com;b@other.example | b@other.example",
                "example.com | mailto:a@example.com?bcc=%22a@example.com%22@other.example | other.example",
                "example.com | mailto:<@other.example:a@example.com> | other.example",
            })
    void aFlowThatNamesOthersIsRefused(String recipients, String place, String named) {
        assertThatThrownBy(() -> load(Map.of("recipients", recipients), "", place))
                .hasMessageContaining("delivery \"")
                .hasMessageContaining(named)
                .hasMessageContaining("gets no mail; waybill.connection.post.recipients allows " + recipients);
    }

    @Test
    void whoIsKnownOnlyWhenTheMailIsSentIsNoneOfThese() {
        assertThatThrownBy(() -> load(Map.of("recipients", "example.com"), "", "mailto:{flow_id}@example.com"))
                .hasMessageContaining(
                        "\"{flow_id}@example.com\" is known only when it is sent, and may then be anybody's");
        assertThatThrownBy(
                        () -> load(Map.of("recipients", "example.com"), "headers = { To = \"b@other.example\" }\n", ""))
                .hasMessageContaining("\"b@other.example\" gets no mail");
    }

    @ParameterizedTest
    @ValueSource(strings = {"configuration.bcc", "Configuration.BCC", "BCC", "configuration.recipients", "recipients"})
    void anotherWayToWriteAnOptionNamesNobodyElse(String option) {
        String keys = "[[properties.export.delivery]]\nid = \"post\"\nuri = \"mailto:a@example.com\"\n"
                + "connection = \"post\"\noptions = { \"" + option + "\" = \"b@other.example\" }\n";
        assertThatThrownBy(() -> load(Map.of("recipients", "example.com"), keys, "{{root}}/out/t.csv"))
                .hasMessageContaining("delivery \"post\": \"b@other.example\" gets no mail;"
                        + " waybill.connection.post.recipients allows example.com");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"b-cc", "contentType=text/plain&bcc", "b%63c", "configuration..bcc", "b cc", "recipients[Bcc]"})
    void whatIsNoNameOfAnOptionIsRefused(String option) {
        String keys = "[[properties.export.delivery]]\nid = \"post\"\nuri = \"mailto:a@example.com\"\n"
                + "connection = \"post\"\noptions = { \"" + option + "\" = \"b@other.example\" }\n";
        assertThatThrownBy(() -> load(Map.of(), keys, "{{root}}/out/t.csv"))
                .hasMessageContaining("options")
                .hasMessageContaining("\"" + option + "\" is no name of an option; letters and digits are allowed");
    }

    @Test
    void recipientsThatAreNotUnderstoodAreRefused() {
        assertThatThrownBy(() -> load(Map.of("recipients", "example.com, @example.org"), "")
                        .run("t"))
                .hasMessageContaining("waybill.connection.post.recipients: \"@example.org\" is neither a domain nor an"
                        + " address; write for example example.com, sales@example.org");
    }

    @Test
    void allFilesComeInOneMail() throws Exception {
        RunResult result = load(Map.of(), "").run("t");

        assertThat(result.status()).isEqualTo(RunEntry.Status.DONE);
        MimeMessage[] mails = server.getReceivedMessagesForDomain("example.com");
        assertThat(mails).hasSize(3); // one for each recipient
        MimeMessage mail = mails[0];
        assertThat(mail.getSubject()).isEqualTo("Orders of 2026-01-15");
        assertThat(mail.getRecipients(Message.RecipientType.TO))
                .extracting(Object::toString)
                .containsExactly("a@example.com", "b@example.com");
        assertThat(mail.getRecipients(Message.RecipientType.CC))
                .extracting(Object::toString)
                .containsExactly("c@example.com");
        assertThat(mail.getFrom()).extracting(Object::toString).containsExactly("waybill@example.com");
        Multipart parts = (Multipart) mail.getContent();
        assertThat(parts.getCount()).isEqualTo(3);
        assertThat(parts.getBodyPart(0).getContent().toString())
                .contains("t: 4 rows, run " + result.runId())
                .contains("t_part_2.csv: 2 rows, 7 bytes, SHA-256 "
                        + result.files().get(1).sha256());
        assertThat(parts.getBodyPart(2).getFileName()).isEqualTo("t_part_2.csv");
        assertThat(parts.getBodyPart(2).getContentType()).startsWith("text/csv");
        try (InputStream in = parts.getBodyPart(2).getInputStream()) {
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("id\n3\n4\n");
        }
    }

    @Test
    void filesThatAreTooLargeAreLinkedTo() throws Exception {
        load(Map.of("size-limit", "10", "link", "https://files.example.com/{file}"), "")
                .run("t");

        Object content = server.getReceivedMessages()[0].getContent();
        assertThat(content.toString())
                .contains("https://files.example.com/t_part_1.csv")
                .contains("https://files.example.com/t_part_2.csv");
    }

    @Test
    void filesThatAreTooLargeAreRefusedWhereNobodySaysWhatToDo() throws Exception {
        RunResult failed = load(Map.of("size-limit", "10"), "").fail("t");

        assertThat(failed.error())
                .isEqualTo("the files have 14 bytes, and a mail takes 10; set size-limit, or link, of the connection");
        assertThat(server.getReceivedMessages()).isEmpty();
        assertThat(failed.deadLetter()).isNotNull();
    }

    @Test
    void aWrongPasswordIsNotTriedAgainAndNotShown() throws Exception {
        RunResult failed = load(Map.of("password", "smtp-wrong-Hj65"), "").fail("t");

        assertThat(failed.error()).startsWith("delivery of post failed: 535 ").doesNotContain("Hj65");
        assertThat(server.getReceivedMessages()).isEmpty();
    }

    @Test
    void aServerWithoutTlsIsRefusedUnlessThatIsAskedFor() throws Exception {
        RunResult failed = load(Map.of("tls", "starttls"), "").fail("t");

        assertThat(failed.error()).contains("STARTTLS is required");
        assertThat(server.getReceivedMessages()).isEmpty();
    }

    @Test
    void whoGetsNoMailIsNamedAndTheOthersGetNoneEither() throws Exception {
        List<String> heard = new CopyOnWriteArrayList<>();
        try (RawServer refusing = RawServer.start((in, out) -> {
            BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII));
            answer(out, "220 ready");
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                heard.add(line);
                answer(out, line.startsWith("RCPT TO:<b@") ? "550 no such user" : "250 well");
            }
        })) {
            Map<String, String> settings =
                    Map.of("port", Integer.toString(refusing.port()), "username", "", "password", "");

            RunResult failed = load(settings, "").fail("t");

            assertThat(failed.error())
                    .isEqualTo(
                            "delivery of post failed: the server does not take mail to b@example.com: 550 no such user");
            assertThat(heard).contains("RCPT TO:<a@example.com>").doesNotContain("DATA");
        }
    }

    private static void answer(OutputStream out, String line) throws IOException {
        out.write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }
}
