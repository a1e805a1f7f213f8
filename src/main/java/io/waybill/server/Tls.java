package io.waybill.server;

import io.vertx.core.net.KeyCertOptions;
import io.waybill.WaybillException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificate of the server and its key, from two files of PEM. They are looked at again while it runs; those that are no good do
 * not take the place of those that are in use.
 */
final class Tls {

    private static final Logger LOG = LoggerFactory.getLogger(Tls.class);

    static final Set<String> PROTOCOLS = new LinkedHashSet<>(List.of("TLSv1.3", "TLSv1.2"));

    private static final Pattern KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

    private final Path certificate;
    private final Path key;
    private final Clock clock;
    private volatile Pair used;
    private volatile String problem;

    private Tls(Path certificate, Path key, Clock clock) {
        this.certificate = certificate;
        this.key = key;
        this.clock = clock;
    }

    /**
     * What was read, and found good.
     *
     * @param chain the server's own certificate, and those that have signed it
     */
    private record Pair(X509Certificate[] chain, PrivateKey key) {

        boolean isSame(Pair other) {
            return Arrays.equals(chain, other.chain) && key.equals(other.key);
        }

        Instant ends() {
            return chain[0].getNotAfter().toInstant();
        }
    }

    /** The pair that is in use when somebody comes. */
    private final class Current extends X509ExtendedKeyManager {

        private static final String ALIAS = "server";

        @Override
        public String[] getServerAliases(String keyType, Principal[] issuers) {
            return used.key().getAlgorithm().equals(keyType) ? new String[] {ALIAS} : null;
        }

        @Override
        public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
            return used.key().getAlgorithm().equals(keyType) ? ALIAS : null;
        }

        @Override
        public String chooseEngineServerAlias(String keyType, Principal[] issuers, SSLEngine engine) {
            return chooseServerAlias(keyType, issuers, null);
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return used.chain().clone();
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return used.key();
        }

        @Override
        public String[] getClientAliases(String keyType, Principal[] issuers) {
            return null;
        }

        @Override
        public String chooseClientAlias(String[] keyType, Principal[] issuers, Socket socket) {
            return null;
        }
    }

    /**
     * Reads both files.
     *
     * @throws WaybillException where a server could not prove itself by them
     */
    static Tls open(Path certificate, Path key, Clock clock) {
        Tls tls = new Tls(certificate, key, clock);
        tls.used = tls.read();
        return tls;
    }

    /**
     * What each handshake asks. It is never exchanged: Vert.x's own way to do that turns away who comes meanwhile.
     */
    KeyCertOptions options() {
        return KeyCertOptions.wrap(new Current());
    }

    /** Uses what the files have now, where it is good. */
    synchronized void look() {
        try {
            Pair read = read();
            problem = null;
            if (!read.isSame(used)) {
                used = read;
                LOG.info("The certificate of {} is used from now on, until {}", certificate, read.ends());
            }
        } catch (WaybillException e) {
            if (!e.getMessage().equals(problem)) {
                LOG.error("{}; the one from before is used as long as it holds", e.getMessage());
            }
            problem = e.getMessage();
        }
    }

    /** Whether browsers take what is in use. */
    boolean holds() {
        return clock.instant().isBefore(used.ends());
    }

    /** Whether the files are those that are in use, or could be. */
    boolean isUpToDate() {
        return problem == null;
    }

    private Pair read() {
        byte[] certificateRead = bytes("waybill.server.tls.certificate", certificate);
        byte[] keyRead = bytes("waybill.server.tls.key", key);
        X509Certificate[] chain = chain(certificateRead);
        X509Certificate own = chain[0];
        Instant now = clock.instant();
        if (now.isBefore(own.getNotBefore().toInstant())) {
            throw wrong(
                    "certificate",
                    certificate,
                    "it holds from " + own.getNotBefore().toInstant() + " on");
        }
        if (!now.isBefore(own.getNotAfter().toInstant())) {
            throw wrong(
                    "certificate",
                    certificate,
                    "it has held until " + own.getNotAfter().toInstant());
        }
        PrivateKey privateKey = privateKey(keyRead, own.getPublicKey().getAlgorithm());
        if (!belong(privateKey, own)) {
            throw wrong("key", key, "it is not the key of the certificate in " + certificate);
        }
        return new Pair(chain, privateKey);
    }

    private static byte[] bytes(String setting, Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw WaybillException.refusal(setting + ": " + file + " is not there", e);
        } catch (IOException e) {
            throw WaybillException.refusal(setting + ": " + file + " cannot be read", e);
        }
    }

    /** The server's own, which comes first; those that have signed it follow. */
    private X509Certificate[] chain(byte[] pem) {
        X509Certificate[] chain = {};
        try {
            chain = CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(pem)).stream()
                    .map(X509Certificate.class::cast)
                    .toArray(X509Certificate[]::new);
        } catch (CertificateException e) {
            // said below
        }
        if (chain.length == 0) {
            throw wrong(
                    "certificate",
                    certificate,
                    "it has no certificate of PEM, which begins with -----BEGIN CERTIFICATE-----");
        }
        return chain;
    }

    private PrivateKey privateKey(byte[] pem, String algorithm) {
        Matcher read = KEY.matcher(new String(pem, StandardCharsets.ISO_8859_1));
        if (!read.find()) {
            throw wrong(
                    "key",
                    key,
                    "it has no key of PEM that is not encrypted, which begins with -----BEGIN PRIVATE KEY-----;"
                            + " openssl pkcs8 -topk8 -nodes writes one");
        }
        try {
            byte[] bytes = Base64.getMimeDecoder().decode(read.group(1));
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(bytes));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw wrong(
                    "key", key, "it has no key of " + algorithm + ", as the certificate in " + certificate + " has");
        }
    }

    private static boolean belong(PrivateKey key, X509Certificate certificate) {
        byte[] text = {1, 2, 3};
        try {
            Signature signature = Signature.getInstance(
                    key.getAlgorithm().equals("RSA")
                            ? "SHA256withRSA"
                            : key.getAlgorithm().equals("EC") ? "SHA256withECDSA" : key.getAlgorithm());
            signature.initSign(key);
            signature.update(text);
            byte[] signed = signature.sign();
            signature.initVerify(certificate.getPublicKey());
            signature.update(text);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static WaybillException wrong(String which, Path file, String what) {
        return WaybillException.refusal("waybill.server.tls." + which + ": " + file + ": " + what);
    }
}
