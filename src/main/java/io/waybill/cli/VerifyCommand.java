package io.waybill.cli;

import io.waybill.part.Verification;
import io.waybill.part.Verification.FileCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
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

    @Parameters(paramLabel = "FILE", description = "The waybill: <name>.waybill.json, beside the files.")
    private String file;

    @Override
    public Integer call() {
        Path waybill = Workspace.userPath(file);
        if (!Files.isRegularFile(waybill)) {
            throw new WrongUsageException("there is no file " + waybill);
        }
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
}
