package io.waybill.route.step;

import io.waybill.route.StepOptions;
import java.net.URISyntaxException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.camel.spi.EndpointUriFactory;
import org.apache.camel.support.component.EndpointUriFactorySupport;

/** Builds the URI of a step from its options, for route files that write these one a line. */
public final class StepUriFactory extends EndpointUriFactorySupport implements EndpointUriFactory {

    private static final String NAME = "name";

    @Override
    public boolean isEnabled(String scheme) {
        return scheme.equals("waybill");
    }

    @Override
    public String buildUri(String scheme, Map<String, Object> properties, boolean encode) throws URISyntaxException {
        String syntax = scheme + ":" + NAME;
        Map<String, Object> options = new HashMap<>(properties);
        String uri = buildPathParameter(syntax, syntax, NAME, null, true, options);
        return buildQueryParameters(uri, options, encode);
    }

    @Override
    public Set<String> propertyNames() {
        Set<String> names = new HashSet<>(StepOptions.all().keySet());
        names.add(NAME);
        names.add("lazyStartProducer");
        return names;
    }

    @Override
    public Set<String> secretPropertyNames() {
        return Set.of();
    }

    @Override
    public Map<String, String> multiValuePrefixes() {
        return Map.of();
    }

    @Override
    public boolean isLenientProperties() {
        return false;
    }
}
