package io.waybill.cli;

import io.waybill.TestFiles;
import io.waybill.cli.Launcher.Ended;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * What commands answer in a folder, without a process for each: one process, of Waybill as it is packaged, runs all of a class, and those
 * of all other classes that want nothing else of its environment. Whatever a process itself is for, signals, kills, exit codes that a shell
 * sees, is {@link Launcher}'s to show.
 */
final class Commands implements BeforeEachCallback, AfterAllCallback {

    private final boolean isNewForEach;
    private final Map<String, String> environment = new HashMap<>();
    private final List<Class<?>> libraries = new ArrayList<>();
    private CommandProcess process;

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
        return process().folder();
    }

    /** The same, with the flows of the demo and their settings. */
    Path folderWithTheDemo() throws IOException {
        Files.copy(Path.of("application.properties"), folder().resolve("application.properties"));
        FileUtils.copyDirectory(new File("routes"), folder().resolve("routes").toFile());
        return folder();
    }

    private CommandProcess process() {
        if (process == null) {
            process = isShared() ? CommandProcess.shared() : new CommandProcess(environment, libraries);
        }
        return process;
    }

    /** What the environment holds beside this process's own; to be said before anything else is asked of it. */
    Commands with(Map<String, String> more) {
        if (process != null) {
            throw new IllegalStateException("its process may run already");
        }
        environment.putAll(more);
        return this;
    }

    /** With the jars that these classes are in, as if somebody had put them into {@code target/lib}. */
    Commands withLibrariesOf(Class<?>... classes) {
        libraries.addAll(List.of(classes));
        return this;
    }

    private boolean isShared() {
        return environment.isEmpty() && libraries.isEmpty();
    }

    @Override
    public void beforeEach(ExtensionContext context) throws IOException {
        if (isNewForEach) {
            TestFiles.empty(folder());
        }
    }

    @Override
    public void afterAll(ExtensionContext context) throws Exception {
        if (isShared()) {
            TestFiles.empty(folder());
        } else if (process != null) {
            process.end();
            process = null;
        }
    }

    Ended run(String... arguments) throws Exception {
        return process().run(arguments);
    }
}
