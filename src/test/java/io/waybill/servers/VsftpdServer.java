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

/**
 * vsftpd, which changes line ends where a client sends a file as text; where it is installed and this user may start it. Tests that need
 * it are left out elsewhere.
 */
public final class VsftpdServer implements AutoCloseable {

    private final Process process;
    private final int port;

    private VsftpdServer(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /**
     * @param home what its users see; they write into its folder {@code in}
     * @param folder for its settings and its log
     */
    public static VsftpdServer start(Path home, Path folder) throws Exception {
        Optional<Path> program = Stream.concat(
                        Stream.of(System.getenv("PATH").split(File.pathSeparator)),
                        Stream.of("/usr/sbin", "/usr/local/sbin"))
                .map(path -> Path.of(path, "vsftpd"))
                .filter(Files::isExecutable)
                .findFirst();
        assumeTrue(program.isPresent(), "vsftpd is not installed");
        Files.createDirectories(home.resolve("in"));
        // it lets nobody write at the root of a user without a password
        assumeTrue(home.toFile().setWritable(false, false));
        int port = Ports.free();
        Path settings = Files.writeString(
                folder.resolve("vsftpd.conf"),
                "listen=YES\nlisten_address=127.0.0.1\nlisten_port=" + port + "\nbackground=NO\nseccomp_sandbox=NO\n"
                        + "run_as_launching_user=YES\nftp_username=" + System.getProperty("user.name")
                        + "\nanonymous_enable=YES\nno_anon_password=YES\nanon_root=" + home
                        + "\nwrite_enable=YES\nanon_upload_enable=YES\nanon_mkdir_write_enable=YES\n"
                        + "anon_other_write_enable=YES\nanon_world_readable_only=NO\nanon_umask=022\n"
                        + "ascii_upload_enable=YES\nascii_download_enable=YES\nsecure_chroot_dir="
                        + Files.createDirectories(folder.resolve("empty")) + "\n");
        Process process = new ProcessBuilder(program.get().toString(), settings.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("vsftpd.log").toFile())
                .start();
        await().until(() -> Ports.isOpen(port) || !process.isAlive());
        assumeTrue(process.isAlive(), () -> "vsftpd does not start: " + log(folder));
        return new VsftpdServer(process, port);
    }

    private static String log(Path folder) {
        try {
            return Files.readString(folder.resolve("vsftpd.log")).strip();
        } catch (IOException e) {
            return e.getMessage();
        }
    }

    /** What a connection to it needs, by its name. */
    public Map<String, String> connection(String name) {
        String prefix = "waybill.connection." + name + ".";
        Map<String, String> settings = new HashMap<>();
        settings.put(prefix + "type", "ftp");
        settings.put(prefix + "host", "127.0.0.1");
        settings.put(prefix + "port", "" + port);
        settings.put(prefix + "username", "anonymous");
        settings.put(prefix + "password", "nobody@example.com");
        return settings;
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
