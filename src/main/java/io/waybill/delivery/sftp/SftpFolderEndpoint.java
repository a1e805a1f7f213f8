package io.waybill.delivery.sftp;

import io.waybill.delivery.RemoteFolder;
import io.waybill.delivery.RemoteServer;
import io.waybill.delivery.RemoteUploads;
import io.waybill.delivery.SendsAhead;
import io.waybill.delivery.ServerMemory;
import io.waybill.delivery.StagedFile;
import io.waybill.delivery.Transfer;
import io.waybill.delivery.UploadsAhead;
import java.io.IOException;
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
public class SftpFolderEndpoint extends SftpEndpoint implements SendsAhead, RemoteServer<SftpRemoteFile> {

    @UriParam(
            label = "security",
            description =
                    "The fingerprint of the server's key, as ssh-keygen -l shows it: SHA256:…; instead of known_hosts.")
    private String hostKey;

    @UriParam(label = "security", description = "Whether keys are asked of the ssh-agent that SSH_AUTH_SOCK names.")
    private boolean agent;

    @UriParam(
            label = "producer",
            defaultValue = "5242880",
            description =
                    "Files of at least so many bytes are sent, by their temporary names, while the next ones of their run are"
                            + " still written; -1 for none.")
    private long uploadAhead = UploadsAhead.USUAL_LEAST_BYTES;

    /** Files that lie there by their temporary names, which are their keys; what is not published is swept. */
    private final UploadsAhead<Boolean> ahead = new UploadsAhead<>(sent -> {}, this::logOut);

    /** The connection of what is sent ahead; only the thread that sends it knows of it. */
    private RemoteFolder<SftpRemoteFile> connection;

    private final ServerMemory memory = new ServerMemory();

    public SftpFolderEndpoint(String uri, SftpFolderComponent component, SftpConfiguration configuration) {
        super(uri, component, configuration);
        configuration.setStrictHostKeyChecking("yes");
    }

    @Override
    public RemoteUploads<SftpRemoteFile> uploads() {
        SftpLogin login = new SftpLogin(getProxy(), hostKey, agent);
        login.setEndpoint(this);
        return new SftpUploads(login, memory, ahead);
    }

    @Override
    public RemoteFileOperations<SftpRemoteFile> createRemoteFileOperations() {
        return uploads().operations();
    }

    @Override
    public ServerMemory memory() {
        return memory;
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

    @Override
    public long getUploadAhead() {
        return uploadAhead;
    }

    /** Files of at least so many bytes are sent while the next ones of their run are still written; -1 for none. */
    public void setUploadAhead(long uploadAhead) {
        this.uploadAhead = uploadAhead;
    }

    @Override
    public void sendAhead(StagedFile file, String name, String sha256, Transfer transfer) {
        ahead.begin(getCamelContext(), RemoteFolder.temporaryPath(this, name, transfer), file.path(), stopped -> {
            boolean old = connection != null && connection.isOpen();
            if (!old) {
                logIn();
            }
            try {
                connection.send(file, name, transfer, stopped);
            } catch (IOException | RuntimeException e) {
                if (!old || stopped.getAsBoolean()) {
                    throw e;
                }
                logIn(); // the server may have closed a connection that waited too long
                connection.send(file, name, transfer, stopped);
            }
            return true;
        });
    }

    private void logIn() throws IOException {
        logOut();
        connection = RemoteFolder.open(this);
    }

    private void logOut() {
        if (connection != null) {
            connection.close();
            connection = null;
        }
    }

    @Override
    public void stopAhead(String name, Transfer transfer) {
        ahead.stop(RemoteFolder.temporaryPath(this, name, transfer));
    }

    @Override
    protected void doStop() throws Exception {
        ahead.close(getCamelContext());
        super.doStop();
    }
}
