package io.waybill.cli;

import io.waybill.flow.InvalidFlowException;
import io.waybill.flow.Problem;
import io.waybill.flow.toml.DataSetsReader;
import io.waybill.flow.toml.FlowReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/** What {@code waybill init} writes: all of it is made and checked before anything is. What is there is not written over. */
final class InitFiles {

    static final Path PROPERTIES = Path.of("application.properties");
    private static final Path SCHEMA = Path.of("flow.schema.json");
    private static final Path DATA_SETS = Workspace.ROUTES.resolve(DataSetsReader.FILE_NAME);

    /** A password as it is, which nobody is to be shown. */
    private static final Pattern SECRET = Pattern.compile("(?m)(\\.password = )(?!\\{\\{).+$");

    private final UnaryOperator<String> placeholders;

    /** What files are to hold that are not there. */
    private final Map<Path, String> made = new LinkedHashMap<>();

    /** What is added to files that are there. */
    private final Map<Path, String> added = new LinkedHashMap<>();

    InitFiles(UnaryOperator<String> placeholders) throws IOException {
        this.placeholders = placeholders;
        if (!Files.exists(SCHEMA)) {
            try (InputStream schema = InitFiles.class.getResourceAsStream("flow.schema.json")) {
                made.put(SCHEMA, new String(schema.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
    }

    /** The settings that are there. */
    static Properties settings() throws IOException {
        Properties there = new Properties();
        if (Files.exists(PROPERTIES)) {
            there.load(new StringReader(Files.readString(PROPERTIES)));
        }
        return there;
    }

    /**
     * Sets what is not set.
     *
     * @param heading the comment above them
     * @param settings by their names, in order
     */
    void set(String heading, Map<String, String> settings) throws IOException {
        Properties there = settings();
        StringBuilder lines = new StringBuilder();
        settings.forEach((name, value) -> {
            if (!there.containsKey(name)) {
                lines.append(name).append(" = ").append(escaped(value)).append('\n');
            }
        });
        if (!lines.isEmpty()) {
            add(PROPERTIES, "# " + heading + "\n" + lines);
        }
    }

    /** As a file of properties has it. */
    private static String escaped(String value) {
        return value.replace("\\", "\\\\").replaceFirst("^ ", "\\\\ ");
    }

    /**
     * Adds a flow.
     *
     * @throws WrongUsageException when there is one of that id
     * @throws InvalidFlowException when it would be refused
     */
    void flow(String id, String text) {
        Path file = Workspace.ROUTES.resolve(id + ".toml");
        boolean isMade =
                made.keySet().stream().anyMatch(other -> other.toString().equalsIgnoreCase(file.toString()));
        if (isMade || file.equals(DATA_SETS)) {
            throw new WrongUsageException("two of the tables would be flow \"" + id
                    + "\", or one of them has the name of another file; choose one, and write the other by hand");
        }
        if (Files.exists(file)) {
            throw new WrongUsageException(
                    file + " is there already, and is not written over; move it, or write another" + " flow by hand");
        }
        new FlowReader(placeholders).read(file.toString(), text).orThrow();
        made.put(file, text);
    }

    /** Declares a data set; nothing where it is declared. */
    boolean dataSet(String id, String text) throws IOException {
        String there = Files.exists(DATA_SETS) ? Files.readString(DATA_SETS) : "";
        String before = there + made.getOrDefault(DATA_SETS, added.getOrDefault(DATA_SETS, ""));
        DataSetsReader reader = new DataSetsReader(placeholders);
        if (reader.read(DATA_SETS.toString(), before).value().containsKey(id)) {
            return false;
        }
        add(DATA_SETS, before.isEmpty() ? FirstFlow.SCHEMA + text : text);
        String after = there + made.getOrDefault(DATA_SETS, added.getOrDefault(DATA_SETS, ""));
        List<Problem> problems = reader.read(DATA_SETS.toString(), after).problems();
        if (!problems.isEmpty()) {
            throw new InvalidFlowException(problems);
        }
        return true;
    }

    private void add(Path file, String text) throws IOException {
        boolean isThere = Files.exists(file);
        Map<Path, String> where = isThere ? added : made;
        String before = where.getOrDefault(file, "");
        boolean apart = isThere || !before.isEmpty();
        boolean endsInLine =
                !isThere || before.isEmpty() && Files.readString(file).matches("(?s)(.*\n)?");
        where.put(file, before + (apart ? endsInLine || !before.isEmpty() ? "\n" : "\n\n" : "") + text);
    }

    /** What is to be added to files that are there, and what they are. */
    void showAdded(Terminal out) {
        added.forEach((file, text) -> {
            out.line("");
            out.line(out.bold("added to " + file));
            text.strip()
                    .lines()
                    .forEach(line -> out.line("  " + SECRET.matcher(line).replaceFirst("$1…")));
        });
    }

    /** Writes all of it, or nothing. */
    void write(Terminal out) throws IOException {
        List<Path> done = new ArrayList<>();
        try {
            for (Map.Entry<Path, String> each : made.entrySet()) {
                new NewFile(each.getKey())
                        .write(each.getValue(), SECRET.matcher(each.getValue()).find());
                done.add(each.getKey());
            }
            for (Map.Entry<Path, String> each : added.entrySet()) {
                Files.writeString(each.getKey(), each.getValue(), StandardOpenOption.APPEND);
            }
        } catch (IOException e) {
            String why =
                    e instanceof FileAlreadyExistsException ? e.getMessage() + " is there already" : e.getMessage();
            for (Path file : done) {
                Files.deleteIfExists(file);
            }
            throw new WrongUsageException("cannot be written: " + why + "; nothing is written");
        }
        out.line("");
        out.line(out.bold("written"));
        made.keySet().forEach(file -> out.line("  " + file));
        added.keySet().forEach(file -> out.line("  " + file + " (added to)"));
    }
}
