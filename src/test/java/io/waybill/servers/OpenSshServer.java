package io.waybill.servers;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** OpenSSH's own server, where it is installed and this user may start it; tests that need it are left out elsewhere. */
public final class OpenSshServer implements AutoCloseable {

    private final Process process;
    private final Path folder;
    private final int port;

    private OpenSshServer(Process process, Path folder, int port) {
        this.process = process;
        this.folder = folder;
        this.port = port;
    }

    /** @param folder for its keys and its log */
    public static OpenSshServer start(Path folder) throws Exception {
        Optional<Path> program = Stream.concat(
                        Stream.of(System.getenv("PATH").split(File.pathSeparator)),
                        Stream.of("/usr/sbin", "/usr/local/sbin", "/opt/homebrew/sbin"))
                .map(path -> Path.of(path, "sshd"))
                .filter(Files::isExecutable)
                .findFirst();
        assumeTrue(program.isPresent(), "sshd is not installed");
        newKey(folder.resolve("host"));
        newKey(folder.resolve("user"));
        int port = Ports.free();
        Path configuration = Files.writeString(
                folder.resolve("sshd_config"),
                "ListenAddress 127.0.0.1\nPort " + port + "\nHostKey " + folder.resolve("host")
                        + "\nAuthorizedKeysFile " + folder.resolve("user.pub") + "\nPidFile "
                        + folder.resolve("sshd.pid")
                        + "\nStrictModes no\nPasswordAuthentication no\nKbdInteractiveAuthentication no\n"
                        + "PermitRootLogin yes\nSubsystem sftp internal-sftp\n");
        Process process = new ProcessBuilder(program.get().toString(), "-D", "-e", "-f", configuration.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("sshd.log").toFile())
                .start();
        await().until(() -> Ports.isOpen(port) || !process.isAlive());
        assumeTrue(process.isAlive(), () -> "sshd does not start: " + log(folder));
        return new OpenSshServer(process, folder, port);
    }

    private static void newKey(Path file) throws Exception {
        new ProcessBuilder("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", file.toString())
                .inheritIO()
                .start()
                .waitFor();
    }

    private static String log(Path folder) {
        try {
            return Files.readString(folder.resolve("sshd.log")).strip();
        } catch (IOException e) {
            return e.getMessage();
        }
    }

    /** What it has logged. */
    public String log() {
        return log(folder);
    }

    /** What a connection to it needs, by its name: the user of this process logs in with a key. */
    public Map<String, String> connection(String name) throws IOException {
        String prefix = "waybill.connection." + name + ".";
        Path known = Files.writeString(
                folder.resolve("known_hosts"),
                "[127.0.0.1]:" + port + " " + Files.readString(folder.resolve("host.pub")));
        return new HashMap<>(Map.of(
                prefix + "type", "sftp",
                prefix + "host", "127.0.0.1",
                prefix + "port", Integer.toString(port),
                prefix + "username", System.getProperty("user.name"),
                prefix + "private-key", folder.resolve("user").toString(),
                prefix + "known-hosts", known.toString()));
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        process.waitFor();
    }
}
