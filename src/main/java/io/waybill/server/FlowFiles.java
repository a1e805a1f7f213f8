package io.waybill.server;

import io.waybill.WaybillException;
import io.waybill.facts.FileContent;
import io.waybill.flow.DataSet;
import io.waybill.flow.Flow;
import io.waybill.flow.InvalidFlowException;
import io.waybill.flow.Problem;
import io.waybill.flow.toml.FlowFolder;
import io.waybill.flow.toml.FlowReader;
import io.waybill.flow.toml.OwnRoute;
import io.waybill.flow.toml.Reading;
import io.waybill.route.DefinedRoutes;
import io.waybill.route.FlowRoutesLoader;
import io.waybill.route.IdleFlows;
import io.waybill.route.MarkedDataSets;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.model.Model;
import org.apache.camel.model.RouteConfigurationDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.apache.camel.support.service.ServiceHelper;

/** The flow files of the folder that is served: read again where they have changed, and changed as a whole, routes and all. */
final class FlowFiles {

    private final CamelContext context;
    private final Path folder;
    private List<Seen> seen = List.of();
    private FlowFolder read;

    /** How often what placeholders stand for was another. */
    private volatile int settings;

    private int readBy;

    /** @param folder as Camel was told of it */
    FlowFiles(CamelContext context, Path folder) {
        this.context = context;
        this.folder = folder;
    }

    /** How a file looked when it was read. */
    private record Seen(Path file, FileTime changed, long bytes) {}

    /**
     * A flow and its file.
     *
     * @param text what the file says
     */
    record Stored(Flow flow, Path file, String text) {

        /** Tells this text from others, as HTTP has it. */
        String tag() {
            return FlowFiles.tag(text);
        }
    }

    private static String tag(String text) {
        byte[] sha256 = FileContent.newSha256().digest(text.getBytes(StandardCharsets.UTF_8));
        return "\"" + HexFormat.of().formatHex(sha256, 0, 16) + "\"";
    }

    /** All that is there. */
    synchronized FlowFolder all() {
        List<Seen> now = look();
        int by = settings;
        if (read == null || by != readBy || !now.equals(seen)) {
            readBy = by;
            read = FlowFolder.read(folder, FlowRoutesLoader.placeholders(context));
            MarkedDataSets.of(context).declared(folder, read);
            seen = now;
        }
        return read;
    }

    /** Has them read again: their placeholders stand for something else. Waits for nobody. */
    void forget() {
        settings++;
    }

