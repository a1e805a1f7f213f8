package io.waybill.delivery;

import com.jcraft.jsch.AgentIdentityRepository;
import com.jcraft.jsch.AgentProxyException;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.Proxy;
import com.jcraft.jsch.SSHAgentConnector;
import com.jcraft.jsch.Session;
import org.apache.camel.component.file.GenericFileOperationFailedException;
import org.apache.camel.component.file.remote.RemoteFileConfiguration;
import org.apache.camel.component.file.remote.SftpOperations;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What camel-ftp does on an SFTP server, with a pinned host key, an ssh-agent, and renames that replace. */
final class SftpUploads extends SftpOperations {

    private static final Logger LOG = LoggerFactory.getLogger(SftpUploads.class);

    private final String hostKey;
    private final boolean agent;

    /** @param hostKey the fingerprint that the server's key must have; null where known_hosts tells */
    SftpUploads(Proxy proxy, String hostKey, boolean agent) {
        super(proxy);
        this.hostKey = hostKey;
        this.agent = agent;
    }

    @Override
    protected Session createSession(RemoteFileConfiguration configuration) throws JSchException {
        Session session = super.createSession(configuration);
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
        return session;
    }

    /**
     * Renames in one step where the server can; one that does not rename over a file that is there has it removed first, so that
     * readers may find none for a moment, and never half of one.
     */
    @Override
    public boolean renameFile(String from, String to) {
        try {
            return super.renameFile(from, to);
        } catch (GenericFileOperationFailedException e) {
            if (!isConnected() || !existsFile(to) || !existsFile(from)) {
                throw e;
            }
            LOG.debug("The server does not rename over {}, which is removed first", to);
            deleteFile(to);
            return super.renameFile(from, to);
        }
    }
}
