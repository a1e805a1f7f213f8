package io.waybill.cli;

import io.waybill.TestFiles;
import io.waybill.cli.Launcher.Ended;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * What commands answer in a folder, without a process for each: one process, of Waybill as it is packaged, runs all of a class.
 * Whatever a process itself is for, signals, kills, exit codes that a shell sees, is {@link Launcher}'s to show.
 */
final class Commands implements BeforeAllCallback, BeforeEachCallback, AfterAllCallback {

    private final boolean isNewForEach;
    private final Map<String, String> environment = new HashMap<>();
    private final List<Class<?>> libraries = new ArrayList<>();
    private Path folder;
    private Path loop;
    private Process process;

    private Commands(boolean isNewForEach) {
        this.isNewForEach = isNewForEach;
    }

    /** In a folder that is empty before each test. */
    static Commands inNewFolder() {
        return new Commands(true);
    }

    /** In a folder that a class fills once. */
    static Commands inOneFolder() {
        return new Commands(false);
    }

    Path folder() {
        return folder;
    }

    /** What the environment holds beside this process's own, from the first command on. */
    Commands with(Map<String, String> more) {
        environment.putAll(more);
        return this;
    }

    /** With the jars that these classes are in, as if somebody had put them into {@code target/lib}. */
    Commands withLibrariesOf(Class<?>... classes) {
        libraries.addAll(List.of(classes));
        return this;
    }

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
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

    @Override
    public void beforeEach(ExtensionContext context) throws IOException {
        if (isNewForEach) {
            TestFiles.empty(folder);
        }
    }

    @Override
    public void afterAll(ExtensionContext context) throws Exception {
        if (process != null) {
            new DataOutputStream(process.getOutputStream()).writeInt(CommandLoop.END);
            process.getOutputStream().close();
            Launcher.await(process);
        }
        TestFiles.delete(folder);
        TestFiles.delete(loop);
    }

    Ended run(String... arguments) throws Exception {
        if (process == null) {
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
}
