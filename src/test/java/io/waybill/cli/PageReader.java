package io.waybill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.Page;
import io.waybill.Page.Block;
import io.waybill.TestDatabases;
import io.waybill.TestFiles;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/**
 * Somebody who does what a page says, block by block: makes the files that are shown, has the database do the SQL, and types the
 * commands of all {@code sh} blocks into one shell, which stops at the first that fails. What it answers is as the {@code text} block
 * behind the commands shows it. There, {@code …} stands for anything in a line, and by itself for any lines; ids of runs, seconds,
 * and the day that the pages take for today are whatever they are. A server that a page starts in its block is started as in another
 * terminal, and stopped when the page has been read.
 */
final class PageReader implements AutoCloseable {

    /** Today, in all pages. */
    private static final String TODAY = "2026-11-20";

    private static final Pattern NAMED =
            Pattern.compile("(?:#|--|//) ((?:[\\w.-]+/)*[\\w.-]+\\.(?:toml|properties|yaml|sql|xml|java|ini))");

    private static final Pattern SERVER = Pattern.compile("(?m)^(\\S*waybill serve.*--port (\\d+).*)(?<!&)$");

    private static final String SECONDS = "(?<![\\d.])\\d+(?:\\.\\d+)? s(?![\\w])";

    private static final String RUN = "\\d{8}T\\d{6}-[0-9a-f]{6}";

    /** What in a shown text is not the same each time. */
    private static final Pattern VARYING = Pattern.compile("…|" + TODAY + "|" + RUN + "|" + SECONDS);

    private final Page page;
    private final Path folder;
    private final DataSource database;
    private final Map<String, String> settings;
    private final Map<String, String> instead;
    private final Path scripts;
    private final Process shell;
    private final Writer typed;
    private final BufferedReader answers;

    /**
     * @param folder where the files go, and commands are typed
     * @param environment what the page says that the environment holds
     * @param settings what holds beside the settings that the page shows, once it shows some of the same beginning
     * @param database what its SQL is for; null where it has none
     * @param instead what is used in the place of names that the page shows
     */
    PageReader(
            Page page,
            Path folder,
            Map<String, String> environment,
            Map<String, String> settings,
            DataSource database,
            Map<String, String> instead)
            throws IOException {
        this.page = page;
        this.folder = folder;
        this.settings = settings;
        this.database = database;
        this.instead = instead;
        this.scripts = Files.createTempDirectory("blocks");
        Path bin = Files.createDirectory(scripts.resolve("bin"));
        Files.createSymbolicLink(bin.resolve("waybill"), Launcher.SCRIPT);
        ProcessBuilder builder = new ProcessBuilder("sh", "-eu")
                .directory(folder.toFile())
                .redirectError(scripts.resolve("errors").toFile());
        Launcher.startQuickly(builder);
        builder.environment().putAll(environment);
        builder.environment().put("HOME", folder.toString());
        builder.environment().merge("PATH", bin.toString(), (path, own) -> own + ":" + path);
        this.shell = builder.start();
        this.typed = shell.outputWriter(StandardCharsets.UTF_8);
        this.answers = shell.inputReader(StandardCharsets.UTF_8);
    }

    /** Does what the page says, but for some of its commands. */
    void read(Predicate<Block> typed) throws Exception {
        List<Block> blocks = page.blocks();
        Map<Block, String> seen = new HashMap<>();
        for (int i = 0; i < blocks.size(); i++) {
            Block block = blocks.get(i);
            switch (block.language()) {
                case "sh" -> {
                    if (typed.test(block)) {
                        String answer = type(block, i);
                        if (i + 1 < blocks.size()
                                && blocks.get(i + 1).language().equals("text")) {
                            compare(blocks.get(i + 1), answer, seen);
                        }
                    }
                }
                case "text", "console", "json", "promql" -> {}
                default -> {
                    Optional<Path> named = named(block);
                    if (named.isPresent()) {
                        make(named.get(), block);
                    } else {
                        assertThat(block.language())
                                .as(page.file() + ":" + block.line() + ": names no file in a first line of comment")
                                .isEqualTo("sql");
                        TestDatabases.execute(database, block.text());
                    }
                }
            }
        }
        write(seen);
    }

    private Optional<Path> named(Block block) {
        Matcher first = NAMED.matcher(block.text().lines().findFirst().orElse(""));
        return first.matches() ? Optional.of(folder.resolve(first.group(1))) : Optional.empty();
    }

