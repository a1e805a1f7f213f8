package io.waybill.delivery;

import com.jcraft.jsch.AgentIdentityRepository;
import com.jcraft.jsch.AgentProxyException;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.Proxy;
import com.jcraft.jsch.SSHAgentConnector;
import com.jcraft.jsch.Session;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.component.file.GenericFileOperationFailedException;
import org.apache.camel.component.file.remote.RemoteFileConfiguration;
import org.apache.camel.component.file.remote.SftpOperations;
import org.apache.camel.component.file.remote.SftpRemoteFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What camel-ftp does on an SFTP server, with a pinned host key, an ssh-agent, and renames that replace. */
final class SftpUploads extends SftpOperations {

    private static final Logger LOG = LoggerFactory.getLogger(SftpUploads.class);

    private final String hostKey;
    private final boolean agent;
    private final Map<String, Long> unanswered;
    private final UploadsAhead<Boolean> ahead;

    /**
     * @param hostKey the fingerprint that the server's key must have; null where known_hosts tells
     * @param unanswered the lengths of files by their names, whose renaming was not answered; shared by those that try again
     * @param ahead files that were sent already, by their temporary names
     */
    SftpUploads(Proxy proxy, String hostKey, boolean agent, Map<String, Long> unanswered, UploadsAhead<Boolean> ahead) {
        super(proxy);
        this.ahead = ahead;
        this.unanswered = unanswered;
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

    /** What was sent ahead lies there already. */
    @Override
    public boolean storeFile(String name, Exchange exchange, long size) {
        Optional<StagedFile> file = StagedFile.in(exchange);
        if (file.isPresent()) {
            try {
                if (ahead.take(name, file.get().path()) != null) {
                    return true;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new GenericFileOperationFailedException("interrupted while " + name + " was sent", e);
            }
        }
        return super.storeFile(name, exchange, size);
    }

    /**
     * Renames in one step where the server can; one that does not rename over a file that is there has it removed first, so that
     * readers may find none for a moment, and never half of one.
     */
    @Override
    public boolean renameFile(String from, String to) {
        long length = length(from);
        try {
            boolean renamed = super.renameFile(from, to);
            unanswered.remove(to);
            return renamed;
        } catch (GenericFileOperationFailedException e) {
            if (!isConnected()) {
                unanswered.put(to, length);
                throw e;
            }
            if (!super.existsFile(to) || !super.existsFile(from)) {
                throw e;
            }
            LOG.debug("The server does not rename over {}, which is removed first", to);
            deleteFile(to);
            return super.renameFile(from, to);
        }
    }

    /** Where nothing may be there yet, what an unanswered rename has put there is no reason to stop: it is put there again. */
    @Override
    public boolean existsFile(String name) {
        if (ahead.has(name)) { // camel-ftp would remove it
            return false;
        }
        Long length = unanswered.get(name);
        return super.existsFile(name) && (length == null || length(name) != length);
    }

    private long length(String name) {
        SftpRemoteFile<?>[] found = listFiles(name);
        return found.length == 1 ? found[0].getFileLength() : -1;
    }
}
