package io.waybill.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What libraries say of servers, as those are told who are no administrators. */
class AddressesTest {

    private static final Addresses KNOWN =
            new Addresses(List.of("s3.storage.internal", "db.internal", "warehouse"), List.of("hunter2hunter2"));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Connect to http://127.0.0.1:9000 [/127.0.0.1] failed: Connection refused | Connect to http://… [/…] failed: Connection refused",
                "Connection to db.internal:5432 refused. Check that the hostname and port are correct | Connection to … refused. Check that the hostname and port are correct",
                "The TCP/IP connection to the host warehouse, port 1433 has failed | The TCP/IP connection to the host …, port 1433 has failed",
                "the host \"warehouse\" is not known | the host \"…\" is not known",
                "Cannot connect to warehouse:1521 | Cannot connect to …",
                "Unable to connect to lake.s3.storage.internal/10.1.2.3:9000 | Unable to connect to …/…",
                "Couldn't connect to host, port: localhost, 25; timeout 3000 | Couldn't connect to host, port: localhost, 25; timeout 3000",
                "Couldn't connect to host, port: db.internal, 25 | Couldn't connect to host, port: …, 25",
                "connect to [::1]:5432 and fe80:0:0:0:1:2:3:4%eth0 failed | connect to … and … failed",
                "the server has moved it to https://other.example.net/new?x=1 | the server has moved it to https://…/new?x=1",
                "login as sa with hunter2hunter2 was refused | login as sa with … was refused",
                "catalog.example.org:8181 answers 503 | … answers 503",
                "UnknownHost: ldap1.corp.example.com:636 | UnknownHost: …"
            })
    void aMessageTellsNobodyWhereTheSettingsLead(String said, String told) {
        assertThat(KNOWN.without(said, () -> "")).isEqualTo(told);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "orders.toml:14: exporter_config.delimiter: \";;\" has two characters, one is allowed",
                "source_dataset_id: \"warehouse\" is no table or view of data source warehouse; looked in schema public",
                "what was expected does not hold: ordered_at is between 2026-01-15T00:00:00Z and 2026-01-16T12:30:45.123Z",
                "id is between 1 and 40 (60 of 100 rows violate it), 1.5 of 3.25 at 10:30",
                "relation \"a\" does not exist: a::text, b[1:2]",
                "version 2.4.240 of the driver; s3://lake/orders/a.csv is there already",
                "delivery of orders_20261127T001805-4bdb9e.csv failed: The specified bucket does not exist"
            })
    void whatIsNoAddressStays(String said) {
        assertThat(KNOWN.without(said, () -> "")).isEqualTo(said);
    }

    @Test
    void whatSomebodyHasGivenThemselvesMayBeSaidAgain() {
        String said = "Connect to http://s3.storage.internal:9000 [s3.storage.internal/10.1.2.3] failed";
        assertThat(KNOWN.without(said, () -> "http://s3.storage.internal:9000"))
                .isEqualTo("Connect to http://s3.storage.internal:9000 [s3.storage.internal/…] failed");
        assertThat(KNOWN.without("Connect to 10.1.2.3:9000 failed", () -> "http://10.1.2.3:9000"))
                .isEqualTo("Connect to 10.1.2.3:9000 failed");
    }

    @Test
    void aPlaceIsNotToldByItsServer() {
        assertThat(KNOWN.withoutServers("sftp://me@db.internal:2222/in/orders.csv", () -> ""))
                .isEqualTo("sftp://me@…/in/orders.csv");
        assertThat(KNOWN.withoutServers("SELECT * FROM warehouse WHERE ip = '10.1.2.3'", () -> ""))
                .isEqualTo("SELECT * FROM warehouse WHERE ip = '10.1.2.3'");
        assertThat(KNOWN.withoutServers("sftp://db.internal/in", () -> "sftp://db.internal/in/{ds}.csv"))
                .isEqualTo("sftp://db.internal/in");
    }

    @Test
    void theServersOfSettingsAreFoundInWhateverUrlsDriversHave() {
        assertThat(Addresses.servers("jdbc:postgresql://a.example:5432,b.example/orders?user=x"))
                .containsExactly("a.example", "b.example");
        assertThat(Addresses.servers("jdbc:sqlserver://c.example:1433;databaseName=x"))
                .containsExactly("c.example");
        assertThat(Addresses.servers("jdbc:oracle:thin:@//d.example:1521/x")).containsExactly("d.example");
        assertThat(Addresses.servers("jdbc:oracle:thin:@e.example:1521:x")).containsExactly("e.example");
        assertThat(Addresses.servers(
                        "jdbc:oracle:thin:@(DESCRIPTION=(ADDRESS=(PROTOCOL=TCP)(HOST = f.example)(PORT=1521)))"))
                .containsExactly("f.example");
        assertThat(Addresses.servers("https://user:secret@g.example:9000")).containsExactly("g.example");
        assertThat(Addresses.servers("jdbc:h2:./ledger")).isEmpty();
    }
}
