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

        @Override
        public Encryption resolved(UnaryOperator<String> placeholders) {
            return new OpenPgp(
                    recipients.stream().map(placeholders).toList(),
                    signWith == null ? null : placeholders.apply(signWith),
                    passphrase == null ? null : placeholders.apply(passphrase),
                    armor);
        }
    }

    /**
     * AES-256 within zip archives.
     *
     * @param password a property placeholder
     */
    record ZipAes(String password) implements Encryption {

        @Override
        public Encryption resolved(UnaryOperator<String> placeholders) {
            return new ZipAes(placeholders.apply(password));
        }
    }

    /** The same, with what its placeholders stand for. */
    Encryption resolved(UnaryOperator<String> placeholders);

    /** What a file's name gets at its end; empty for nothing. */
    static String extension(Encryption encryption) {
        return encryption instanceof OpenPgp ? ".pgp" : "";
    }
}
