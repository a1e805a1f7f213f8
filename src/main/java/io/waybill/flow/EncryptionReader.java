package io.waybill.flow;

import java.util.List;

/** Reads how files are encrypted. */
final class EncryptionReader {

    private final TomlSection section;

    EncryptionReader(TomlSection section) {
        this.section = section;
    }

    /** @return null for not at all */
    Encryption read(Compression compression, List<String> paths) {
        TomlSection table = section.section("encryption", "encryption.");
        Encryption encryption = table == null ? null : read(table, compression);
        if (!(encryption instanceof Encryption.OpenPgp) && paths.stream().anyMatch(path -> path.endsWith(".pgp"))) {
            section.problem(
                    section.has("file_path") ? "file_path" : "destination",
                    "ends in .pgp, and nothing encrypts to OpenPGP; write for example"
                            + " encryption = { recipients = [\"keys/partner.asc\"] }");
        }
        return encryption;
    }

    private static Encryption read(TomlSection table, Compression compression) {
        List<String> recipients = table.texts("recipients");
        String signWith = table.text("sign_with");
        String passphrase = secret(table, "passphrase");
        boolean armor = table.flag("armor", false);
        String zipPassword = secret(table, "zip_password");
        table.refuseUnknownKeys();
        if (zipPassword != null) {
            if (compression != Compression.ZIP) {
                table.problem("zip_password", "is for compression = \"zip\" alone");
            }
            if (!recipients.isEmpty() || signWith != null) {
                table.problem("zip_password", "does not go with OpenPGP; one of them is allowed");
            }
            return new Encryption.ZipAes(zipPassword);
        }
        if (recipients.isEmpty()) {
            table.problem(
                    "recipients",
                    "is missing; write for example recipients = [\"keys/partner.asc\"], or zip_password = \"{{env:NAME}}\"");
        }
        if (passphrase != null && signWith == null) {
            table.problem("passphrase", "is for the key of sign_with, which is missing");
        }
        return new Encryption.OpenPgp(recipients, signWith, passphrase, armor);
    }

    /** A placeholder as it stands: what is secret is not written into a flow. */
    private static String secret(TomlSection table, String key) {
        String raw = table.rawText(key);
        if (raw == null || table.resolve(key, raw) == null) {
            return null;
        }
        if (!raw.contains("{{")) {
            table.problem(key, "holds a secret; write a property placeholder, {{env:NAME}}");
        }
        return raw;
    }
}