    private List<Seen> look() {
        List<Seen> files = new ArrayList<>();
        try (Stream<Path> listed = Files.list(folder)) {
            for (Path file : listed.filter(each -> each.toString().endsWith(".toml") || OwnRoute.isCalled(each))
                    .sorted()
                    .toList()) {
                files.add(new Seen(file, Files.getLastModifiedTime(file), Files.size(file)));
            }
        } catch (java.nio.file.NoSuchFileException e) {
            return List.of(); // one was removed just now, or the folder is not there: what is read next tells
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return files;
    }

    Optional<Flow> find(String id) {
        return Optional.ofNullable(all().flows().get(id));
    }

    /** A flow with its text. */
    synchronized Optional<Stored> stored(String id) {
        Flow flow = all().flows().get(id);
        if (flow == null) {
            return Optional.empty();
        }
        Path file = all().files().get(id);
        try {
            return Optional.of(new Stored(flow, file, Files.readString(file)));
        } catch (IOException e) {
            throw Refused.of(503, "the file of flow \"" + id + "\" cannot be read now");
        }
    }

    /** The declared data set of a flow; null where it is not declared. */
    DataSet dataSetOf(Flow flow) {
        return all().dataSetOf(flow).orElse(null);
    }

    /**
     * Reads a text as the file of a flow would be.
     *
     * @throws Refused with all that is wrong with it
     */
    Flow parse(String name, String text) {
        return parse(name, text, FlowRoutesLoader.placeholders(context));
    }

    /** Likewise, with what resolves its placeholders. */
    Flow parse(String name, String text, UnaryOperator<String> placeholders) {
        Reading<Flow> reading = new FlowReader(placeholders).read(shown(name), text);
        if (!reading.problems().isEmpty()) {
            throw wrong(reading.problems());
        }
        return reading.value();
    }

    private static Refused wrong(List<Problem> problems) {
        return Refused.wrong(problems.stream().map(Problem::toString).toList());
    }

    private String shown(String name) {
        return folder.getFileName() + "/" + name + ".toml";
    }

    /**
     * Writes a flow and loads its routes: both, or neither; where nobody has changed it since it was looked at.
     *
     * @param before the flow that was there; null for none
     * @throws Refused where it is wrong, with what a start would say
     */
    synchronized Stored put(String id, String text, Stored before) {
        Path file = before == null ? folder.resolve(id + ".toml") : before.file();
        if (before == null && Files.exists(file)) {
            throw all().flows().containsKey(id)
                    ? Refused.of(412, "flow \"" + id + "\" is there already")
                    : Refused.of(409, shown(id) + " is there already, and is none of a flow of that id");
        }
        if (before != null) {
            requireUnchanged(before);
        }
        check(file, text);
        try {
            write(file, text);
            load(file);
        } catch (Exception e) {
            undo(file, before);
            throw e instanceof IOException
                    ? Refused.of(503, shown(id) + " cannot be written now")
                    : asProblems(file, e);
        }
        return stored(id).orElseThrow(() -> Refused.of(409, "flow \"" + id + "\" was changed by somebody else"));
    }

    private void requireUnchanged(Stored before) {
        String id = before.flow().id();
        Stored now = stored(id).orElseThrow(() -> Refused.of(412, "flow \"" + id + "\" is not there any more"));
        if (!now.tag().equals(before.tag())) {
            throw Refused.of(412, "flow \"" + id + "\" was changed since: its ETag is " + now.tag())
                    .with("ETag", now.tag());
        }
    }

    /** Has a loader look at it that loads nothing. */
    private void check(Path file, String text) {
        FlowRoutesLoader loader = new FlowRoutesLoader();
        loader.setCamelContext(context);
        ServiceHelper.startService(loader);
        try {
            loader.loadRoutesBuilder(ResourceHelper.fromString(location(file), text));
        } catch (Exception e) {
            throw asProblems(file, e);
        } finally {
            ServiceHelper.stopService(loader);
        }
    }

    private Refused asProblems(Path file, Exception e) {
        String known = WaybillException.causes(e)
                .filter(each -> each instanceof InvalidFlowException || each instanceof WaybillException)
                .map(Throwable::getMessage)
                .findFirst()
                .orElse(null);
        if (known == null) {
            throw new IllegalStateException("a flow that was found good is not loaded", e);
        }
        String name = file.getFileName().toString();
        return Refused.wrong(known.replace(file.toString(), folder.getFileName() + "/" + name)
                .lines()
                .toList());
    }

    private static String location(Path file) {
        return "file:" + file;
    }

    private void load(Path file) throws Exception {
        Resource resource = ResourceHelper.resolveResource(context, location(file));
        PluginHelper.getRoutesLoader(context).updateRoutes(List.of(resource));
    }

    /** Loads the routes of a flow that has no file. */
    synchronized void loadForOnce(String id, String text) {
        Path file = folder.resolve(id + ".toml");
        try {
            PluginHelper.getRoutesLoader(context).loadRoutes(ResourceHelper.fromString(location(file), text));
        } catch (Exception e) {
            throw asProblems(file, e);
        }
    }

    /** Has it gone again. */
    synchronized void unloadForOnce(String id) {
        try {
            unload(folder.resolve(id + ".toml"));
        } catch (Exception e) {
            throw new IllegalStateException("the routes of an export call are not removed", e);
        }
    }

    /** Under another name first: who looks meanwhile sees the old or the new, and a process that is killed leaves one of them. */
    private void write(Path file, String text) throws IOException {
        Path whole = Files.createTempFile(folder, ".", ".tmp");
        try {
            Files.writeString(whole, text);
            if (Files.getFileStore(folder).supportsFileAttributeView("posix")) {
                Files.setPosixFilePermissions(
                        whole, java.nio.file.attribute.PosixFilePermissions.fromString("rw-r--r--"));
            }
            Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(whole);
        }
        read = null;
    }

    private void undo(Path file, Stored before) {
        try {
            if (before == null) {
                Files.deleteIfExists(file);
                unload(file);
            } else {
                write(file, before.text());
                load(file);
            }
        } catch (Exception e) {
            throw new IllegalStateException("a flow cannot be put back as it was", e);
        }
    }

    /** Removes a flow, its file and its routes, where nobody has changed it since it was looked at. */
    synchronized void delete(Stored flow) {
        requireUnchanged(flow);
        String id = flow.flow().id();
        boolean removed;
        try {
            removed = IdleFlows.of(context).changeNow(id, () -> {
                Files.deleteIfExists(flow.file());
                read = null;
                unload(flow.file());
            });
        } catch (Exception e) {
            throw Refused.of(503, shown(id) + " cannot be removed now");
        }
        if (!removed) {
            throw Refused.of(409, "flow \"" + id + "\" is running");
        }
    }

    /** Its triggers first, so that none fires into a route that is gone; and what its routes have in common, which may come again. */
    private void unload(Path file) throws Exception {
        Model model = context.getCamelContextExtension().getContextPlugin(Model.class);
        List<RouteDefinition> routes = DefinedRoutes.of(context).stream()
                .filter(route -> route.getResource() != null
                        && route.getResource().getLocation().equals(location(file)))
                .sorted(Comparator.comparing(route -> route.getRouteId().contains(".trigger.") ? 0 : 1))
                .toList();
        for (RouteDefinition route : routes) {
            context.getRouteController().stopRoute(route.getRouteId());
            context.removeRoute(route.getRouteId());
            model.removeRouteDefinition(route);
        }
        for (RouteConfigurationDefinition common : List.copyOf(model.getRouteConfigurationDefinitions())) {
            if (routes.stream().anyMatch(route -> common.getId().equals(route.getRouteConfigurationId()))) {
                model.removeRouteConfiguration(common);
            }
        }
    }
}
