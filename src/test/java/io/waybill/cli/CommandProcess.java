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
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** A process of Waybill as it is packaged, in a folder of its own, that runs {@linkplain CommandLoop one command after the other}. */
final class CommandProcess {

    private final Path folder = Files.createTempDirectory("commands");
    private final Path classes = Files.createTempDirectory("loop");
    private final Map<String, String> environment;
    private Process process;

    private CommandProcess(Map<String, String> environment, List<Class<?>> libraries) throws IOException {
        this.environment = environment;
        String file = CommandLoop.class.getName().replace('.', '/') + ".class";
        Path copy = classes.resolve(file);
        Files.createDirectories(copy.getParent());
        try (InputStream compiled = CommandLoop.class.getResourceAsStream("/" + file)) {
            Files.copy(compiled, copy);
        }
        for (Class<?> library : libraries) {
            unpack(library);
        }
    }

    /**
     * @param environment what its environment holds beside that of the tests
     * @param libraries classes whose jars are there, as if somebody had put them into {@code target/lib}
     */
    static CommandProcess with(Map<String, String> environment, List<Class<?>> libraries) throws IOException {
        return new CommandProcess(environment, libraries);
    }

    private void unpack(Class<?> library) throws IOException {
        try (InputStream jar = library.getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .openStream();
                ZipInputStream in = new ZipInputStream(jar)) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                if (!entry.isDirectory()) {
                    Path file = classes.resolve(entry.getName());
                    Files.createDirectories(file.getParent());
                    Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
    }

    Path folder() {
        return folder;
    }

    Ended run(String... arguments) throws IOException {
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
                classes,
                CommandLoop.class.getName());
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putAll(environment);
        return builder.start();
    }

    /** Lets it end, and removes its folder. */
    void close() throws IOException, InterruptedException {
        if (process != null) {
            new DataOutputStream(process.getOutputStream()).writeInt(CommandLoop.END);
            process.getOutputStream().close();
            Launcher.await(process);
        }
        TestFiles.delete(folder);
        TestFiles.delete(classes);
    }
}
