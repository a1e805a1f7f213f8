package io.waybill.delivery.ftp;

import io.waybill.delivery.RemoteServer;
import io.waybill.delivery.RemoteUploads;
import io.waybill.delivery.ServerMemory;
import java.nio.charset.StandardCharsets;
import org.apache.camel.Category;
import org.apache.camel.component.file.remote.FtpsConfiguration;
import org.apache.camel.component.file.remote.FtpsEndpoint;
import org.apache.camel.component.file.remote.RemoteFileOperations;
import org.apache.camel.spi.UriEndpoint;
import org.apache.commons.net.ftp.FTPClient;
import org.apache.commons.net.ftp.FTPFile;
import org.apache.commons.net.ftp.FTPSClient;

/**
 * Write files to an FTP server by TLS, after its certificate was checked: camel-ftp's own endpoint takes any that has not ended.
 *
 * <p>The message's body is a file; header CamelFileName is its name below the folder.
 */
@UriEndpoint(
        firstVersion = "0.1.0",
        scheme = "waybill-ftps",
        extendsScheme = "ftps",
        title = "Waybill FTPS",
        syntax = "waybill-ftps:host:port/directoryName",
        category = {Category.FILE},
        producerOnly = true)
public class FtpsFolderEndpoint extends FtpsEndpoint implements RemoteServer<FTPFile> {

    private final ServerMemory memory = new ServerMemory();

    public FtpsFolderEndpoint(String uri, FtpsFolderComponent component, FtpsConfiguration configuration) {
        super(uri, component, configuration);
        configuration.setBinary(true);
    }

    @Override
    protected FTPClient createFtpClient() throws Exception {
        FTPSClient client = (FTPSClient) super.createFtpClient();
        client.setControlEncoding(StandardCharsets.UTF_8.name());
        if (sslContextParameters == null && ftpClientTrustStoreParameters == null) {
            client.setTrustManager(null); // Java's own, instead of one that looks at dates alone
        }
        client.setEndpointCheckingEnabled(true);
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
