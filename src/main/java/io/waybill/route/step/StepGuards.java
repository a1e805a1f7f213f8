package io.waybill.route.step;

import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.ToDefinition;
import org.apache.camel.model.ToDynamicDefinition;
import org.apache.camel.model.WireTapDefinition;
import org.apache.camel.spi.InterceptStrategy;

/**
 * Puts around each step what has an error fail its run, and around those that may publish files, or have a copy of one go elsewhere, what
 * looks at the files. Routes are their owners' to edit, and what such a step is handed, and whether it was carried out at all, shows
 * nowhere else.
 */
final class StepGuards implements InterceptStrategy {

    /** A step that is no endpoint publishes where it has the id that says so. */
    private static final Pattern ID = Pattern.compile("[^.]+\\.publish(-.+)?");

    @Override
    public Processor wrapProcessorInInterceptors(
            CamelContext context, NamedNode definition, Processor target, Processor nextTarget) {
        if (!(definition instanceof ProcessorDefinition<?> step)) {
            return target;
        }
        CaughtStep caught =
                new CaughtStep("step " + step.getId(), step instanceof ToDefinition to && isOwn(to), target);
        if (step instanceof WireTapDefinition<?>) {
            return new TappedStep(caught);
        }
        return mayPublish(step) ? new GuardedStep(context, step, caught) : caught;
    }

    private static boolean mayPublish(ProcessorDefinition<?> step) {
        boolean sends = step instanceof ToDefinition to && !isOwn(to)
                || step instanceof ToDynamicDefinition && !(step instanceof WireTapDefinition<?>);
        return sends || step.getId() != null && ID.matcher(step.getId()).matches();
    }

    private static boolean isOwn(ToDefinition to) {
        return to.getEndpointUri() != null && to.getEndpointUri().startsWith("waybill:");
    }
}
