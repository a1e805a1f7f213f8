package io.waybill.route.step;

import io.waybill.facts.FileContent;
import io.waybill.route.DataSetsFile;
import io.waybill.route.DefinedRoutes;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.ToDefinition;
import org.apache.camel.spi.Resource;

/** The text of a flow: the file that its route was loaded from, and the declaration of its data sets. */
final class FlowText {

    private FlowText() {}

    /**
     * The SHA-256 of the files, as {@code sha256sum} tells it, behind their names; null for a route that is of no file.
     *
     * @param step the step that the flow begins with
     */
    static String of(WaybillEndpoint step) {
        Resource resource = DefinedRoutes.of(step.getCamelContext()).stream()
                .filter(route -> has(route, step))
                .map(RouteDefinition::getResource)
                .filter(Objects::nonNull) // a route that was changed in its context is of no file
                .findFirst()
                .orElse(null);
        if (resource == null || !resource.exists()) {
            return null;
        }
        try {
            String text = named(resource);
            Optional<Resource> dataSets = dataSets(resource, step);
            return dataSets.isEmpty() ? text : text + ", " + named(dataSets.get());
        } catch (IOException e) {
            return null; // the route is there, and its file is not any more
        }
    }

    private static boolean has(RouteDefinition route, WaybillEndpoint step) {
        String uri = "waybill:" + step.verb().label() + "/" + step.flow();
        Collection<ToDefinition> steps =
                ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), ToDefinition.class);
        return steps.stream()
                .map(ToDefinition::getEndpointUri)
                .anyMatch(to -> to != null && (to.equals(uri) || to.startsWith(uri + "?")));
    }

    /** A printed route has all of them in itself. */
    private static Optional<Resource> dataSets(Resource flow, WaybillEndpoint step) throws IOException {
        return flow.getLocation().endsWith(".toml")
                ? DataSetsFile.beside(step.getCamelContext(), flow)
                : Optional.empty();
    }

    private static String named(Resource resource) throws IOException {
        String location = resource.getLocation();
        String name = location.substring(Math.max(location.lastIndexOf('/'), location.lastIndexOf(':')) + 1);
        try (InputStream in = resource.getInputStream()) {
            byte[] hash = FileContent.newSha256().digest(in.readAllBytes());
            return name + " " + HexFormat.of().formatHex(hash);
        }
    }
}
