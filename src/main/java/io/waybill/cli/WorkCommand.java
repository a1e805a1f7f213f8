package io.waybill.cli;

import io.waybill.flow.Export;
import io.waybill.flow.ExportKeys;
import io.waybill.flow.Flow;
import io.waybill.route.step.WaybillComponent;
import java.util.List;
import java.util.Optional;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.MainListenerSupport;
import picocli.CommandLine.Command;

/** {@code waybill work}. */
@Command(
        name = "work",
        description = {
            "Reads ranges of large exports that other processes of the ledger run, until it is stopped: of the flows of",
            "routes/ that have processes. It runs no flow itself; waybill serve reads such ranges as well."
        })
final class WorkCommand extends WaybillCommand {

    @Override
    public Integer call() throws Exception {
        List<String> divided;
        try (Workspace workspace = Workspace.open()) {
            divided = workspace.flows().flows().values().stream()
                    .filter(flow -> flow.export() != null && flow.export().isDivided())
                    .map(WorkCommand::words)
                    .toList();
        }
        if (divided.isEmpty()) {
            throw new WrongUsageException(
                    "no flow of routes/ has processes = 2 or more, and there is nothing for it to read");
        }
        org.apache.camel.main.Main main = Workspace.main("file:" + Workspace.ROUTES + "/*.toml", true);
        main.addOverrideProperty("waybill.triggers", "false");
        main.addMainListener(new Working(divided));
        StopSignal.listen(() -> main.getShutdownStrategy().shutdown());
        main.run();
        return main.getExitCode();
    }

    private static String words(Flow flow) {
        Export export = flow.export();
        return flow.id() + " (up to " + export.get(ExportKeys.PROCESSES) + " processes)";
    }

    /** Is there as long as the context runs. */
    private final class Working extends MainListenerSupport {

        private final List<String> divided;

        Working(List<String> divided) {
            this.divided = divided;
        }

        @Override
        public void beforeStart(BaseMainSupport starting) {
            component(starting).stay();
        }

        @Override
        public void afterStart(BaseMainSupport started) {
            component(started).ledger(); // one that is away is told at once
            out().line("reading ranges of " + String.join(", ", divided) + ", until it is stopped");
        }

        @Override
        public void beforeStop(BaseMainSupport stopping) {
            new GracefulStop(stopping.getCamelContext(), Optional.empty()).run();
        }

        private static WaybillComponent component(BaseMainSupport main) {
            return main.getCamelContext().getComponent("waybill", WaybillComponent.class);
        }
    }
}
