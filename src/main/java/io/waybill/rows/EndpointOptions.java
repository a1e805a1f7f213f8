package io.waybill.rows;

import io.waybill.WaybillException;
import io.waybill.flow.NearestName;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.EndpointUriFactory;
import org.apache.camel.spi.PropertyConfigurerGetter;

/**
 * The options of an endpoint's URI, before Camel reads them. It reads numbers leniently: {@code abc} is 0, which stands for no limit or
 * no thread, and a count of {@code 5m} is 300000.
 */
public final class EndpointOptions {

    private static final Set<String> NUMBERS = Set.of("int", "Integer", "long", "Long");
    private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,18}");
    /** As Camel writes spans of time. */
    private static final Pattern SPAN = Pattern.compile("([0-9]{1,9}\\s*(d|h|m|s|ms)\\s*)+");

    private static final Set<String> COMMON = Set.of("exchangePattern", "lazyStartProducer");

    private EndpointOptions() {}

    /**
     * Checks options.
     *
     * @param endpoint what they are for
     * @param counts options that are counts and no spans of time, with the least number allowed
     * @throws WaybillException when a number is none, or an option is not known; a line each
     */
    public static void check(Endpoint endpoint, Map<String, Object> options, Map<String, Integer> counts) {
        if (!(endpoint.getComponent().getEndpointPropertyConfigurer() instanceof PropertyConfigurerGetter getter)) {
            return;
        }
        String uri = endpoint.getEndpointBaseUri();
        EndpointUriFactory factory = endpoint.getCamelContext()
                .getCamelContextExtension()
                .getEndpointUriFactory(uri.substring(0, uri.indexOf(':')));
        Set<String> names = factory == null ? Set.of() : factory.propertyNames();
        String step = uri.replaceFirst("://", ":");
        List<String> wrong = new ArrayList<>();
        options.forEach((name, value) -> {
            String problem = problem(name, String.valueOf(value), getter.getOptionType(name, true), names, counts);
            if (problem != null) {
                wrong.add(step + ": " + name + ": " + problem);
            }
        });
        if (!wrong.isEmpty()) {
            throw WaybillException.refusal(wrong.stream().sorted().collect(Collectors.joining("\n")));
        }
    }

    private static String problem(
            String name, String value, Class<?> type, Set<String> names, Map<String, Integer> counts) {
        if (type == null) {
            boolean another = name.indexOf('.') >= 0 || names.contains(name) || COMMON.contains(name);
            return another ? null : "is not an option of it" + NearestName.hint(name, names); // else for Camel to judge
        }
        if (!NUMBERS.contains(type.getSimpleName()) || value.startsWith("#")) {
            return null;
        }
        Integer least = counts.get(name);
        if (least == null) {
            boolean span = SPAN.matcher(value.toLowerCase(Locale.ROOT)).matches();
            return NUMBER.matcher(value).matches() || span ? null : "\"" + value + "\" is not a number";
        }
        if (!NUMBER.matcher(value).matches()) {
            return "\"" + value + "\" is not a number; a whole number is allowed, without unit and without separators";
        }
        long number = Long.parseLong(value);
        boolean isInt = type.getSimpleName().toLowerCase(Locale.ROOT).startsWith("int");
        if (isInt && number > Integer.MAX_VALUE) {
            return number + " is too large; at most " + Integer.MAX_VALUE + " is allowed";
        }
        return number < least ? number + " is too small; at least " + least + " is allowed" : null;
    }
}
