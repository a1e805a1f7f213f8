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
        String unfulfilled = EncryptionRules.unfulfilled(encryption, paths);
        if (unfulfilled != null) {
            section.problem(section.has("file_path") ? "file_path" : "destination", unfulfilled);
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
        EncryptionRules.check(recipients, signWith, passphrase, armor, zipPassword, compression)
                .forEach(table::problem);
        if (zipPassword != null) {
            return new Encryption.ZipAes(zipPassword);
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
