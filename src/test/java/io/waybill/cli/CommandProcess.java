package io.waybill.cli;

import io.waybill.TestFiles;
import io.waybill.cli.Launcher.Ended;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** A process, of Waybill as it is packaged, that runs commands in a folder of its own, one after the other. It starts with the first. */
final class CommandProcess {

    private final Path folder;
    private final Path loop;
    private final Map<String, String> environment;
    private Process process;

    /**
     * @param environment what its environment holds beside this process's own
     * @param libraries with the jars of these classes, as if somebody had put them into {@code target/lib}
     */
    CommandProcess(Map<String, String> environment, List<Class<?>> libraries) {
        this.environment = new HashMap<>(environment);
        try {
            folder = Files.createTempDirectory("commands");
            loop = Files.createTempDirectory("loop");
            String file = CommandLoop.class.getName().replace('.', '/') + ".class";
            Path copy = loop.resolve(file);
            Files.createDirectories(copy.getParent());
            try (InputStream compiled = CommandLoop.class.getResourceAsStream("/" + file)) {
                Files.copy(compiled, copy);
            }
            for (Class<?> library : libraries) {
                unpack(library);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The one of all test classes that say nothing of its environment. It ends with this process, whose input it reads. */
    static CommandProcess shared() {
        return Shared.PROCESS;
    }

    private static final class Shared {

        private static final CommandProcess PROCESS = start();

        private static CommandProcess start() {
            CommandProcess process = new CommandProcess(Map.of(), List.of());
            Runtime.getRuntime().addShutdownHook(new Thread(process::removeFolders));
            return process;
        }
    }

    private void unpack(Class<?> library) throws IOException {
        try (InputStream jar = library.getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .openStream();
                ZipInputStream in = new ZipInputStream(jar)) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                if (!entry.isDirectory()) {
                    Path file = loop.resolve(entry.getName());
                    Files.createDirectories(file.getParent());
                    Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
    }

    Path folder() {
        return folder;
    }

    Ended run(String... arguments) throws Exception {
        if (process == null || !process.isAlive()) {
            process = start();
        }
        DataOutputStream command = new DataOutputStream(process.getOutputStream());
        command.writeInt(arguments.length);
        for (String argument : arguments) {
            command.writeUTF(argument);
        }
        command.flush();
        CompletableFuture<Void> tooLate = CompletableFuture.runAsync(
                process::destroyForcibly, CompletableFuture.delayedExecutor(Launcher.MINUTES, TimeUnit.MINUTES));
        try {
            DataInputStream answer = new DataInputStream(process.getInputStream());
            int exitCode = answer.readInt();
            String out = new String(answer.readNBytes(answer.readInt()), StandardCharsets.UTF_8);
            String err = new String(answer.readNBytes(answer.readInt()), StandardCharsets.UTF_8);
            return Ended.of(exitCode, out, err);
        } finally {
            tooLate.cancel(false);
        }
    }

    /** With the options that the launcher has. */
    private Process start() throws IOException {
        List<String> command = Launcher.java(
                List.of(
                        "-Dwaybill.cwd=" + folder,
                        "-Dwaybill.home=",
                        "-Dwaybill.tty=",
                        "-Dfile.encoding=UTF-8",
                        "-Dstdout.encoding=UTF-8"),
                loop,
                CommandLoop.class.getName());
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putAll(environment);
        return builder.start();
    }

    void end() throws Exception {
        if (process != null && process.isAlive()) {
            new DataOutputStream(process.getOutputStream()).writeInt(CommandLoop.END);
            process.getOutputStream().close();
            Launcher.await(process);
        }
        TestFiles.delete(folder);
        TestFiles.delete(loop);
    }

    private void removeFolders() {
        try {
            TestFiles.delete(folder);
            TestFiles.delete(loop);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
