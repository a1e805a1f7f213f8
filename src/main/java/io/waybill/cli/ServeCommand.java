package io.waybill.cli;

import io.waybill.WaybillException;
import io.waybill.flow.toml.FlowFolder;
import io.waybill.route.step.WaybillComponent;
import java.nio.file.Path;
import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.MainListenerSupport;
import picocli.CommandLine.Command;

/** {@code waybill serve}. */
@Command(
        name = "serve",
        description =
                "Runs the flows of routes/ by their schedules, and the Camel routes beside them, until it is stopped.")
final class ServeCommand extends WaybillCommand {

    @Override
    public Integer call() throws Exception {
        FlowFolder folder;
        try (Workspace workspace = Workspace.open()) {
            folder = workspace.flows();
        }
        org.apache.camel.main.Main main = Workspace.main("file:" + Workspace.ROUTES + "/*", true);
        main.addMainListener(new MainListenerSupport() {
            @Override
            public void afterStart(BaseMainSupport started) {
                announce(folder, started.getCamelContext());
            }
        });
        main.run();
        return main.getExitCode();
    }

    /** Says what is served. */
    private void announce(FlowFolder folder, CamelContext context) {
        Terminal out = out();
        out.line("serving the flows of " + Workspace.ROUTES.toAbsolutePath() + ", until it is stopped");
        out.line("");
        ListCommand.print(out, folder, held(context));
        List<String> byHand = byHand(context);
        if (!byHand.isEmpty()) {
            out.line("routes by hand: " + String.join(", ", byHand));
        }
        out.line("");
    }

    /** A ledger that is away says so when something is to run. */
    private static ListCommand.Held held(CamelContext context) {
        try {
            return ListCommand.Held.of(context.getComponent("waybill", WaybillComponent.class));
        } catch (WaybillException e) {
            return ListCommand.Held.NONE;
        }
    }

    /** Those that no flow file has brought. */
    private static List<String> byHand(CamelContext context) {
        return context.getRoutes().stream()
                .filter(route -> !isOfFlow(route))
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
