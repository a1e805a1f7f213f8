package io.waybill.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The flows of {@link CanaryIT}: all that an export can do, and what can go wrong with it. */
final class CanaryFlows {

    private CanaryFlows() {}

    static final String DATA_SETS = """
            [[dataset]]
            id = "people"
            table = "people"
            watermark = "changed"
            columns = [{ name = "email", pii = true }, { name = "ssn", pii = true }]

            [[dataset]]
            id = "unmarked"
            table = "unmarked"

            [[dataset]]
            id = "cast"
            query = "SELECT id, CAST(email AS integer) AS email, note FROM people"
            columns = [{ name = "email", pii = true }]

            [[dataset]]
            id = "where"
            query = "SELECT id, email FROM people WHERE CAST(email AS integer) > 0"
            primary_key = ["id"]
            columns = [{ name = "email", pii = true }]

            [[dataset]]
            id = "h2_where"
            datasource = "h2"
            query = "SELECT id, email FROM people WHERE CAST(email AS integer) > 0"
            columns = [{ name = "email", pii = true }]

            [[dataset]]
            id = "keyed"
            query = "SELECT * FROM people"
            primary_key = ["email"]
            columns = [{ name = "email", pii = true }, { name = "ssn", pii = true }]

            [[dataset]]
            id = "lite"
            datasource = "lite"
            table = "people"
            columns = [{ name = "ssn", pii = true }]

            [[dataset]]
            id = "small"
            table = "people"
            columns = [{ name = "ssn", type = "decimal(5,0)", pii = true }, { name = "email", pii = true }]

            [[dataset]]
            id = "by_email"
            table = "people"
            watermark = "email"
            columns = [{ name = "email", pii = true }, { name = "ssn", pii = true }]

            [[dataset]]
            id = "twice"
            table = "twice"
            primary_key = ["id"]
            columns = [{ name = "email", pii = true }, { name = "ssn", pii = true }]
            """;

