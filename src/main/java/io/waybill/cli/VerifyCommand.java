package io.waybill.cli;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import io.waybill.delivery.DeliveryFailure;
import io.waybill.delivery.Destination;
import io.waybill.delivery.Destinations;
import io.waybill.facts.DeliveryFacts;
import io.waybill.facts.FileContent;
import io.waybill.flow.Flow;
import io.waybill.flow.Form;
import io.waybill.ledger.RecordedDelivery;
import io.waybill.ledger.RunEntry;
import io.waybill.part.Verification;
import io.waybill.part.Verification.FileCheck;
import io.waybill.part.Waybill;
import io.waybill.run.Reconciliation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import org.apache.commons.io.function.IOSupplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code waybill verify}. */
@Command(name = "verify", description = "Reads delivered files again, and compares them with their waybill.")
final class VerifyCommand extends WaybillCommand {

    @Parameters(
            paramLabel = "FILE|RUN",
            description = "The waybill, <name>.waybill.json beside the files; or a run, by its id or the end of it.")
    private String what;

    @Option(
            names = "--source",
            description =
                    "Compare a run with what its source holds now, too: rows, and what each column's values come to.")
    private boolean source;

    @Override
    public Integer call() throws Exception {
        Path file = Workspace.userPath(what);
        if (Files.isDirectory(file)) {
            throw new WrongUsageException(NearbyWaybill.ofFolder(file));
        }
        if (Files.isRegularFile(file)) {
            requireWaybill(file);
            return verify(file, () -> Verification.of(file));
        }
        if (what.contains("/") || what.contains(".")) { // a run's id has neither
            Optional<Path> waybill = NearbyWaybill.of(file);
            throw new WrongUsageException("there is no file " + file
                    + waybill.map(of -> "; the waybill that lists it is there: waybill verify " + of)
                            .orElse(""));
        }
        try (Workspace workspace = Workspace.open()) {
            RunEntry run = workspace.run(what);
            if (run.status() != RunEntry.Status.DONE || run.files().isEmpty()) {
                throw new WrongUsageException(
                        "run " + run.runId() + " has delivered nothing: it is " + Form.lower(run.status()));
            }
            int exitCode = ExitCode.DONE;
            for (RecordedDelivery delivery : run.planned().deliveries()) {
                exitCode = Math.max(exitCode, verify(run, delivery.facts(), new Destinations(workspace.context())));
            }
            return exitCode;
        }
    }

    private static void requireWaybill(Path file) throws IOException {
        Optional<Path> waybill = NearbyWaybill.isWaybill(file) ? Optional.empty() : NearbyWaybill.of(file);
        waybill.ifPresent(lists -> {
            throw new WrongUsageException(file + " is one of the files that a waybill lists: waybill verify " + lists);
        });
    }

    private int verify(RunEntry run, DeliveryFacts delivery, Destinations destinations) throws Exception {
        Destination destination = destinations.open(delivery.endpoint(), delivery.place());
        if (delivery.waybill() == null) {
            out().line(delivery.place() + " keeps no files that could be read again");
            return ExitCode.DONE;
        }
        Path copy = Files.createTempFile("waybill", ".json");
        try {
            if (!copy(destination, delivery.waybill(), copy)
                    || !Waybill.runId(copy).equals(run.runId())) {
                throw new WrongUsageException(
                        "the waybill of run " + run.runId() + " is not at " + destination.where(delivery.waybill())
                                + " any more: a later run has replaced it, or somebody has taken it away");
            }
            return verify(
                    copy,
                    () -> Verification.of(
                            copy,
                            name -> destination.read(Verification.beside(delivery.waybill(), name), FileContent::of)));
        } finally {
            Files.delete(copy);
        }
    }

    /** @return whether it is there */
    private static boolean copy(Destination destination, String waybill, Path copy) {
        try {
            return Boolean.TRUE.equals(destination.read(waybill, in -> {
                Files.copy(in, copy, StandardCopyOption.REPLACE_EXISTING);
                return true;
            }));
        } catch (IOException e) {
            throw new WaybillException(
                    Stage.READ, destination.where(waybill) + " cannot be read: " + DeliveryFailure.reason(e), e);
        }
    }

    private int verify(Path waybill, IOSupplier<Verification> check) throws Exception {
        Verification verification;
        try {
            verification = check.get();
        } catch (IOException e) {
            throw new WrongUsageException(waybill + ": " + e.getMessage());
        }
        Terminal out = out();
        for (FileCheck checked : verification.files()) {
            if (checked.difference() == null) {
                out.line("ok  " + checked.file().name() + "  "
                        + Terminal.amount(checked.file().rows(), checked.file().bytes()));
            } else {
                error(checked.file().name() + " " + checked.difference());
            }
        }
        boolean same = !source || compare(waybill, out);
        return verification.passed() && same ? ExitCode.DONE : ExitCode.DIFFERENT;
    }

    private boolean compare(Path waybill, Terminal out) throws Exception {
        try (Workspace workspace = Workspace.open()) {
            RunEntry run = workspace.run(Waybill.runId(waybill));
            Flow flow = workspace.flow(run.flow());
            Reconciliation found =
                    Reconciliation.of(workspace.planner(flow, run.flow()), flow.timezone(), run, waybill);
            if (found.differences().isEmpty()) {
                out.line("ok  source  " + Terminal.count(found.rows()) + " rows, "
                        + run.planned().window().words()
                        + (found.uncompared().isEmpty()
                                ? ""
                                : "; only counted: " + String.join(", ", found.uncompared()))
                        + (found.changed().isEmpty()
                                ? ""
                                : "; not compared, since they left in another form: "
                                        + String.join(", ", found.changed())));
            }
            found.differences().forEach(this::error);
            return found.differences().isEmpty();
        }
    }
}
