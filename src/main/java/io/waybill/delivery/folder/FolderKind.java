package io.waybill.delivery.folder;

import io.waybill.delivery.CamelKind;
import io.waybill.delivery.Connection;
import io.waybill.delivery.Destination;
import io.waybill.delivery.Transfer;
import io.waybill.flow.Delivery;
import io.waybill.flow.IfExists;
import io.waybill.flow.PathTemplate;
import io.waybill.flow.Refusal;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;

/** A folder of this machine: a path, or a {@code file:} URI. */
public final class FolderKind extends CamelKind {

    public FolderKind() {
        super("", "file");
    }

    @Override
    public List<String> endpoints() {
        return List.of("file:");
    }

    @Override
    public boolean isLocal() {
        return true;
    }

    @Override
    public String pathProblem(PathTemplate path, String shown) {
        String problem = super.pathProblem(path, shown);
        if (problem == null && path.text().matches("~(/.*)?")) {
            return "\"" + shown
                    + "\" begins with ~, which a shell takes for a home and a flow does not; write {{env:HOME}}/…, or ./~/…";
        }
        boolean odd = path.text().indexOf('\\') >= 0 || path.text().indexOf('?') >= 0;
        return problem == null && odd ? "\"" + shown + "\" holds \\ or ?; folders are divided by /" : problem;
    }

    @Override
    public List<Refusal> refusals(Delivery delivery, String key, Predicate<String> given) {
        return Stream.of(
                        new Refusal("connection", "is for destinations elsewhere; a path of this machine needs none"),
                        new Refusal("options", "are for destinations elsewhere; a path of this machine has none"))
                .filter(refusal -> given.test(refusal.key()))
                .toList();
    }

    /**
     * {@code TryRename} renames over an existing file in one step, where {@code Override} would delete it first; the file comes from
     * the staging folder by a rename as well.
     */
    @Override
    public String endpoint(
            CamelContext context, Delivery delivery, Connection connection, Map<String, String> options) {
        options.put("fileExist", delivery.ifExists() == IfExists.OVERWRITE ? "TryRename" : "Fail");
        options.put("tempFileName", Transfer.TEMPORARY_NAME);
        return LocalDestination.of(delivery.path()).endpoint();
    }

    @Override
    protected String folder(CamelContext context, Delivery delivery) {
        return LocalDestination.of(new PathTemplate(
                        context.resolvePropertyPlaceholders(delivery.path().text())))
                .root();
    }

    @Override
    protected String place(String scheme, String address, Map<String, String> options) {
        return address;
    }

    @Override
    protected boolean samePlace(String one, String other) {
        return new LocalDestination(one).place().equals(new LocalDestination(other).place());
    }

    @Override
    protected Destination open(CamelContext context, String endpoint, String place) {
        return new LocalDestination(place);
    }
}
