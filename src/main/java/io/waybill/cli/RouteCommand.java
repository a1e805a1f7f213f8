package io.waybill.cli;

import io.waybill.flow.Flow;
import io.waybill.flow.toml.OwnRoute;
import io.waybill.route.RouteXml;
import io.waybill.route.RouteYaml;
import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code waybill route}. */
@Command(
        name = "route",
        description = {
            "Prints a flow as a Camel route, which runs without its flow file.",
            "  waybill route ID --write   makes it the flow: routes/ID.camel.yaml",
            "  waybill route ID --back    makes the flow file the flow again"
        })
final class RouteCommand extends WorkspaceCommand {

    private static final String YAML = "yaml";
    private static final String XML = "xml";
    private static final String JAVA = "java";

    @Parameters(paramLabel = "ID", description = "The flow's id; waybill list shows them.")
    private String id;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = YAML,
            description = "Print it in Camel's YAML DSL (yaml, the usual) or XML DSL (xml).")
    private String format;

    @Option(
            names = "--write",
            description =
                    "Write it to routes/ID.camel.yaml: as long as that is there, it is the flow, and the flow file is not loaded.")
    private boolean write;

    @Option(
            names = "--back",
            description =
                    "Remove routes/ID.camel.yaml, where it is what the flow file says: the flow file is the flow again.")
    private boolean back;

    @Override
    int call(Workspace workspace) throws Exception {
        checkFormat();
        if (write && back) {
            throw new WrongUsageException("--write and --back do not go together");
        }
        Flow replaced = workspace.flows().replaced().get(id);
        Flow flow = replaced == null ? workspace.flow(id) : replaced;
        if (write) {
            write(workspace, flow, replaced != null);
        } else if (back) {
            back(workspace, flow, replaced != null);
        } else {
            PrintWriter out = spec().commandLine().getOut();
            out.print(print(workspace, flow));
            out.flush();
        }
        return ExitCode.DONE;
    }

    private void checkFormat() {
        switch (format) {
            case YAML -> {}
            case XML -> {
                if (write || back) {
                    throw new WrongUsageException(
                            "--format xml does not go with --write and --back: what is loaded from"
                                    + " routes/ is YAML");
                }
            }
            case JAVA ->
                throw new WrongUsageException(
                        "--format java: Camel has no writer of routes in Java; yaml and xml are printed");
            default -> throw new WrongUsageException("--format: \"" + format + "\" is none; yaml and xml are allowed");
        }
    }

    private String print(Workspace workspace, Flow flow) throws Exception {
        return format.equals(XML)
                ? new RouteXml(workspace.context()).print(flow, workspace.dataSet(flow))
                : new RouteYaml(workspace.context()).print(flow, workspace.dataSet(flow));
    }

    private void write(Workspace workspace, Flow flow, boolean isReplaced) throws Exception {
        Path file = Path.of(flow.place().file());
        Path route = OwnRoute.of(file, flow.id());
        if (isReplaced) {
            throw new WrongUsageException(route + " is flow \"" + id + "\" already");
        }
        try {
            new NewFile(route).write(print(workspace, flow), false);
        } catch (FileAlreadyExistsException e) {
            throw new WrongUsageException(e.getFile() + " is there already, and is not overwritten");
        }
        out().line(route + " is flow \"" + id + "\" now; " + file + " is not loaded as long as it is there");
        out().line("waybill serve runs it; waybill route " + id + " --back makes " + file + " the flow again");
    }

    private void back(Workspace workspace, Flow flow, boolean isReplaced) throws Exception {
        Path file = Path.of(flow.place().file());
        Path route = OwnRoute.of(file, flow.id());
        if (!isReplaced) {
            throw new WrongUsageException("flow \"" + id + "\" has no route of its own: " + route
                    + (Files.exists(route) ? " does not begin it" : " is not there"));
        }
        if (!Files.readString(route).equals(print(workspace, flow))) {
            throw new WrongUsageException(route + " is not what " + file
                    + " says: one of the two has changed since it was written. Move it out of routes/ to have " + file
                    + " loaded again; waybill route " + id + " | diff - " + route + " shows the difference");
        }
        Files.delete(route);
        Files.setLastModifiedTime(file, FileTime.from(Instant.now())); // whoever loads what has changed sees it
        out().line(file + " is flow \"" + id + "\" again");
    }
}
