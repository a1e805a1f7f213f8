package io.waybill.part;

import io.waybill.WaybillException;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.commons.io.function.IOFunction;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPPublicKeyRing;
import org.bouncycastle.openpgp.PGPSecretKeyRing;
import org.pgpainless.PGPainless;
import org.pgpainless.algorithm.CompressionAlgorithm;
import org.pgpainless.encryption_signing.EncryptionOptions;
import org.pgpainless.encryption_signing.ProducerOptions;
import org.pgpainless.encryption_signing.SigningOptions;
import org.pgpainless.key.protection.SecretKeyRingProtector;
import org.pgpainless.util.Passphrase;

/** Encrypts files to OpenPGP keys, as a stream, and signs them where a key for that is given. */
public final class OpenPgpFile {

    private final List<PGPPublicKeyRing> recipients;
    private final PGPSecretKeyRing signer;
    private final SecretKeyRingProtector unlocked;
    private final boolean armor;

    private OpenPgpFile(
            List<PGPPublicKeyRing> recipients,
            PGPSecretKeyRing signer,
            SecretKeyRingProtector unlocked,
            boolean armor) {
        this.recipients = recipients;
        this.signer = signer;
        this.unlocked = unlocked;
        this.armor = armor;
    }

    /**
     * Reads the keys, and tries them out, so that a key that is not there, has ended or is locked is found before a row is read.
     *
     * @param recipients files of public keys
     * @param signWith a file of a secret key; null for none
     * @param passphrase what unlocks it; null for nothing
     * @param armor whether the result is text
     * @throws WaybillException when a key cannot be used; the message says which, and why
     */
    public static OpenPgpFile of(List<String> recipients, String signWith, String passphrase, boolean armor) {
        List<PGPPublicKeyRing> keys = new ArrayList<>();
        for (String recipient : recipients) {
            PGPPublicKeyRing key =
                    read(recipient, "public", in -> PGPainless.readKeyRing().publicKeyRing(in));
            try {
                EncryptionOptions.encryptCommunications().addRecipient(key);
            } catch (RuntimeException e) {
                throw refused(recipient, "nothing can be encrypted to it: " + e.getMessage(), e);
            }
            keys.add(key);
        }
        SecretKeyRingProtector unlocked = passphrase == null
                ? SecretKeyRingProtector.unprotectedKeys()
                : SecretKeyRingProtector.unlockAnyKeyWith(Passphrase.fromPassword(passphrase));
        PGPSecretKeyRing signer = null;
        if (signWith != null) {
            signer = read(signWith, "secret", in -> PGPainless.readKeyRing().secretKeyRing(in));
            try {
                SigningOptions.get().addSignature(unlocked, signer);
            } catch (PGPException | RuntimeException e) {
                throw refused(signWith, "it does not sign with this passphrase: " + e.getMessage(), e);
            }
        }
        return new OpenPgpFile(keys, signer, unlocked, armor);
    }

    private static <K> K read(String file, String kind, IOFunction<InputStream, K> reader) {
        Path path = Path.of(file);
        if (!Files.isRegularFile(path)) {
            throw refused(file, "there is no such file", null);
        }
        K key;
        try (InputStream in = Files.newInputStream(path)) {
            key = reader.apply(in);
        } catch (IOException | RuntimeException e) {
            throw refused(file, "it holds no " + kind + " key: " + e.getMessage(), e);
        }
        if (key == null) {
            throw refused(file, "it holds no " + kind + " key", null);
        }
        return key;
    }

    private static WaybillException refused(String file, String why, Exception cause) {
        return WaybillException.refusal("encryption: key " + file + ": " + why, cause);
    }

    /** Who may read what it encrypts, and who has signed it, by their fingerprints. */
    public String keys() {
        return recipients.stream()
                        .map(ring ->
                                HexFormat.of().formatHex(ring.getPublicKey().getFingerprint()))
                        .collect(Collectors.joining(" "))
                + (armor ? " armor" : "")
                + (signer == null
                        ? ""
                        : " signed "
                                + HexFormat.of().formatHex(signer.getPublicKey().getFingerprint()));
    }

    /** @param out gets the encrypted bytes; it is closed with the answer */
    OutputStream open(OutputStream out) throws IOException {
        try {
            EncryptionOptions encryption = EncryptionOptions.encryptCommunications();
            recipients.forEach(encryption::addRecipient);
            ProducerOptions options = signer == null
                    ? ProducerOptions.encrypt(encryption)
                    : ProducerOptions.signAndEncrypt(
                            encryption, SigningOptions.get().addSignature(unlocked, signer));
            OutputStream encrypted = PGPainless.encryptAndOrSign()
                    .onOutputStream(out)
                    .withOptions(options.setAsciiArmor(armor)
                            // what is to be compressed is so already
                            .overrideCompressionAlgorithm(CompressionAlgorithm.UNCOMPRESSED));
            return new Both(encrypted, out);
        } catch (PGPException e) {
            throw new IOException("a file cannot be encrypted: " + e.getMessage(), e);
        }
    }

    /** Closes what it writes to as well, which the encrypting stream leaves open. */
    private static final class Both extends FilterOutputStream {

        private final OutputStream under;

        Both(OutputStream encrypted, OutputStream under) {
            super(encrypted);
            this.under = under;
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            out.write(bytes, from, length);
        }

        @Override
        public void close() throws IOException {
            out.close();
            under.close();
        }
    }
}
