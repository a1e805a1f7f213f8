package io.waybill.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What all commands have: where they print to, and help. */
@Command(mixinStandardHelpOptions = true)
abstract class WaybillCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    final CommandSpec spec() {
        return spec;
    }

    final Terminal out() {
        return Terminal.out(spec);
    }

    final void print(ObjectNode json) {
        out().line(ResultJson.print(json));
    }

    final void error(String message) {
        Main.printError(spec.commandLine().getErr(), message);
    }

    /** Shows how a command of several is to be called. */
    final int usage() {
        spec.commandLine().usage(spec.commandLine().getOut());
        return ExitCode.WRONG;
    }
}
