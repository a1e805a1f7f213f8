package io.waybill.cli;

import io.waybill.ledger.RunEntry;
import io.waybill.part.Verification;
import io.waybill.part.Verification.FileCheck;
import io.waybill.part.Waybill;
import io.waybill.route.WaybillComponent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.camel.CamelContext;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code waybill verify}. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = "Reads delivered files again, and compares them with their waybill.")
final class VerifyCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "FILE|RUN",
            description = "The waybill, <name>.waybill.json beside the files; or a run, by its id or the end of it.")
    private String what;

    @Override
    public Integer call() throws Exception {
        Path waybill = waybill();
        Verification verification;
        try {
            verification = Verification.of(waybill);
        } catch (IOException e) {
            throw new WrongUsageException(waybill + ": " + e.getMessage());
        }
        Terminal out = new Terminal(spec.commandLine().getOut());
        for (FileCheck check : verification.files()) {
            if (check.difference() == null) {
                out.line("ok  " + check.file().name() + "  "
                        + Terminal.count(check.file().rows()) + " rows, "
                        + Terminal.size(check.file().bytes()));
            } else {
                Main.printError(spec.commandLine().getErr(), check.file().name() + " " + check.difference());
            }
        }
        return verification.passed() ? ExitCode.DONE : ExitCode.DIFFERENT;
    }

    private Path waybill() throws Exception {
        Path file = Workspace.userPath(what);
        if (Files.isRegularFile(file)) {
            return file;
        }
        if (what.contains("/") || what.endsWith(".json")) {
            throw new WrongUsageException("there is no file " + file);
        }
        try (CamelContext context = Workspace.context()) {
            RunEntry run = Workspace.run(
                    context.getComponent("waybill", WaybillComponent.class).ledger(), what);
            if (run.status() != RunEntry.Status.DONE || run.files().isEmpty()) {
                throw new WrongUsageException("run " + run.runId() + " has delivered nothing: it is "
                        + run.status().name().toLowerCase(Locale.ROOT));
            }
            Path waybill = Path.of(run.planned().root()).resolve(run.planned().waybill());
            if (!Files.isRegularFile(waybill) || !Waybill.runId(waybill).equals(run.runId())) {
                throw new WrongUsageException("the waybill of run " + run.runId() + " is not at " + waybill
                        + " any more: a later run has replaced it, or somebody has taken it away");
            }
            return waybill;
        }
    }
}
