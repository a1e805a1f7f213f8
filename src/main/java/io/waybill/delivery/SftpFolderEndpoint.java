package io.waybill.delivery;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.Category;
import org.apache.camel.component.file.remote.RemoteFileOperations;
import org.apache.camel.component.file.remote.SftpConfiguration;
import org.apache.camel.component.file.remote.SftpEndpoint;
import org.apache.camel.component.file.remote.SftpRemoteFile;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;

/**
 * Write files to an SFTP server whose host key is known.
 *
 * <p>The message's body is a file; header CamelFileName is its name below the folder.
 */
@UriEndpoint(
        firstVersion = "0.1.0",
        scheme = "waybill-sftp",
        extendsScheme = "sftp",
        title = "Waybill SFTP",
        syntax = "waybill-sftp:host:port/directoryName",
        category = {Category.FILE},
        producerOnly = true)
public class SftpFolderEndpoint extends SftpEndpoint {

    @UriParam(
            label = "security",
            description =
                    "The fingerprint of the server's key, as ssh-keygen -l shows it: SHA256:…; instead of known_hosts.")
    private String hostKey;

    @UriParam(label = "security", description = "Whether keys are asked of the ssh-agent that SSH_AUTH_SOCK names.")
    private boolean agent;

    /** Files whose renaming nobody has answered: they may be there already. */
    private final Map<String, Long> unanswered = new ConcurrentHashMap<>();

    public SftpFolderEndpoint(String uri, SftpFolderComponent component, SftpConfiguration configuration) {
        super(uri, component, configuration);
        configuration.setStrictHostKeyChecking("yes");
    }

    @Override
    public RemoteFileOperations<SftpRemoteFile> createRemoteFileOperations() {
        SftpUploads operations = new SftpUploads(getProxy(), hostKey, agent, unanswered);
        operations.setEndpoint(this);
        return operations;
    }

    public String getHostKey() {
        return hostKey;
    }

    /** The fingerprint of the server's key, as ssh-keygen -l shows it: SHA256:…; instead of known_hosts. */
    public void setHostKey(String hostKey) {
        this.hostKey = hostKey;
    }

    public boolean isAgent() {
        return agent;
    }

    /** Whether keys are asked of the ssh-agent that SSH_AUTH_SOCK names. */
    public void setAgent(boolean agent) {
        this.agent = agent;
    }
}
