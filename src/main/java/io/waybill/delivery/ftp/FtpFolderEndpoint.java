package io.waybill.delivery.ftp;

import io.waybill.delivery.RemoteServer;
import io.waybill.delivery.RemoteUploads;
import io.waybill.delivery.ServerMemory;
import java.nio.charset.StandardCharsets;
import org.apache.camel.Category;
import org.apache.camel.component.file.remote.FtpConfiguration;
import org.apache.camel.component.file.remote.FtpEndpoint;
import org.apache.camel.component.file.remote.RemoteFileOperations;
import org.apache.camel.spi.UriEndpoint;
import org.apache.commons.net.ftp.FTPClient;
import org.apache.commons.net.ftp.FTPFile;

/**
 * Write files to an FTP server as they are: camel-ftp's own endpoint sends them as text, whose line ends the server may change.
 *
 * <p>The message's body is a file; header CamelFileName is its name below the folder.
 */
@UriEndpoint(
        firstVersion = "0.1.0",
        scheme = "waybill-ftp",
        extendsScheme = "ftp",
        title = "Waybill FTP",
        syntax = "waybill-ftp:host:port/directoryName",
        category = {Category.FILE},
        producerOnly = true)
public class FtpFolderEndpoint extends FtpEndpoint<FTPFile> implements RemoteServer<FTPFile> {

    private final ServerMemory memory = new ServerMemory();

    public FtpFolderEndpoint(String uri, FtpFolderComponent component, FtpConfiguration configuration) {
        super(uri, component, configuration);
        configuration.setBinary(true);
    }

    @Override
    protected FTPClient createFtpClient() throws Exception {
        FTPClient client = super.createFtpClient();
        client.setControlEncoding(StandardCharsets.UTF_8.name()); // RFC 2640; else letters beyond Latin-1 become "?"
        return client;
    }

    @Override
    public synchronized RemoteUploads<FTPFile> uploads() throws Exception {
        return new FtpUploads(super.createRemoteFileOperations(), memory);
    }

    @Override
    public RemoteFileOperations<FTPFile> createRemoteFileOperations() throws Exception {
        return uploads().operations();
    }

    @Override
    public ServerMemory memory() {
        return memory;
    }

    @Override
    protected void doInit() throws Exception {
        super.doInit();
        FtpUploads.checkMode(getConfiguration());
    }
}