    /** Properties of a file that is there are added to it; any other file takes the place of the one before. */
    private void make(Path file, Block block) throws IOException {
        Files.createDirectories(file.getParent());
        if (block.language().equals("properties")) {
            Files.writeString(file, used(block.text()), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            for (Map.Entry<String, String> setting : settings.entrySet()) {
                String name = setting.getKey();
                if (block.text()
                        .contains(name.substring(0, name.lastIndexOf('.') + 1))) { // the environment comes first
                    typed.write("export " + name.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_") + "='"
                            + setting.getValue() + "'\n");
                }
            }
        } else {
            Files.writeString(file, used(block.text()));
        }
    }

    private String used(String shown) {
        String used = shown;
        for (Map.Entry<String, String> each : instead.entrySet()) {
            used = used.replace(each.getKey(), each.getValue());
        }
        return used;
    }

    private String shown(String used) {
        String shown = used;
        for (Map.Entry<String, String> each : instead.entrySet()) {
            shown = shown.replace(each.getValue(), each.getKey());
        }
        return shown;
    }

    /** Answers what the commands of a block have written. */
    String type(Block block, int number) throws Exception {
        String commands = SERVER.matcher(used(block.text()))
                .replaceAll("$1 >serve.log 2>&1 &\n"
                        + "curl -s -o /dev/null --retry 300 --retry-connrefused --retry-delay 1"
                        + " http://127.0.0.1:$2/health/live");
        Path script = Files.writeString(scripts.resolve(number + ".sh"), commands);
        Path out = scripts.resolve(number + ".out");
        CompletableFuture<Void> tooLate = CompletableFuture.runAsync(
                shell::destroyForcibly, CompletableFuture.delayedExecutor(Launcher.MINUTES, TimeUnit.MINUTES));
        try {
            typed.write(". '" + script + "' </dev/null >'" + out + "' 2>&1\necho end\n");
            typed.flush();
            assertThat(answers.readLine())
                    .as(() -> page.file() + ":" + block.line() + ": a command fails:\n" + block.text() + "\n"
                            + text(out) + text(scripts.resolve("errors")))
                    .isEqualTo("end");
        } finally {
            tooLate.cancel(false);
        }
        return shown(text(out))
                .lines()
                .filter(line -> !isProgress(line))
                .map(line -> line + "\n")
                .collect(Collectors.joining());
    }

    /** Whether a line tells how far a run has come, where that takes long, and not what it has come to. */
    private static boolean isProgress(String line) {
        return Launcher.PROGRESS.matcher(line).matches() && !line.contains(" in ");
    }

    private static String text(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            return e.toString();
        }
    }

    private void compare(Block shown, String answer, Map<Block, String> seen) {
        String normal = normal(answer);
        if (pattern(normal(shown.text())).matcher(normal).matches()) {
            return;
        }
        if (System.getProperty("write") != null) {
            seen.put(
                    shown,
                    answer.replaceAll(RUN, "20261120T020000-4f1c2a")
                            .replace(LocalDate.now(ZoneOffset.UTC).toString(), TODAY));
            return;
        }
        assertThat(normal)
                .as(page.file() + ":" + shown.line() + " shows what the commands before it answer")
                .isEqualTo(normal(shown.text()));
    }

    /** How wide columns are may depend on what varies. */
    private static String normal(String text) {
        return text.lines()
                .map(line -> line.stripTrailing().replaceAll("(?<=\\S) {2,}", "  ") + "\n")
                .collect(Collectors.joining());
    }

    private static Pattern pattern(String shown) {
        StringBuilder pattern = new StringBuilder();
        for (String line : shown.lines().toList()) {
            if (line.equals("…")) {
                pattern.append("(?:.*\n)*?");
                continue;
            }
            Matcher varying = VARYING.matcher(line);
            int from = 0;
            while (varying.find()) {
                pattern.append(Pattern.quote(line.substring(from, varying.start())));
                String found = varying.group();
                pattern.append(
                        found.equals("…")
                                ? ".*"
                                : found.equals(TODAY) ? "\\d{4}-\\d\\d-\\d\\d" : found.endsWith(" s") ? SECONDS : RUN);
                from = varying.end();
            }
            pattern.append(Pattern.quote(line.substring(from))).append("\n");
        }
        return Pattern.compile(pattern.toString());
    }

    /** The other texts stay as they are. */
    private void write(Map<Block, String> seen) throws IOException {
        if (seen.isEmpty()) {
            return;
        }
        StringBuilder written = new StringBuilder();
        int from = 0;
        for (Block block : page.blocks()) {
            if (seen.containsKey(block)) {
                written.append(page.text(), from, block.from()).append(seen.get(block));
                from = block.to();
            }
        }
        Files.writeString(page.file(), written + page.text().substring(from));
    }

    @Override
    public void close() throws IOException {
        List<ProcessHandle> started = shell.descendants().toList();
        typed.close();
        started.forEach(ProcessHandle::destroy);
        shell.destroy();
        shell.onExit().join();
        started.forEach(process -> process.onExit().join());
        TestFiles.delete(scripts);
    }
}
