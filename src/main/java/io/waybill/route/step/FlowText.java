package io.waybill.route.step;

import io.waybill.facts.FileContent;
import io.waybill.flow.toml.DataSetsReader;
import io.waybill.route.DefinedRoutes;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Objects;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.ToDefinition;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;

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
            Resource dataSets = dataSets(resource, step);
            return dataSets == null || !dataSets.exists() ? text : text + ", " + named(dataSets);
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
    private static Resource dataSets(Resource flow, WaybillEndpoint step) {
        String location = flow.getLocation();
        return location.endsWith(".toml")
                ? PluginHelper.getResourceLoader(step.getCamelContext())
                        .resolveResource(
                                location.substring(0, location.lastIndexOf('/') + 1) + DataSetsReader.FILE_NAME)
                : null;
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
