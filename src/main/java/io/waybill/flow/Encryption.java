package io.waybill.flow;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** How files are encrypted, once they are compressed. */
public sealed interface Encryption {

    /** What encrypts to OpenPGP. */
    Library OPEN_PGP = new Library("org.pgpainless:pgpainless-core", "org.pgpainless.PGPainless", List.of());

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

    /**
     * What is not allowed of how the settings of an export's encryption go together; the same for flow files and for the beans of routes.
     *
     * @return what is wrong, by the keys of {@code encryption}
     */
    static List<Refusal> refusals(Values values) {
        List<String> recipients = values.get(EncryptionKeys.RECIPIENTS);
        String signWith = values.get(EncryptionKeys.SIGN_WITH);
        String passphrase = values.get(EncryptionKeys.PASSPHRASE);
        String zipPassword = values.get(EncryptionKeys.ZIP_PASSWORD);
        List<Refusal> refusals = new ArrayList<>();
        if (zipPassword != null) {
            if (values.get(ExportKeys.COMPRESSION) != Compression.ZIP) {
                refusals.add(new Refusal("zip_password", "is for compression = \"zip\" alone"));
            }
            if (!recipients.isEmpty() || signWith != null || passphrase != null || values.get(EncryptionKeys.ARMOR)) {
                refusals.add(new Refusal("zip_password", "does not go with OpenPGP; one of them is allowed"));
            }
            return refusals;
        }
        if (!OPEN_PGP.isThere()) {
            refusals.add(new Refusal("recipients", OPEN_PGP.missing("OpenPGP")));
        }
        if (recipients.isEmpty()) {
            refusals.add(
                    new Refusal(
                            "recipients",
                            "is missing; write for example recipients = [\"keys/partner.asc\"], or zip_password = \"{{env:NAME}}\""));
        }
        if (passphrase != null && signWith == null) {
            refusals.add(new Refusal("passphrase", "is for the key of sign_with, which is missing"));
        }
        return refusals;
    }

    /** A name that promises an encryption, and nothing encrypts so: null where that is not so. */
    static String unfulfilled(Encryption encryption, List<String> paths) {
        return !(encryption instanceof OpenPgp) && paths.stream().anyMatch(path -> path.endsWith(".pgp"))
                ? "ends in .pgp, and nothing encrypts to OpenPGP; write for example"
                        + " encryption = { recipients = [\"keys/partner.asc\"] }"
                : null;
    }
}
