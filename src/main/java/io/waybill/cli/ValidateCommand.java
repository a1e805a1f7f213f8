package io.waybill.cli;

import io.waybill.WaybillException;
import io.waybill.flow.DataSet;
import io.waybill.flow.DataSetKeys;
import io.waybill.flow.ExportKeys;
import io.waybill.flow.Flow;
import io.waybill.flow.Problem;
import io.waybill.flow.Transform;
import io.waybill.flow.Trigger;
import io.waybill.flow.toml.FlowFolder;
import io.waybill.flow.toml.OwnRoute;
import io.waybill.format.CamelFormat;
import io.waybill.privacy.PrivacyKeys;
import io.waybill.query.ModeRules;
import io.waybill.route.FlowRoutesLoader;
import io.waybill.route.MarkedDataSets;
import io.waybill.route.step.Planning;
import io.waybill.run.RangeEngine;
import io.waybill.settings.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.camel.CamelContext;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code waybill validate}. */
@Command(name = "validate", description = "Checks flow files, all of them at once; needs no database.")
final class ValidateCommand extends WorkspaceCommand {

    @Parameters(paramLabel = "FILE", arity = "0..*", description = "Flow files; all of routes/ where none is given.")
    private List<String> files = List.of();

    @Option(names = "--connect", description = "Look the data sets and their columns up in the database as well.")
    private boolean connect;

    /** What is not wrong, and worth knowing. */
    private final List<Problem> notes = new ArrayList<>();

    @Override
    int call(Workspace workspace) throws Exception {
        CamelContext context = workspace.context();
        FlowFolder folder = files.isEmpty()
                ? workspace.flows()
                : FlowFolder.read(
                        files.stream().map(Workspace::userPath).toList(), FlowRoutesLoader.placeholders(context));
        MarkedDataSets.of(context).declared(files.isEmpty() ? Workspace.ROUTES : Path.of(""), folder);
        List<Problem> problems = new ArrayList<>(folder.problems());
        for (Flow flow : folder.flows().values()) {
            problems.addAll(furtherProblems(context, folder, flow));
        }
        return report(folder, problems);
    }

    private List<Problem> furtherProblems(CamelContext context, FlowFolder folder, Flow flow) throws Exception {
        DataSet declared = folder.dataSetOf(flow).orElse(null);
        if (flow.feed() != null) {
            return connect
                    ? found(flow, () -> Planning.ofFeed(context, flow, declared).plan())
                    : List.of();
        }
        if (declared != null && declared.get(DataSetKeys.KIND) != null) {
            var refusal = flow.compared().isPresent()
                    ? ModeRules.refusalOfChanges(declared.get(DataSetKeys.KIND), declared.id())
                    : ModeRules.refusal(
                            flow.export().mode(),
                            declared.get(DataSetKeys.KIND),
                            declared.id(),
                            flow.export().sinceLast() != null);
            if (refusal.isPresent()) {
                return List.of(new Problem(flow.place(), "", refusal.get()));
            }
        }
        Optional<Problem> format = FlowRoutesLoader.dataFormatProblem(
                context, flow, declared, Files.readString(folder.files().get(flow.id())));
        if (format.isPresent()) {
            String named = flow.export()
                    .formatOptions()
                    .getOrDefault(CamelFormat.DATA_FORMAT.option(), "")
                    .toString();
            if (!named.startsWith("#")) {
                return List.of(format.get());
            }
            Optional<NamedBean.Finding> found = new NamedBean(context, named.replaceFirst("^#(bean:)?", "")).finding();
            if (found.isPresent()) {
                Problem problem = new Problem(
                        format.get().place(), format.get().key(), found.get().message());
                if (found.get().isWrong()) {
                    return List.of(problem);
                }
                notes.add(problem);
            }
        }
        List<Problem> keys = missingKeys(context, flow);
        if (!keys.isEmpty()) {
            return keys;
        }
        return connect ? found(flow, () -> PlanCommand.plan(Planning.of(context, flow, declared), flow)) : List.of();
    }

    /** Keys of hashes and tokens that are not there, or none. */
    private static List<Problem> missingKeys(CamelContext context, Flow flow) throws Exception {
        PrivacyKeys keys = new PrivacyKeys(Settings.of(context));
        Map<String, String> named = new LinkedHashMap<>(); // each is told of once, however many columns name it
        for (Transform transform : flow.export().transforms()) {
            if (transform.keyId() != null) {
                named.putIfAbsent(transform.keyId(), "transform.key");
            }
        }
        String piiKey = flow.export().get(ExportKeys.PII_KEY);
        if (piiKey != null) {
            named.putIfAbsent(piiKey, "pii_key");
        }
        List<Problem> problems = new ArrayList<>();
        for (Map.Entry<String, String> key : named.entrySet()) {
            problems.addAll(found(flow, () -> keys.find(key.getValue(), key.getKey())));
        }
        return problems;
    }

    private static List<Problem> found(Flow flow, Callable<?> planning) throws Exception {
        try {
            planning.call();
            return List.of();
        } catch (WaybillException e) {
            return List.of(new Problem(flow.place(), "", e.getMessage()));
        }
    }

    private int report(FlowFolder folder, List<Problem> problems) {
        Terminal out = out();
        Terminal err = Terminal.err(spec().commandLine().getErr());
        problems.forEach(problem -> err.line(err.red("error:") + " " + problem));
        notes.forEach(note -> out.line("note: " + note));
        for (Flow flow : folder.flows().values()) {
            RangeEngine.refusal(flow).ifPresent(why -> out.line("note: " + new Problem(flow.place(), "", why)));
            for (Trigger trigger : flow.triggers()) {
                trigger.leavesOut(Instant.now())
                        .ifPresent(left -> out.line(
                                "note: " + new Problem(trigger.place(), "triggers." + left.key(), left.message())));
            }
        }
        folder.replaced()
                .forEach((id, flow) -> out.line("note: " + flow.place().file() + " is not loaded: "
                        + OwnRoute.of(Path.of(flow.place().file()), id) + " is the flow"));
        if (!problems.isEmpty()) {
            err.line(problems.size() + (problems.size() == 1 ? " problem" : " problems"));
            return ExitCode.WRONG;
        }
        int flows = folder.flows().size();
        out.line(flows + (flows == 1 ? " flow is" : " flows are") + " well formed: "
                + String.join(", ", folder.flows().keySet()));
        return ExitCode.DONE;
    }
}
