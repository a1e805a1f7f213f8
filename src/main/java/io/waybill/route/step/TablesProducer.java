package io.waybill.route.step;

import io.waybill.WaybillException;
import io.waybill.flow.ExportKeys;
import io.waybill.flow.ExportedTable;
import io.waybill.flow.OnFailure;
import io.waybill.flow.RunRules.Overlap;
import io.waybill.ledger.RunEntry;
import io.waybill.ledger.RunResult.TableResult;
import io.waybill.route.ExportOptions;
import io.waybill.route.WaybillConstants;
import io.waybill.run.ActiveRun;
import io.waybill.run.RunJson;
import io.waybill.run.TablesPlanner;
import io.waybill.run.TablesPlanner.One;
import io.waybill.run.TablesRun;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code waybill:tables}: begins the run of a flow that exports many tables, and finds these; the body becomes their list, for a split whose
 * first step is the flow's {@code waybill:begin}, which says what they are.
 */
final class TablesProducer extends StartingProducer {

    private static final Logger LOG = LoggerFactory.getLogger(TablesProducer.class);

    TablesProducer(WaybillEndpoint endpoint) {
        super(endpoint);
    }

    private WaybillEndpoint beginning() {
        return component().beginning(flow(), getEndpoint().getName());
    }

    @Override
    Overlap overlap() {
        return beginning().get(ExportKeys.OVERLAP);
    }

    @Override
    public void process(Exchange exchange) {
        new RunHeaders(exchange.getMessage()).checkExport(false);
        ActiveRun run = start(exchange);
        if (run == null) {
            return;
        }
        watched(run, () -> {
            WaybillEndpoint begin = beginning();
            ExportOptions options = BeginProducer.options(begin);
            if (!options.export().isOfManyTables()) {
                throw WaybillException.refusal("waybill:" + getEndpoint().getName() + ": waybill:begin/" + flow()
                        + " exports \"" + options.export().sourceDataset()
                        + "\", which is one data set; this step is for a sourceDatasetId with *");
            }
            TablesRun tables = new TablesRun(run, begin.<OnFailure>get(ExportKeys.ON_FAILURE));
            TablesPlanner.Found found = Planning.ofTables(context(), Planning.of(begin, run), options.dataSets())
                    .find();
            Map<String, TableResult> done = done(run);
            List<One> asked = asked(exchange, found).stream()
                    .filter(one -> !done.containsKey(one.table().flowOf(flow())))
                    .toList();
            tables.found(asked.stream().map(One::table).toList(), List.copyOf(done.values()));
            ledger().tables().found(run.runId(), asked.size() + done.size());
            LOG.info("Flow {}: run {}: {} tables", flow(), run.runId(), asked.size());
            if (!done.isEmpty()) {
                LOG.info(
                        "Flow {}: run {}: {} more are done, by the run in whose place it is",
                        flow(),
                        run.runId(),
                        done.size());
            }
            found.notes().forEach(note -> LOG.info("Flow {}: run {}: {}", flow(), run.runId(), note));
            exchange.setProperty(TableStep.TABLES, tables);
            exchange.getMessage().setBody(asked);
        });
    }

    /** What the run in whose place it is has done, by the flows of the tables; none where it is in no other's. */
    private Map<String, TableResult> done(ActiveRun run) {
        Map<String, TableResult> done = new LinkedHashMap<>();
        ledger().tables().withFiles(run.runId()).stream()
                .filter(table -> table.status() == RunEntry.Status.DONE)
                .forEach(table -> done.put(table.flow(), RunJson.ofTable(table)));
        return done;
    }

    /** All of them, but where somebody asks for one, or for the rows of an earlier run, which is of one. */
    private List<One> asked(Exchange exchange, TablesPlanner.Found found) {
        String name = exchange.getMessage().getHeader(WaybillConstants.TABLE, String.class);
        String rerun = new RunHeaders(exchange.getMessage()).rerun();
        if (rerun == null) {
            return name == null ? found.tables() : List.of(found.one(name));
        }
        RunEntry run = ledger().run(rerun)
                .filter(each -> ExportedTable.flow(each.flow()).equals(flow()))
                .orElseThrow(() -> WaybillException.refusal(
                        "flow \"" + flow() + "\" has no run \"" + rerun + "\" that was planned"));
        if (run.tableCount() != null) {
            throw WaybillException.refusal("run " + rerun + " is that of many tables; name that of one of them, which"
                    + " waybill show " + rerun + " tells");
        }
        return found.tables().stream()
                .filter(one -> one.table().flowOf(flow()).equals(run.flow()))
                .findFirst()
                .map(List::of)
                .orElseThrow(() -> WaybillException.refusal(
                        "the table of run " + rerun + " (" + run.flow() + ") is none of the flow's any more"));
    }
}