    /** Exports by their ids: of people, without what is marked, unless they say otherwise. */
    static Map<String, String> exports(int http) {
        Map<String, String> flows = new LinkedHashMap<>();
        String allow = "pii_policy = \"allow\"\n";
        String url = "http://127.0.0.1:" + http;
        flows.put("folder", "file_path = \"out/{flow_id}_{run_id}.csv\"\nchecksums = true\nsince_last_export = true");
        flows.put("allow_folder", allow + "file_path = \"out/allow_{run_id}.csv.gz\"\nchecksums = true");
        flows.put("allow_pgp", allow + """
                file_path = "out/pgp_{run_id}.csv"
                encryption = { recipients = ["keys/partner.asc"], sign_with = "keys/ours.sec.asc", passphrase = "{{pgp.passphrase}}" }""");
        flows.put("allow_zip", allow + """
                file_path = "out/zip_{run_id}.csv.zip"
                compression = "zip"
                encryption = { zip_password = "{{zip.password}}" }""");
        flows.put("allow_filtered", allow + """
                file_path = "out/allow_filtered_{run_id}.jsonl"
                order_by = ["email"]
                filters = [{ column = "email", op = "not_null" }]""");
        flows.put("allow_s3", allow + "file_path = \"s3://lake/{flow_id}_{run_id}.jsonl\"\nconnection = \"lake\"");
        flows.put("s3_refused", "file_path = \"s3://lake/{flow_id}.jsonl\"\nconnection = \"lake_wrong\"");
        flows.put("allow_sftp", allow + "file_path = \"sftp:{flow_id}_{run_id}.csv\"\nconnection = \"partner\"");
        flows.put("allow_sftp_refused", allow + "file_path = \"sftp:{flow_id}.csv\"\nconnection = \"partner_wrong\"");
        flows.put(
                "allow_http", allow + "file_path = \"" + url + "/allow_in\"\nformat = \"jsonl\"\nconnection = \"api\"");
        flows.put(
                "http_refused", "file_path = \"" + url + "/refused\"\nformat = \"jsonl\"\nconnection = \"api_wrong\"");
        flows.put("http_basic", "file_path = \"" + url + "/basic\"\nformat = \"jsonl\"\nconnection = \"api_basic\"");
        flows.put(
                "allow_mail",
                allow + "file_path = \"mailto:a@example.com?subject=allow_\"\nformat = \"csv\"\nconnection = \"post\"");
        flows.put(
                "mail_refused", "file_path = \"mailto:a@example.com\"\nformat = \"csv\"\nconnection = \"post_wrong\"");
        flows.put(
                "strict",
                "source_dataset_id = \"unmarked\"\npii_policy = \"strict\"\nfile_path = \"out/{flow_id}.csv\"");
        flows.put("down", "datasource = \"down\"\nfile_path = \"out/{flow_id}.csv\"");
        flows.put("unknown", "datasource = \"unknown\"\nfile_path = \"out/{flow_id}.csv\"");
        flows.put(
                "group",
                "file_path = \"out/{flow_id}.csv\"\nreport = { group_by = [\"email\"], metrics = [{ function = \"count\" }] }");
        flows.put("allow_cast", "source_dataset_id = \"cast\"\n" + allow + "file_path = \"out/{flow_id}.csv\"");
        flows.put(
                "allow_cast_jdbc",
                "source_dataset_id = \"cast\"\nreader = \"jdbc\"\n" + allow + "file_path = \"out/{flow_id}.csv\"");
        flows.put("where", "source_dataset_id = \"where\"\nfile_path = \"out/{flow_id}.csv\"");
        flows.put(
                "where_latest",
                "source_dataset_id = \"where\"\nexport_mode = \"full\"\nfile_path = \"out/{flow_id}.csv\"");
        flows.put("h2_where", "source_dataset_id = \"h2_where\"\nfile_path = \"out/{flow_id}.csv\"");
        flows.put("allow_lite", "source_dataset_id = \"lite\"\n" + allow + "file_path = \"out/{flow_id}.csv\"");
        flows.put("allow_small", "source_dataset_id = \"small\"\n" + allow + "file_path = \"out/{flow_id}.parquet\"");
        flows.put("allow_latin", allow + """
                file_path = "out/{flow_id}.csv"
                columns = ["email"]
                exporter_config = { encoding = "iso-8859-1" }""");
        flows.put(
                "by_email",
                "source_dataset_id = \"by_email\"\nsince_last_export = true\nfile_path = \"out/{flow_id}_{run_id}.csv\"");
        String transforms = """
                [[properties.export.transform]]
                column = "email"
                method = "%s"
                %s
                [[properties.export.transform]]
                column = "ssn"
                method = "%s"
                %s""";
        String key = "key = \"persons\"";
        String file = "file_path = \"out/{flow_id}_{run_id}.csv\"\n";
        flows.put("hashed", file + "checksums = true\n" + transforms.formatted("hash", key, "hash", key));
        flows.put(
                "tokens",
                file.replace(".csv", ".parquet")
                        + transforms.formatted("tokenize", key, "tokenize", key + "\nsmall = \"hmac\""));
        flows.put("masked", file + transforms.formatted("mask", "keep_last = 3", "generalize", "bucket = 1000000000"));
        flows.put("domains", file + transforms.formatted("domain", "", "mask", "keep_first = 2"));
        flows.put("unfit", file + transforms.formatted("generalize", "to = \"month\"", "exclude", ""));
        flows.put(
                "hashed_changes",
                file + "since_last_export = \"changes\"\n" + transforms.formatted("hash", key, "hash", key));
        String expected = """
                [[properties.export.expect]]
                column = "email"
                matches = "[a-z]+"
                [[properties.export.expect]]
                column = "ssn"
                between = [1, 1000]
                [[properties.export.expect]]
                columns = ["email", "ssn"]
                unique = true
                [[properties.export.expect]]
                sql = "SELECT id, email FROM people"
                """;
        flows.put("allow_expected", allow + file + expected);
        flows.put("allow_expected_by_key", "source_dataset_id = \"keyed\"\n" + allow + file + expected);
        flows.put("hashed_expected", file + expected + transforms.formatted("hash", key, "hash", key));
        flows.put("allow_parallel", allow + "parallelism = 2\nfile_path = \"out/allow_parallel_{run_id}.csv\"");
        return flows;
    }

    /** Those that come to a good end. */
    static final List<String> FINE = List.of(
            "folder",
            "allow_folder",
            "allow_pgp",
            "allow_zip",
            "allow_filtered",
            "allow_s3",
            "allow_sftp",
            "allow_http",
            "http_basic",
            "allow_mail",
            "allow_parallel",
            "hashed",
            "tokens",
            "masked",
            "domains",
            "hashed_changes",
            "feed_people");
}
