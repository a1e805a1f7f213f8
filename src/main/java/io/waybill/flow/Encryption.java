package io.waybill.flow;

import java.util.List;
import java.util.function.UnaryOperator;

/** How files are encrypted, once they are compressed. */
public sealed interface Encryption {

    /**
     * OpenPGP (RFC 9580), to whoever has one of the keys.
     *
     * @param recipients files of public keys; at least one
     * @param signWith a file of a secret key that signs; null for none
     * @param passphrase what unlocks that key, a property placeholder; null for none
     * @param armor whether the result is text
     */
    record OpenPgp(List<String> recipients, String signWith, String passphrase, boolean armor) implements Encryption {

        public OpenPgp {
            recipients = List.copyOf(recipients);
        }
    }

    /**
     * AES-256 within zip archives.
     *
     * @param password a property placeholder
     */
    record ZipAes(String password) implements Encryption {}

    /**
     * The one that an export's values speak of; null where they speak of none.
     *
     * @param placeholders puts in what placeholders stand for
     */
    static Encryption of(Values values, UnaryOperator<String> placeholders) {
        if (!values.has(ExportKeys.ENCRYPTION)) {
            return null;
        }
        UnaryOperator<String> resolved = text -> text == null ? null : placeholders.apply(text);
        String zipPassword = resolved.apply(values.get(EncryptionKeys.ZIP_PASSWORD));
        return zipPassword != null
                ? new ZipAes(zipPassword)
                : new OpenPgp(
                        values.get(EncryptionKeys.RECIPIENTS).stream()
                                .map(resolved)
                                .toList(),
                        resolved.apply(values.get(EncryptionKeys.SIGN_WITH)),
                        resolved.apply(values.get(EncryptionKeys.PASSPHRASE)),
                        values.get(EncryptionKeys.ARMOR));
    }

    /** What a file's name gets at its end; empty for nothing. */
    static String extension(Encryption encryption) {
        return encryption instanceof OpenPgp ? ".pgp" : "";
    }
}
