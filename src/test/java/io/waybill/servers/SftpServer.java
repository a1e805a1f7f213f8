package io.waybill.servers;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.CopyOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.KeyPair;
import java.security.PublicKey;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.digest.BuiltinDigests;
import org.apache.sshd.common.file.nativefs.NativeFileSystemFactory;
import org.apache.sshd.common.file.virtualfs.VirtualFileSystemFactory;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.session.ServerSession;
import org.apache.sshd.sftp.server.FileHandle;
import org.apache.sshd.sftp.server.Handle;
import org.apache.sshd.sftp.server.SftpEventListener;
import org.apache.sshd.sftp.server.SftpFileSystemAccessor;
import org.apache.sshd.sftp.server.SftpSubsystemFactory;
import org.apache.sshd.sftp.server.SftpSubsystemProxy;

/** An SFTP server, Apache MINA's, whose users live in a folder, and which can be told to go wrong. */
public final class SftpServer implements AutoCloseable {

    public static final String USER = "partner";
    public static final String PASSWORD = "sftp-secret-Kw72Pd";

    private final SshServer server = SshServer.setUpDefaultServer();
    private final KeyPair hostKey;
    private final AtomicLong roomLeft = new AtomicLong(Long.MAX_VALUE);
    private final AtomicLong bytesUntilDrop = new AtomicLong(Long.MAX_VALUE);
    private final AtomicInteger refusedRenames = new AtomicInteger();
    private final AtomicInteger lostRenames = new AtomicInteger();
    private final AtomicInteger logins = new AtomicInteger();
    private final AtomicLong written = new AtomicLong();
    private volatile boolean goesAway;
    private volatile boolean away;
    private final AtomicInteger forbiddenRenames = new AtomicInteger();
    private volatile boolean truncates;
    private volatile boolean truncatesEarly;
    private volatile boolean forbidsFolders;
    private volatile boolean renamesOver = true;
    private volatile String expected = PASSWORD;
    private volatile PublicKey knownKey;

    private SftpServer(Path folder, String host) throws Exception {
        Files.createDirectories(folder);
        // of the kind that is made in no time
        hostKey = KeyUtils.generateKeyPair(KeyPairProvider.ECDSA_SHA2_NISTP256, 256);
        server.setHost(host);
        CoreModuleProperties.TCP_NODELAY.set(
                server, true); // else each answer waits for the client's delayed acknowledgement
        server.setKeyPairProvider(session -> List.of(hostKey));
        server.setPasswordAuthenticator((user, password, session) -> {
            logins.incrementAndGet();
            if (away) {
                session.close(true);
            }
            return user.equals(USER) && password.equals(expected);
        });
        server.setPublickeyAuthenticator(
                (user, key, session) -> knownKey != null && KeyUtils.compareKeys(knownKey, key));
        server.setFileSystemFactory(new VirtualFileSystemFactory(folder));
        SftpSubsystemFactory sftp = new SftpSubsystemFactory.Builder()
                .withFileSystemAccessor(new Renames())
                .build();
        sftp.addSftpEventListener(new Writes());
        server.setSubsystemFactories(List.of(sftp));
        server.start();
    }

    /** @param folder what users see as the root */
    public static SftpServer start(Path folder) throws Exception {
        return new SftpServer(folder, "127.0.0.1");
    }

    /** At an address by which alone it is reached. */
    public static SftpServer startAt(String host, Path folder) throws Exception {
        return new SftpServer(folder, host);
    }

    public int port() {
        return server.getPort();
    }

    /** How often somebody tried a password. */
    public int logins() {
        return logins.get();
    }

    /** How many bytes were written to files. */
    public long written() {
        return written.get();
    }

    /** The fingerprint of the server's key, as OpenSSH shows it. */
    public String fingerprint() throws Exception {
        return KeyUtils.getFingerPrint(BuiltinDigests.sha256, hostKey.getPublic());
    }

    /** The server's line of a known_hosts file. */
    public String knownHost() throws IOException {
        StringBuilder key = new StringBuilder();
        org.apache.sshd.common.config.keys.PublicKeyEntry.appendPublicKeyEntry(key, hostKey.getPublic());
        return "[127.0.0.1]:" + port() + " " + key + "\n";
    }

    /** Users see the whole machine, and not their folder alone. */
    public void showsAll() {
        server.setFileSystemFactory(new NativeFileSystemFactory());
    }

