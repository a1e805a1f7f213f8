package io.waybill.delivery.sftp;

import com.jcraft.jsch.AgentIdentityRepository;
import com.jcraft.jsch.AgentProxyException;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.Proxy;
import com.jcraft.jsch.SSHAgentConnector;
import com.jcraft.jsch.Session;
import com.jcraft.jsch.UIKeyboardInteractive;
import com.jcraft.jsch.UserInfo;
import io.waybill.WaybillException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.apache.camel.component.file.remote.RemoteFileConfiguration;
import org.apache.camel.component.file.remote.SftpConfiguration;
import org.apache.camel.component.file.remote.SftpOperations;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What camel-ftp does on an SFTP server, with a pinned host key, an ssh-agent, and a password that is shown once. */
final class SftpLogin extends SftpOperations {

    private static final Logger LOG = LoggerFactory.getLogger(SftpLogin.class);

    private final String hostKey;
    private final boolean agent;
    private Session session;

    /** @param hostKey the fingerprint that the server's key must have; null where known_hosts tells */
    SftpLogin(Proxy proxy, String hostKey, boolean agent) {
        super(proxy);
        this.hostKey = hostKey;
        this.agent = agent;
    }

    @Override
    protected Session createSession(RemoteFileConfiguration configuration) throws JSchException {
        String key = ((SftpConfiguration) configuration).getPrivateKeyFile();
        if (key != null && !Files.isReadable(Path.of(key))) {
            throw WaybillException.undelivered("private-key: the file " + key + " is not there, or cannot be read");
        }
        session = super.createSession(configuration);
        if (hostKey != null) {
            session.setHostKeyRepository(new PinnedHostKey(hostKey));
        }
        if (agent) {
            try {
                session.setIdentityRepository(new AgentIdentityRepository(new SSHAgentConnector()));
            } catch (AgentProxyException e) {
                throw new JSchException("no ssh-agent answers: " + e.getMessage(), e);
            }
        }
        if (!hasKey((SftpConfiguration) configuration)) {
            // else a server is shown a wrong password six times, and once more by keyboard-interactive
            session.setConfig("MaxAuthTries", "1");
        }
        session.setUserInfo(new OnePassword(configuration));
        return session;
    }

    private boolean hasKey(SftpConfiguration configuration) {
        return agent
                || configuration.getPrivateKeyFile() != null
                || configuration.getPrivateKey() != null
                || configuration.getPrivateKeyUri() != null
                || configuration.getKeyPair() != null;
    }

    /** Why the server's key is not the one that it should be. */
    String hostKeyProblem(RemoteFileConfiguration configuration) {
        String server = configuration.getHost() + ":" + configuration.getPort();
        String found = session.getHostKey() == null
                ? "unknown"
                : PinnedHostKey.fingerprintOf(
                        Base64.getDecoder().decode(session.getHostKey().getKey()));
        String wanted = hostKey == null
                ? "which is not the key that " + knownHosts((SftpConfiguration) configuration)
                        + " has for it, if it has one"
                : "and not " + hostKey + ", as host-key says";
        return "the key of " + server + " is " + found + ", " + wanted
                + "; another server may have answered: ask its operator which key is right, and set host-key to that";
    }

    private static String knownHosts(SftpConfiguration configuration) {
        return configuration.getKnownHostsFile() == null ? "~/.ssh/known_hosts" : configuration.getKnownHostsFile();
    }

    /** Shows the password once: what is refused then is refused each time, and may close the account. */
    private static final class OnePassword implements UserInfo, UIKeyboardInteractive {

        private final RemoteFileConfiguration configuration;
        private boolean shown;

        OnePassword(RemoteFileConfiguration configuration) {
            this.configuration = configuration;
        }

        @Override
        public String getPassword() {
            return configuration.getPassword();
        }

        @Override
        public boolean promptPassword(String message) {
            return configuration.getPassword() != null && show();
        }

        /** One prompt is for the password; what else is asked, a code for example, is not known here. */
        @Override
        public String[] promptKeyboardInteractive(
                String destination, String name, String instruction, String[] prompt, boolean[] echo) {
            if (prompt.length == 0) {
                return new String[0];
            }
            return configuration.getPassword() != null && prompt.length == 1 && show()
                    ? new String[] {configuration.getPassword()}
                    : null;
        }

        private boolean show() {
            if (shown) {
                throw WaybillException.undelivered("Auth fail: the server refuses the password of "
                        + configuration.getUsername() + ", or asks for more than that");
            }
            shown = true;
            return true;
        }

        @Override
        public String getPassphrase() {
            return null;
        }

        @Override
        public boolean promptPassphrase(String message) {
            return false;
        }

        @Override
        public boolean promptYesNo(String message) {
            return false;
        }

        @Override
        public void showMessage(String message) {
            LOG.debug("{}: {}", configuration.getHost(), message);
        }
    }
}
