package io.waybill.cli;

import io.waybill.delivery.Connection;
import io.waybill.delivery.ConnectionCheck;
import io.waybill.delivery.ConnectionCheck.Finding;
import io.waybill.flow.Delivery;
import io.waybill.flow.IfExists;
import io.waybill.flow.PathTemplate;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.CamelContext;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code waybill check}. */
@Command(
        name = "check",
        description = "Tries a connection out: logs in, writes a small file, replaces it, reads it back, removes it.",
        footer = {
            "",
            "Connections are waybill.connection.<name>.* in application.properties. Where files would go is taken from the",
            "flows that use the connection; --uri says it for one that none uses yet.",
            "",
            "Examples:",
            "  waybill check lake",
            "  waybill check lake --uri s3://bucket/folder/"
        })
final class CheckCommand extends WorkspaceCommand {

    @Parameters(paramLabel = "NAME", arity = "0..1", description = "The connection; without it, all of them.")
    private String name;

    @Option(names = "--uri", description = "Where files would go.")
    private String uri;

    @Override
    int call(Workspace workspace) throws Exception {
        CamelContext context = workspace.context();
        context.start();
        List<String> names = name == null ? Connection.names(context) : List.of(name);
        if (names.isEmpty()) {
            throw new WrongUsageException(
                    "no connection is configured (set waybill.connection.<name>.type in application.properties)");
        }
        if (uri != null && name == null) {
            throw new WrongUsageException("--uri goes with the NAME of a connection");
        }
        boolean good = true;
        for (String each : names) {
            Connection connection = Connection.find(context, each);
            for (Delivery delivery : deliveries(workspace, connection)) {
                good &= check(context, connection, delivery);
            }
        }
        return good ? ExitCode.DONE : ExitCode.FAILED;
    }

    private boolean check(CamelContext context, Connection connection, Delivery delivery) {
        Terminal out = out();
        out.line(out.bold(connection.name()) + "  "
                + Delivery.beforeQuery(delivery.uri().text()));
        boolean good = true;
        for (Finding finding : new ConnectionCheck(context).run(delivery)) {
            good &= finding.isGood();
            out.line((finding.isGood() ? "  ok   " : "  no   ")
                    + finding.what()
                    + (finding.isGood() ? "" : ": " + finding.problem()));
        }
        return good;
    }

    /** The places that flows deliver to by a connection, each folder once. */
    private List<Delivery> deliveries(Workspace workspace, Connection connection) {
        if (uri != null) {
            return List.of(delivery(connection, uri));
        }
        List<Delivery> deliveries = new ArrayList<>();
        if (Files.isDirectory(Workspace.ROUTES)) {
            Set<String> places = new HashSet<>();
            workspace.flows().flows().values().stream()
                    .flatMap(flow -> flow.exported().stream())
                    .flatMap(export -> export.deliveries().stream())
                    .filter(delivery -> connection.name().equals(delivery.connection()))
                    .filter(delivery -> places.add(
                            delivery.authority() + " " + delivery.path().fixedDirectory()))
                    .forEach(deliveries::add);
        }
        if (deliveries.isEmpty()) {
            deliveries.add(connection
                    .probe()
                    .map(place -> delivery(connection, place))
                    .orElseThrow(() -> new WrongUsageException("connection \"" + connection.name()
                            + "\": no flow uses it; say where files would go, by --uri "
                            + connection.example())));
        }
        return deliveries;
    }

    private static Delivery delivery(Connection connection, String place) {
        Delivery delivery = new Delivery(
                connection.name(),
                PathTemplate.parse(place),
                connection.name(),
                IfExists.OVERWRITE,
                Map.of(),
                Map.of());
        if (!Connection.isFor(delivery)) {
            throw new WrongUsageException(
                    "--uri: \"" + place + "\" needs no connection; write for example " + connection.example());
        }
        return delivery;
    }
}
