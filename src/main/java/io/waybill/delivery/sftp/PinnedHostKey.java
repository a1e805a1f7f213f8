package io.waybill.delivery.sftp;

import com.jcraft.jsch.HostKey;
import com.jcraft.jsch.HostKeyRepository;
import com.jcraft.jsch.UserInfo;
import io.waybill.facts.FileContent;
import java.util.Base64;

/**
 * Knows one key: the one of that fingerprint.
 *
 * @param fingerprint as OpenSSH shows it: {@code SHA256:} and the digest in Base64, without its padding
 */
record PinnedHostKey(String fingerprint) implements HostKeyRepository {

    private static final String PREFIX = "SHA256:";

    @Override
    public int check(String host, byte[] key) {
        return fingerprintOf(key).equals(fingerprint) ? OK : CHANGED;
    }

    static String fingerprintOf(byte[] key) {
        byte[] digest = FileContent.newSha256().digest(key);
        return PREFIX + Base64.getEncoder().withoutPadding().encodeToString(digest);
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
