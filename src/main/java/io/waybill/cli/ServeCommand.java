package io.waybill.cli;

import io.waybill.flow.toml.FlowFolder;
import io.waybill.page.WebPages;
import io.waybill.route.step.WaybillComponent;
import io.waybill.server.ManagedRuns;
import io.waybill.server.Server;
import io.waybill.settings.Settings;
import io.waybill.settings.SettingsTable;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.MainListenerSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code waybill serve}. */
@Command(
        name = "serve",
        description = {
            "Runs the flows of routes/ by their schedules, and the Camel routes beside them, until it is stopped.",
            "With a port, it also answers over HTTP: docs/server.md."
        })
final class ServeCommand extends WaybillCommand {

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = "Listen at this port, instead of that of waybill.server.port; 0 for one that is free.")
    private String port;

    private Optional<Server> server = Optional.empty();
    private SettingsReloads reloads;

    @Override
    public Integer call() throws Exception {
        FlowFolder folder;
        try (Workspace workspace = Workspace.open()) {
            if (Settings.of(workspace.context()).get(SettingsTable.LOG_FORMAT).equals("json")) {
                LogLines.setUpJson(
                        spec().commandLine().getParseResult().originalArgs().contains("--debug"));
            }
            folder = workspace.flows();
        }
        org.apache.camel.main.Main main = Workspace.main("file:" + Workspace.ROUTES + "/*", true);
        if (port != null) {
            main.addOverrideProperty(SettingsTable.SERVER_PORT.name(), port);
        }
        main.addMainListener(new Door(folder));
        StopSignal.listen(() -> main.getShutdownStrategy().shutdown());
        reloads = SettingsReloads.listen();
        main.run();
        return main.getExitCode();
    }

    /** Listens while the context runs. */
    private final class Door extends MainListenerSupport {

        private final FlowFolder folder;

        Door(FlowFolder folder) {
            this.folder = folder;
        }

        @Override
        public void beforeStart(BaseMainSupport starting) {
            starting.getCamelContext()
                    .getComponent("waybill", WaybillComponent.class)
                    .stay();
            if (Settings.of(starting.getCamelContext())
                    .value(SettingsTable.SERVER_PORT.name())
                    .isPresent()) {
                try {
                    server = Server.listen(starting.getCamelContext(), Workspace.ROUTES, new WebPages());
                } catch (Exception e) {
                    throw e instanceof RuntimeException known ? known : new IllegalStateException(e);
                }
            }
        }

        @Override
        public void afterStart(BaseMainSupport started) {
            ManagedRuns.show(started.getCamelContext()); // as long as the process lives
            announce(folder, started.getCamelContext());
            server.ifPresent(Server::open);
            reloads.started(started.getCamelContext());
        }

        @Override
        public void beforeStop(BaseMainSupport stopping) {
            reloads.stop();
            new GracefulStop(stopping.getCamelContext(), server).run();
        }
    }

    /** Says what is served. */
    private void announce(FlowFolder folder, CamelContext context) {
        Terminal out = out();
        out.line("serving the flows of " + Workspace.ROUTES.toAbsolutePath() + ", until it is stopped");
        out.line("");
        // a ledger that is away says so when something is to run
        WaybillComponent component = context.getComponent("waybill", WaybillComponent.class);
        ListCommand.print(out, ListCommand.listed(folder, ListCommand.held(component, why -> {})));
        List<String> byHand = byHand(context);
        if (!byHand.isEmpty()) {
            out.line("routes by hand: " + String.join(", ", byHand));
        }
        server.ifPresent(listening -> out.line("listening at " + listening.address()));
        out.line("");
    }

    /** Those that no flow file has brought. */
    private List<String> byHand(CamelContext context) {
        return context.getRoutes().stream()
                .filter(route -> !isOfFlow(route))
                .filter(route -> server.isEmpty() || !Server.isOwnRoute(route.getRouteId()))
                .map(Route::getRouteId)
                .toList();
    }

    private static boolean isOfFlow(Route route) {
        String from = route.getSourceResource() == null
                ? ""
                : route.getSourceResource().getLocation();
        return Path.of(from.replaceFirst("^file:", "")).toString().endsWith(".toml");
    }
}
