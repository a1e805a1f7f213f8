package io.waybill.servers;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.ftpserver.FtpServerFactory;
import org.apache.ftpserver.listener.ListenerFactory;
import org.apache.ftpserver.ssl.SslConfigurationFactory;
import org.apache.ftpserver.usermanager.PropertiesUserManagerFactory;
import org.apache.ftpserver.usermanager.impl.BaseUser;
import org.apache.ftpserver.usermanager.impl.WritePermission;

/** An FTP server, Apache's, with or without TLS. */
public final class FtpServer implements AutoCloseable {

    public static final String USER = "partner";
    public static final String PASSWORD = "ftp-secret-Mx31Lq";

    private final org.apache.ftpserver.FtpServer server;
    private final int port;

    private FtpServer(Path folder, Path keyStore, String keyStorePassword) throws Exception {
        Files.createDirectories(folder);
        ListenerFactory listener = new ListenerFactory();
        listener.setServerAddress("127.0.0.1");
        listener.setPort(0);
        if (keyStore != null) {
            SslConfigurationFactory ssl = new SslConfigurationFactory();
            ssl.setKeystoreFile(keyStore.toFile());
            ssl.setKeystorePassword(keyStorePassword);
            ssl.setKeystoreType("PKCS12");
            ssl.setSslProtocol("TLSv1.2", "TLSv1.3");
            listener.setSslConfiguration(ssl.createSslConfiguration());
        }
        FtpServerFactory factory = new FtpServerFactory();
        var created = listener.createListener();
        factory.addListener("default", created);
        var users = new PropertiesUserManagerFactory().createUserManager();
        BaseUser user = new BaseUser();
        user.setName(USER);
        user.setPassword(PASSWORD);
        user.setHomeDirectory(folder.toString());
        user.setAuthorities(List.of(new WritePermission()));
        users.save(user);
        factory.setUserManager(users);
        server = factory.createServer();
        server.start();
        port = created.getPort();
    }

    /** @param folder what users see as the root */
    public static FtpServer start(Path folder) throws Exception {
        return new FtpServer(folder, null, null);
    }

    /** @param keyStore the server's key and certificate, PKCS #12 */
    public static FtpServer startWithTls(Path folder, Path keyStore, String password) throws Exception {
        return new FtpServer(folder, keyStore, password);
    }

    public int port() {
        return port;
    }

    /** What a connection to it needs, by its name. */
    public Map<String, String> connection(String name, String type) {
        String prefix = "waybill.connection." + name + ".";
        return new HashMap<>(Map.of(
                prefix + "type", type,
                prefix + "host", "127.0.0.1",
                prefix + "port", Integer.toString(port),
                prefix + "username", USER,
                prefix + "password", PASSWORD));
    }

    @Override
    public void close() {
        server.stop();
    }
}
