package io.waybill.cli;

import io.waybill.adopt.Adopted;
import io.waybill.adopt.ForeignFileException;
import io.waybill.adopt.ForeignFiles;
import io.waybill.flow.Place;
import io.waybill.flow.Problem;
import io.waybill.flow.toml.FlowFolder;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code waybill import}. */
@Command(
        name = "import",
        description =
                "Makes flows of a replication of Sling (YAML) or a configuration of Embulk: what maps is taken over, what does not is named.")
final class ImportCommand extends WaybillCommand {

    private static final String DATA_SETS = "datasets.toml";

    @Parameters(paramLabel = "FILE", description = "The file of the other tool.")
    private String file;

    @Option(
            names = "--to",
            paramLabel = "PLACE",
            description = "Where files go whose place the file does not say: a folder or a URI, s3://bucket/folder.")
    private String to;

    @Option(names = "--into", paramLabel = "DIR", description = "The folder of the flows; routes where none is given.")
    private String into = "routes";

    @Option(names = "--dry-run", description = "Write nothing; print the flows.")
    private boolean dryRun;

    @Override
    public Integer call() throws Exception {
        Adopted adopted;
        try {
            adopted = ForeignFiles.read(file, Files.readString(Workspace.userPath(file)), to);
        } catch (NoSuchFileException e) {
            throw new WrongUsageException(file + ": there is no such file");
        } catch (IOException e) {
            throw new WrongUsageException(file + ": cannot be read: " + e.getMessage());
        } catch (ForeignFileException e) {
            throw new WrongUsageException(e.getMessage());
        }
        Path folder = Workspace.userPath(into);
        refuseOthers(folder, adopted);
        Path made = Files.createTempDirectory("waybill-import");
        try {
            while (!holds(folder, made, adopted)) {
                // what was refused is left out, and the rest is looked at again
            }
            Terminal out = out();
            if (dryRun) {
                print(out, adopted);
            } else {
                publish(out, made, folder, adopted);
            }
            tell(out, adopted);
            return adopted.files().isEmpty() ? ExitCode.FAILED : ExitCode.DONE;
        } finally {
            clear(made);
            Files.delete(made);
        }
    }

    private void refuseOthers(Path folder, Adopted adopted) {
        for (String name : adopted.files().keySet()) {
            if (Files.exists(folder.resolve(name))) {
                throw new WrongUsageException(into + "/" + name + " is there already; nothing was written");
            }
        }
    }

    /** Writes the files beside each other, as they would be, and has the loader of flows read them: what it refuses is left out. */
    private boolean holds(Path folder, Path made, Adopted adopted) throws IOException {
        clear(made);
        String dataSets = adopted.dataSets();
        if (!dataSets.isEmpty()) {
            String before = Files.exists(folder.resolve(DATA_SETS)) ? Files.readString(folder.resolve(DATA_SETS)) : "";
            String between = before.isEmpty() ? "" : before.endsWith("\n") ? "\n" : "\n\n";
            Files.writeString(made.resolve(DATA_SETS), before + between + dataSets);
        }
        for (Map.Entry<String, String> each : adopted.files().entrySet()) {
            Files.writeString(made.resolve(each.getKey()), each.getValue());
        }
        // placeholders are for the settings, which may not be there yet
        List<Problem> problems = FlowFolder.read(made, text -> text).problems();
        for (Problem problem : problems) {
            String name = Path.of(problem.place().file()).getFileName().toString();
            if (name.equals(DATA_SETS)) {
                throw new WrongUsageException(
                        into + "/" + DATA_SETS + ":" + problem.place().line() + ": " + problem.key() + ": "
                                + problem.message() + "; nothing was written");
            }
            adopted.leaveOut(
                    name,
                    new Problem(new Place(file, 0), name + ": " + problem.key(), problem.message() + "; left out"));
        }
        return problems.isEmpty();
    }

    private void print(Terminal out, Adopted adopted) {
        adopted.files().forEach((name, text) -> {
            out.line("# " + into + "/" + name);
            out.line(text);
        });
        if (!adopted.dataSets().isEmpty()) {
            out.line("# " + into + "/" + DATA_SETS);
            out.line(adopted.dataSets());
        }
    }

    private void publish(Terminal out, Path made, Path folder, Adopted adopted) throws IOException {
        List<String> names = new ArrayList<>(adopted.files().keySet());
        if (!adopted.dataSets().isEmpty()) {
            names.add(0, DATA_SETS); // before the flows that name what is in it
        }
        for (String name : names) {
            NewFile file = new NewFile(folder.resolve(name));
            String text = Files.readString(made.resolve(name));
            try {
                if (name.equals(DATA_SETS)) {
                    file.replace(text); // what is there, and more
                } else {
                    file.write(text, false);
                }
            } catch (FileAlreadyExistsException e) {
                throw new WrongUsageException(into + "/" + name
                        + " has come meanwhile, and is not written over; what is named above is written");
            }
            out.line(into + "/" + name);
        }
    }

    private void tell(Terminal out, Adopted adopted) {
        boolean isNone = adopted.files().isEmpty();
        if (!adopted.settings().isEmpty() && !isNone) {
            out.line("");
            out.line("application.properties needs:");
            adopted.settings().forEach(line -> out.line("  " + line));
        }
        if (!adopted.notTaken().isEmpty()) {
            out.line("");
            out.line("Not taken over, or otherwise:");
            adopted.notTaken().forEach(problem -> out.line("  " + problem));
        }
        if (isNone) {
            error(file + " makes no flow");
        } else {
            out.line("");
            String first = adopted.files().keySet().iterator().next();
            out.line("Next: waybill plan " + first.substring(0, first.length() - ".toml".length()));
        }
    }

    private static void clear(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path each : files.toList()) {
                Files.delete(each);
            }
        }
    }
}
