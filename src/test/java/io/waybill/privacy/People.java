package io.waybill.privacy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.waybill.FlowHarness;
import io.waybill.ledger.RunResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** People, in a table of their own, and exports of them by flows with keys. */
record People(FlowHarness harness) {

    static final String KEY = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

    /** A harness with such a table. */
    static FlowHarness table() {
        return FlowHarness.over(
                "CREATE TABLE people (id integer primary key, name varchar, email varchar, phone varchar, born date, seen timestamp with time zone,"
                        + " at timestamp, salary decimal(8,2), points integer, code char(6))",
                "INSERT INTO people VALUES (1, 'Zoë 😀', 'Ada@Example.COM', '+43 660 1234567', '1984-05-17', '2025-12-31 23:30:00+00', '2025-08-20 13:14:15.5',"
                        + " 1234.56, -7, 'ab')",
                "INSERT INTO people VALUES (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)");
    }

    void setKeys() {
        harness.property("waybill.privacy-keys.customers", KEY);
        harness.property("waybill.privacy-keys.older", KEY.replace('0', 'f'));
    }

    List<String> export(String columns, String keys) throws Exception {
        run(columns, keys);
        return Files.readAllLines(harness.file("people.csv"));
    }

    RunResult run(String columns, String keys) throws Exception {
        return harness.export("source_dataset_id = \"people\"\nfile_path = \"{{root}}/people.csv\"\ncolumns = ["
                + columns + "]\n" + (keys.contains("order_by") ? "" : "order_by = [\"id\"]\n") + keys);
    }

    static String transform(String keys) {
        return "[[properties.export.transform]]\n" + keys + "\n";
    }

    static String hash(String text) throws Exception {
        return HexFormat.of()
                .formatHex(hmac(
                        hmac(HexFormat.of().parseHex(KEY), "waybill/hash".getBytes(StandardCharsets.UTF_8)),
                        text.getBytes(StandardCharsets.UTF_8)));
    }

    private static byte[] hmac(byte[] key, byte[] text) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(text);
    }

    JsonNode waybill() throws Exception {
        try (Stream<Path> files = Files.list(harness.folder())) {
            Path waybill = files.filter(file -> file.toString().endsWith(".waybill.json"))
                    .findFirst()
                    .orElseThrow();
            return new ObjectMapper().readTree(waybill.toFile());
        }
    }

    void markPii(String... columns) throws Exception {
        Files.writeString(
                harness.file("datasets.toml"),
                "[[dataset]]\nid = \"people\"\ntable = \"people\"\ncolumns = ["
                        + Stream.of(columns)
                                .map(column -> "{ name = \"" + column + "\", pii = true }")
                                .collect(Collectors.joining(", "))
                        + "]\n");
    }
}
