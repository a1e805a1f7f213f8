package io.waybill.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Console;
import picocli.CommandLine.Option;

/** Why somebody decides what a flow does not decide by itself; it is kept in the ledger. */
final class Reason {

    @Option(
            names = "--reason",
            paramLabel = "TEXT",
            description = "Why; it is kept with the run, with who has said so. Asked for on a terminal.")
    private String text;

    /** As a server is told it. */
    ObjectNode asJson() {
        return ResultJson.JSON.createObjectNode().put("reason", ask());
    }

    /** @throws WrongUsageException when nobody says it */
    String ask() {
        Console console = text == null ? System.console() : null;
        String said = console == null ? text : console.readLine("reason: ");
        if (said == null || said.isBlank()) {
            throw new WrongUsageException("--reason: is missing; say why, it is kept with the run");
        }
        return said.strip();
    }
}
