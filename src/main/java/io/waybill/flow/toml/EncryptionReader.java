package io.waybill.flow.toml;

import io.waybill.flow.Compression;
import io.waybill.flow.Encryption;
import io.waybill.flow.EncryptionKeys;
import io.waybill.flow.EncryptionRules;
import io.waybill.flow.ExportKeys;
import io.waybill.flow.Key;
import java.util.List;

/** Reads how files are encrypted. */
final class EncryptionReader {

    private final TomlSection section;

    EncryptionReader(TomlSection section) {
        this.section = section;
    }

    /** @return null for not at all */
    Encryption read(Compression compression, List<String> paths) {
        TomlSection table = section.section(ExportKeys.ENCRYPTION);
        Encryption encryption = table == null ? null : read(table, compression);
        String unfulfilled = EncryptionRules.unfulfilled(encryption, paths);
        if (unfulfilled != null) {
            section.problem(
                    section.has(ExportKeys.FILE_PATH) ? ExportKeys.FILE_PATH : ExportKeys.DESTINATION, unfulfilled);
        }
        return encryption;
    }

    private static Encryption read(TomlSection table, Compression compression) {
        List<String> recipients = table.get(EncryptionKeys.RECIPIENTS);
        String signWith = table.get(EncryptionKeys.SIGN_WITH);
        String passphrase = secret(table, EncryptionKeys.PASSPHRASE);
        boolean armor = table.get(EncryptionKeys.ARMOR);
        String zipPassword = secret(table, EncryptionKeys.ZIP_PASSWORD);
        table.refuseUnknownKeys();
        EncryptionRules.check(recipients, signWith, passphrase, armor, zipPassword, compression)
                .forEach(table::problem);
        if (zipPassword != null) {
            return new Encryption.ZipAes(zipPassword);
        }
        return new Encryption.OpenPgp(recipients, signWith, passphrase, armor);
    }

    /** A placeholder as it stands: what is secret is not written into a flow. */
    private static String secret(TomlSection table, Key<String> secret) {
        String key = secret.name();
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
