package io.waybill.delivery;

import io.waybill.WaybillException;
import io.waybill.flow.DestinationKind;
import io.waybill.flow.Library;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Component;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.PropertyConfigurer;
import org.apache.camel.support.DefaultComponent;

/** Has a route that publishes by a component, whose library is not on the class path, refused with that library's coordinates. */
public final class AbsentComponents {

    private AbsentComponents() {}

    /** Puts something into the places of the components that are not there. */
    public static void replaceIn(CamelContext context) {
        DestinationKind.all().stream()
                .filter(kind -> !kind.isThere())
                .map(kind -> kind.library().orElseThrow())
                .distinct()
                .forEach(library -> library.components().forEach(scheme -> bind(context, scheme, library)));
    }

    /** Where Camel looks for a component, and for what configures it, first; what is added to the context itself goes before it. */
    private static void bind(CamelContext context, String scheme, Library library) {
        Absent absent = new Absent(scheme, library);
        context.getRegistry().bind(scheme, Component.class, absent);
        context.getRegistry().bind(scheme + "-component", PropertyConfigurer.class, absent);
    }

    private static final class Absent extends DefaultComponent implements PropertyConfigurer {

        private final String scheme;
        private final Library library;

        Absent(String scheme, Library library) {
            this.scheme = scheme;
            this.library = library;
        }

        /** Nothing: the generated one of the component would need the library as well. */
        @Override
        public boolean configure(CamelContext context, Object target, String name, Object value, boolean ignoreCase) {
            return false;
        }

        @Override
        protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) {
            throw WaybillException.refusal(library.missing("\"" + scheme + ":\""));
        }
    }
}
