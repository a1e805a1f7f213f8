package io.waybill.servers;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.ftpserver.FtpServerFactory;
import org.apache.ftpserver.ftplet.DefaultFtpReply;
import org.apache.ftpserver.ftplet.DefaultFtplet;
import org.apache.ftpserver.ftplet.FtpException;
import org.apache.ftpserver.ftplet.FtpRequest;
import org.apache.ftpserver.ftplet.FtpSession;
import org.apache.ftpserver.ftplet.FtpletResult;
import org.apache.ftpserver.listener.ListenerFactory;
import org.apache.ftpserver.ssl.SslConfigurationFactory;
import org.apache.ftpserver.usermanager.PropertiesUserManagerFactory;
import org.apache.ftpserver.usermanager.impl.BaseUser;
import org.apache.ftpserver.usermanager.impl.WritePermission;

/** An FTP server, Apache's, with or without TLS, which can be told to go wrong. In text mode it changes the ends of lines. */
public final class FtpServer implements AutoCloseable {

    public static final String USER = "partner";
    public static final String PASSWORD = "ftp-secret-Mx31Lq";

    private final org.apache.ftpserver.FtpServer server;
    private final int port;
    private final String host;
    private final List<String> commands = new CopyOnWriteArrayList<>();
    private final AtomicInteger lostRenames = new AtomicInteger();
    private final AtomicInteger lostTransfers = new AtomicInteger();
    private final AtomicInteger droppedTransfers = new AtomicInteger();
    private volatile boolean truncates;
    private volatile boolean textOnly;
    private volatile String changed;
    private volatile String unchanged;
    private volatile boolean knowsNoSize;

    private FtpServer(Path folder, Path keyStore, String keyStorePassword, String host) throws Exception {
        Files.createDirectories(folder);
        this.host = host;
        ListenerFactory listener = new ListenerFactory();
        listener.setServerAddress(host);
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
        factory.setFtplets(new HashMap<>(Map.of("faults", new Faults(folder))));
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
        return new FtpServer(folder, null, null, "127.0.0.1");
    }

    /** @param keyStore the server's key and certificate, PKCS #12 */
    public static FtpServer startWithTls(Path folder, Path keyStore, String password) throws Exception {
        return new FtpServer(folder, keyStore, password, "127.0.0.1");
    }

    /** At an address by which alone it is reached. */
    public static FtpServer startAt(String host, Path folder) throws Exception {
        return new FtpServer(folder, null, null, host);
    }

    /** The commands that it was given, with their arguments, but for passwords. */
    public List<String> commands() {
        return List.copyOf(commands);
    }

    /** The server loses the last byte of files. */
    public void truncates(boolean does) {
        truncates = does;
    }

    /** The server takes files for text, in binary mode too. */
    public void changesLineEnds() {
        unchanged = "\r\n";
        changed = "\n";
    }

    /** The server changes letters that it does not know. */
    public void changesLetters() {
        unchanged = "\u00c3";
        changed = "?";
    }

    /** The server refuses binary mode. */
    public void takesTextOnly() {
        textOnly = true;
    }

    /** The server does not tell the length of a file when it is asked for that alone. */
    public void knowsNoSize() {
        knowsNoSize = true;
    }

    /** So many renames are done, and the connection ends before the answer. */
    public void loseRenames(int count) {
        lostRenames.set(count);
    }

    /** So many files are taken, and the connection ends before the answer. */
    public void loseTransfers(int count) {
        lostTransfers.set(count);
    }

    /** So many transfers end with the connection, after their first bytes. */
    public void dropTransfers(int count) {
        droppedTransfers.set(count);
    }

    public int port() {
        return port;
    }

    /** What a connection to it needs, by its name. */
    public Map<String, String> connection(String name, String type) {
        String prefix = "waybill.connection." + name + ".";
        return new HashMap<>(Map.of(
                prefix + "type", type,
                prefix + "host", host.contains(":") ? "[" + host + "]" : host,
                prefix + "port", Integer.toString(port),
                prefix + "username", USER,
                prefix + "password", PASSWORD));
    }

    @Override
    public void close() {
        server.stop();
    }

    private static boolean next(AtomicInteger left) {
        return left.getAndUpdate(count -> Math.max(0, count - 1)) > 0;
    }

    private final class Faults extends DefaultFtplet {

        private final Path folder;

        Faults(Path folder) {
            this.folder = folder;
        }

        @Override
        public FtpletResult beforeCommand(FtpSession session, FtpRequest request) throws FtpException, IOException {
            String command = request.getCommand().toUpperCase(Locale.ROOT);
            commands.add(command.equals("PASS") ? command : request.getRequestLine());
            if (textOnly && request.getRequestLine().equalsIgnoreCase("TYPE I")) {
                session.write(new DefaultFtpReply(504, "Binary mode is not implemented."));
                return FtpletResult.SKIP;
            }
            if (knowsNoSize && List.of("SIZE", "MLST").contains(command)) {
                session.write(new DefaultFtpReply(502, "Not implemented."));
                return FtpletResult.SKIP;
            }
            if (command.equals("STOR") && next(droppedTransfers)) {
                return FtpletResult.DISCONNECT;
            }
            return super.beforeCommand(session, request);
        }

        @Override
        public FtpletResult onUploadEnd(FtpSession session, FtpRequest request) throws FtpException, IOException {
            Path file = folder.resolve(session.getFileSystemView()
                    .getFile(request.getArgument())
                    .getAbsolutePath()
                    .substring(1));
            if (truncates) {
                try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                    channel.truncate(channel.size() - 1);
                }
            }
            if (changed != null) {
                Files.write(
                        file,
                        new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1)
                                .replace(unchanged, changed)
                                .getBytes(StandardCharsets.ISO_8859_1));
            }
            return next(lostTransfers) ? FtpletResult.DISCONNECT : FtpletResult.DEFAULT;
        }

        @Override
        public FtpletResult onRenameEnd(FtpSession session, FtpRequest request) {
            return next(lostRenames) ? FtpletResult.DISCONNECT : FtpletResult.DEFAULT;
        }
    }
}
