package io.waybill.settings;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;

/** Says which placeholder of a text has no value. */
record Placeholders(CamelContext context, Map<String, String> environment) {

    private static final Pattern PLACEHOLDER =
            Pattern.compile("\\{\\{(?!\\?)(?:(env|sys):)?([^{}:]+)\\}\\}|\\$\\{(?:(env|sys):)?([^{}:]+)\\}");

    /** Without the environment, which holds secrets. */
    @Override
    public String toString() {
        return "placeholders";
    }

    /**
     * What is missing, in words.
     *
     * @param raw the text; null where it is not known
     */
    String missing(String raw) {
        Matcher placeholder = PLACEHOLDER.matcher(raw == null ? "" : raw);
        while (placeholder.find()) {
            String function = placeholder.group(1) == null ? placeholder.group(3) : placeholder.group(1);
            String name = placeholder.group(2) == null ? placeholder.group(4) : placeholder.group(2);
            if ("env".equals(function)) {
                if (!environment.containsKey(name)) {
                    return "the environment variable " + name + " is not set";
                }
            } else if ("sys".equals(function)) {
                if (System.getProperty(name) == null) {
                    return "the system property " + name + " is not set";
                }
            } else if (context.getPropertiesComponent().resolveProperty(name).isEmpty()) {
                return placeholder.group() + " has no value; set " + name
                        + " in application.properties or the environment";
            }
        }
        return "holds a property placeholder that has no value here; set it in application.properties or the environment";
    }
}