    /** Another password than {@link #PASSWORD}. */
    public void password(String other) {
        this.expected = other;
    }

    /** The key of a user, who logs in without a password. */
    public void knows(PublicKey key) {
        this.knownKey = key;
    }

    /** The disk takes so many bytes more. */
    public void roomLeft(long bytes) {
        roomLeft.set(bytes);
    }

    /** When the disk is full, nobody gets in any more. */
    public void goAwayAfterTheDiskIsFull() {
        goesAway = true;
    }

    /** All is well again. */
    public void comeBack() {
        goesAway = false;
        away = false;
        roomLeft.set(Long.MAX_VALUE);
    }

    /** The connection drops after so many bytes, once. */
    public void dropAfter(long bytes) {
        bytesUntilDrop.set(bytes);
    }

    /** So many renames are refused. */
    public void refuseRenames(int count) {
        refusedRenames.set(count);
    }

    /** The user may not do so many renames. */
    public void forbidRenames(int count) {
        forbiddenRenames.set(count);
    }

    /** The user may not make folders. */
    public void forbidFolders() {
        forbidsFolders = true;
    }

    /** The server loses the last byte of files before they get their names. */
    public void truncatesEarly() {
        truncatesEarly = true;
    }

    /** So many renames are done, and the connection drops before the answer. */
    public void loseRenames(int count) {
        lostRenames.set(count);
    }

    /** The server loses the last byte of files. */
    public void truncates() {
        truncates = true;
    }

    /** The server does not rename over a file that is there. */
    public void doesNotRenameOver() {
        renamesOver = false;
    }

    /** What a connection to it needs, by its name. */
    public Map<String, String> connection(String name) throws Exception {
        String prefix = "waybill.connection." + name + ".";
        return new HashMap<>(Map.of(
                prefix + "type",
                "sftp",
                prefix + "host",
                server.getHost().contains(":") ? "[" + server.getHost() + "]" : server.getHost(),
                prefix + "port",
                Integer.toString(port()),
                prefix + "username",
                USER,
                prefix + "password",
                PASSWORD,
                prefix + "host-key",
                fingerprint()));
    }

    @Override
    public void close() throws IOException {
        server.stop(true);
    }

    private final class Renames implements SftpFileSystemAccessor {

        @Override
        public void renameFile(SftpSubsystemProxy subsystem, Path from, Path to, Collection<CopyOption> options)
                throws IOException {
            if (refusedRenames.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                throw new IOException("renaming is not allowed now");
            }
            if (forbiddenRenames.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                throw new java.nio.file.AccessDeniedException(to.toString());
            }
            if (!renamesOver && Files.exists(to)) {
                throw new java.nio.file.FileAlreadyExistsException(to.toString());
            }
            SftpFileSystemAccessor.super.renameFile(subsystem, from, to, options);
            if (truncates) {
                try (FileChannel file = FileChannel.open(to, StandardOpenOption.WRITE)) {
                    file.truncate(file.size() - 1);
                }
            }
            if (lostRenames.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                subsystem.getSession().close(true);
            }
        }
    }

    private final class Writes implements SftpEventListener {

        @Override
        public void writing(
                ServerSession session, String handle, FileHandle file, long offset, byte[] data, int from, int length)
                throws IOException {
            written.addAndGet(length);
            if (roomLeft.get() != Long.MAX_VALUE && roomLeft.addAndGet(-length) < 0) {
                away = goesAway;
                throw new IOException("No space left on device");
            }
            if (bytesUntilDrop.get() != Long.MAX_VALUE && bytesUntilDrop.addAndGet(-length) < 0) {
                bytesUntilDrop.set(Long.MAX_VALUE);
                session.close(true);
                throw new IOException("gone");
            }
        }

        @Override
        public void closed(ServerSession session, String handle, Handle file, Throwable thrown) throws IOException {
            if (truncatesEarly && file instanceof FileHandle written) {
                try (FileChannel channel = FileChannel.open(written.getFile(), StandardOpenOption.WRITE)) {
                    channel.truncate(channel.size() - 1);
                }
            }
        }

        @Override
        public void creating(ServerSession session, Path path, Map<String, ?> attributes) throws IOException {
            if (forbidsFolders) {
                throw new java.nio.file.AccessDeniedException(path.toString());
            }
        }
    }
}
