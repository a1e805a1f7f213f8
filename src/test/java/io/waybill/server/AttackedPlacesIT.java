package io.waybill.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.server.ServerHarness.Answered;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Where somebody who may write flows, and is no administrator, tries to have files go that nobody has let them send anything to. */
class AttackedPlacesIT {

    @RegisterExtension
    private final ServerHarness server = ServerHarness.with("orders")
            .withProperty("waybill.connection.partner.type", "sftp")
            .withProperty("waybill.connection.partner.host", "partner.example")
            .withProperty("waybill.connection.partner.username", "u")
            .withProperty("waybill.connection.partner.password", "partner-pw")
            .withProperty("waybill.connection.old.type", "ftp")
            .withProperty("waybill.connection.old.host", "old.example")
            .withProperty("waybill.connection.old.username", "u")
            .withProperty("waybill.connection.old.password", "old-pw")
            .withProperty("waybill.connection.hook.type", "http")
            .withProperty("waybill.connection.hook.bearer-token", "hook-pw")
            .withProperty("waybill.connection.post.type", "smtp")
            .withProperty("waybill.connection.post.host", "mail.example")
            .withProperty("waybill.connection.post.username", "u")
            .withProperty("waybill.connection.post.password", "post-pw")
            .withProperty("waybill.connection.events.type", "kinesis")
            .withProperty("waybill.connection.events.region", "eu-central-1")
            .withProperty("waybill.connection.events.access-key", "a")
            .withProperty("waybill.connection.events.secret-key", "events-pw")
            .withProperty("waybill.server.allowed-endpoints", "https://hooks.example");

    private Answered put(String token, String path, String connection, String more) throws Exception {
        return server.put("/v2/flows/attack")
                .as(token)
                .toml("[properties.export]\nsource_dataset_id = \"orders\"\nformat = \""
                        + (connection.equals("events") ? "jsonl" : "csv") + "\"\nfile_path = '" + path
                        + "'\nconnection = \"" + connection + "\"\n" + more)
                .send();
    }

    /** Each with a part of what it is answered. */
    @Test
    void areRefusedWithTheReason() throws Exception {
        String token = server.token("create@*");
        for (String[] attack : new String[][] {
            {"partner", "sftp:../a.csv", "leaves its directory"},
            {"partner", "sftp:/../../etc/a.csv", "leaves its directory"},
            {"partner", "sftp:in/%2e%2e/%2E%2e/a.csv", "leaves its directory"},
            {"partner", "sftp:in/%252e%252e/a.csv", "leaves its directory"},
            {"partner", "sftp:in/..%2f..%2fa.csv", "leaves its directory"},
            {"partner", "sftp:in/..%5c..%5ca.csv", "leaves its directory"},
            {"partner", "sftp:in\\..\\..\\a.csv", "leaves its directory"},
            {"partner", "sftp://evil.example/a.csv", "names a server that is not the one of connection"},
            {"partner", "sftp://partner.example@evil.example/a.csv", "names a server that is not"},
            {"partner", "sftp://partner.example:2222/a.csv", "names a server that is not"},
            {"partner", "sftp:in/${header.x}/a.csv", "is not a variable"},
            {"partner", "sftp:in/$simple{sys.user.home}/a.csv", "is not a variable"},
            {"partner", "sftp:in/a.csv?localWorkDirectory=/tmp", "has options of its endpoint"},
            {"old", "ftp:../a.csv", "leaves its directory"},
            {"old", "ftp:in/%0d%0aDELE x/a.csv", "has a line break, or the like, behind a percent sign"},
            {"old", "ftp:in/%00/a.csv", "has a line break, or the like"},
            {"old", "ftp://evil.example/a.csv", "names a server that is not"},
            {"old", "ftp:in/${bean:x}/a.csv", "is not a variable"},
            {"hook", "https:///evil.example/a.csv", "names no host; write https://host/path"},
            {"hook", "https:/evil.example/a.csv", "names no host"},
            {"hook", "https:evil.example/a.csv", "names no host"},
            {"hook", "http://hooks.example/a.csv", "names a server that is not"},
            {"hook", "https://hooks.example:8443/a.csv", "names a server that is not"},
            {"hook", "https://hooks.example@evil.example/a.csv", "names a server that is not"},
            {"hook", "https://hooks.example#@evil.example/a.csv", "names a server that is not"},
            {"hook", "https://hooks.example\\@evil.example/a.csv", "names a server that is not"},
            {"hook", "https://hooks.example/../a.csv", "leaves its directory"},
            {"hook", "https://hooks.example/%2e%2e/a.csv", "leaves its directory"},
            {"hook", "https://hooks.example/in/${bean:x}", "is not a variable"},
            {"hook", "https://hooks.example/in/a.csv?x=y", "has options of its endpoint"},
            {"post", "mailto:${bean:x}@b.example", "is not a variable"},
            {"post", "mailto:a@b.example?bcc=c@d.example", "has options of its endpoint"},
            {"post", "mailto:a@b.example%0d%0aBcc: c@d.example", "has a line break, or the like"},
            {"post", "mailto:a@b.example&from=c@d.example", "is of nobody who gets mail"},
            {"post", "mailto:nobody at all", "is of nobody who gets mail"},
            {"events", "kinesis:../x", "leaves its directory"},
            {"events", "kinesis:orders/x", "names no stream"},
            {"events", "kinesis://evil.example/orders", "names no stream"},
            {"events", "kinesis:orders${header.x}", "is not a variable"},
            {"events", "kinesis:orders?uriEndpointOverride=http://evil.example", "has options of its endpoint"}
        }) {
            Answered answer = put(token, attack[1], attack[0], "");
            assertThat(answer.status()).as(attack[1] + ": " + answer.text()).isEqualTo(422);
            assertThat(answer.text()).as(attack[1]).contains(attack[2]).doesNotContain("-pw");
        }
        for (String[] header : new String[][] {
            {"X = \"a\\r\\nY: b\"", "has a line break; a header is one line"},
            {"CamelHttpUri = \"http://evil.example\"", "by which Camel itself is told what to do"},
            {"X = \"${bean:x}\"", "is not a variable"},
            {"Authorization = \"x\"", "hold a secret"}
        }) {
            Answered answer = put(token, "https://hooks.example/in/a.csv", "hook", "headers = { " + header[0] + " }\n");
            assertThat(answer.status()).as(header[0] + ": " + answer.text()).isEqualTo(422);
            assertThat(answer.text()).contains(header[1]);
        }
        assertThat(server.file("routes/attack.toml")).doesNotExist();
    }

    @Test
    void areNotWhatTheAdministratorHasLet() throws Exception {
        String token = server.token("create@*");
        for (String[] let : new String[][] {
            {"partner", "sftp:in/my folder/a.csv"},
            {"old", "ftp:in/100%25/{ds}.csv"},
            {"hook", "https://hooks.example/in/a.csv"},
            {"post", "mailto:a@b.example,c@d.example"},
            {"events", "kinesis:orders"}
        }) {
            Answered answer = put(token, let[1], let[0], "");
            assertThat(answer.status()).as(let[1] + ": " + answer.text()).isEqualTo(201);
            server.delete("/v2/flows/attack").as(token).header("If-Match", "*").send();
        }
    }
}
