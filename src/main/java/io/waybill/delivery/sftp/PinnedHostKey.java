package io.waybill.delivery.sftp;

import com.jcraft.jsch.HostKey;
import com.jcraft.jsch.HostKeyRepository;
import com.jcraft.jsch.UserInfo;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** Knows one key: the one of that fingerprint. */
record PinnedHostKey(String fingerprint) implements HostKeyRepository {

    private static final String PREFIX = "SHA256:";

    @Override
    public int check(String host, byte[] key) {
        return fingerprintOf(key).equals(fingerprint) ? OK : CHANGED;
    }

    static String fingerprintOf(byte[] key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(key);
            return PREFIX + Base64.getEncoder().withoutPadding().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    @Override
    public void add(HostKey hostkey, UserInfo ui) {
        // a key that is not the pinned one is never learnt
    }

    @Override
    public void remove(String host, String type) {
        // nor forgotten
    }

    @Override
    public void remove(String host, String type, byte[] key) {
        // nor forgotten
    }

    @Override
    public String getKnownHostsRepositoryID() {
        return "the fingerprint of the connection";
    }

    @Override
    public HostKey[] getHostKey() {
        return new HostKey[0];
    }

    @Override
    public HostKey[] getHostKey(String host, String type) {
        return new HostKey[0];
    }
}
