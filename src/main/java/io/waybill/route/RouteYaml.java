package io.waybill.route;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.waybill.flow.DataSet;
import io.waybill.flow.Flow;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.model.BeanFactoryDefinition;
import org.apache.camel.model.OnExceptionDefinition;
import org.apache.camel.model.OnWhenDefinition;
import org.apache.camel.model.RouteConfigurationDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.RoutesDefinition;
import org.apache.camel.spi.ModelToYAMLDumper;
import org.apache.camel.support.PluginHelper;

/** Prints a flow's routes, and the beans that they refer to, in Camel's YAML DSL. Placeholders stay placeholders. */
public record RouteYaml(CamelContext context) {

    private static final YAMLMapper YAML = YAMLMapper.builder()
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .disable(YAMLGenerator.Feature.SPLIT_LINES)
            .build();

    private static final Pattern TRUTH = Pattern.compile(
            "(\\s*(?:- )?(?:streaming|stopOnException|parallelProcessing|autoStartup): )\"?(true|false)\"?");
    private static final Pattern EXPRESSION = Pattern.compile("(\\s*expression: )([^\"'|>&*!{\\[\\s][^\"#:]*)");

    /**
     * Prints a flow.
     *
     * @param dataSet the declared data set; null for one that is found by its name
     */
    public String print(Flow flow, DataSet dataSet) throws Exception {
        FlowRouteBuilder builder = FlowRouteBuilder.defined(context, flow, dataSet);
        FlowRoute parts = builder.parts();
        StringBuilder yaml = new StringBuilder();
        ModelToYAMLDumper dumper = PluginHelper.getModelToYAMLDumper(context);
        if (!parts.beans().isEmpty()) {
            yaml.append(beans(parts.beans()));
        }
        for (RouteConfigurationDefinition configuration :
                builder.getRouteConfigurationCollection().getRouteConfigurations()) {
            yaml.append(configuration(dumper, configuration));
        }
        String routes = dumper.dumpModelAsYaml(
                context, builder.getRouteCollection(), false, parts.hasSimpleOptions(), true, false);
        for (String line : routes.split("\n")) {
            yaml.append(typed(line)).append('\n');
        }
        return yaml.toString();
    }

    /** Camel's dumper writes truth values as texts, and texts of digits as numbers, which its own schema refuses. */
    private static String typed(String line) throws IOException {
        Matcher truth = TRUTH.matcher(line);
        if (truth.matches()) {
            return truth.group(1) + truth.group(2);
        }
        Matcher expression = EXPRESSION.matcher(line);
        if (expression.matches() && !YAML.readTree(expression.group(2)).isTextual()) {
            return expression.group(1) + '"' + expression.group(2) + '"';
        }
        return line;
    }

    /** Camel's dumper puts quotes around values, and does not escape those within. */
    private static String beans(List<BeanFactoryDefinition<?>> beans) throws IOException {
        List<Map<String, Object>> printed = new ArrayList<>();
        for (BeanFactoryDefinition<?> bean : beans) {
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("name", bean.getName());
            entry.put("type", bean.getType());
            entry.put("properties", bean.getProperties());
            printed.add(entry);
        }
        return YAML.writeValueAsString(List.of(Map.of("beans", printed)));
    }

    /**
     * Camel's dumper leaves out what a route configuration holds, though it prints the onException of a route. Those of one are printed
     * together: each call of the dumper reads the model's descriptions anew.
     */
    private String configuration(ModelToYAMLDumper dumper, RouteConfigurationDefinition configuration)
            throws Exception {
        RouteDefinition holder = new RouteDefinition();
        List<OnWhenDefinition> conditions = new ArrayList<>();
        for (OnExceptionDefinition onException : configuration.getOnExceptions()) {
            conditions.add(onException.getOnWhen());
            onException.setOnWhen(null); // which it does not know
            holder.addOutput(onException);
        }
        holder.from("direct:holder");
        RoutesDefinition routes = new RoutesDefinition();
        routes.getRoutes().add(holder);
        List<String> printed =
                entries(dumper.dumpModelAsYaml(context, routes, false, true, true, false), "- onException:");
        StringBuilder yaml = new StringBuilder("- routeConfiguration:\n    id: ")
                .append(configuration.getId())
                .append("\n    onException:\n");
        for (int i = 0; i < conditions.size(); i++) {
            withCondition(printed.get(i), conditions.get(i))
                    .lines()
                    .forEach(line -> yaml.append("      ").append(line).append('\n'));
            configuration.getOnExceptions().get(i).setOnWhen(conditions.get(i));
        }
        return yaml.toString();
    }

    /** The entries of the outermost list whose entries begin so, each without the indentation of that list. */
    private static List<String> entries(String yaml, String begin) {
        List<String> entries = new ArrayList<>();
        int indentation = -1;
        for (String line : yaml.stripTrailing().split("\n")) {
            int spaces = line.length() - line.stripLeading().length();
            if (line.startsWith(begin, spaces) && (indentation < 0 || spaces == indentation)) {
                indentation = spaces;
                entries.add(line.strip() + "\n");
            } else if (indentation >= 0) {
                int last = entries.size() - 1;
                entries.set(last, entries.get(last) + line.substring(Math.min(indentation, spaces)) + "\n");
            }
        }
        return entries;
    }

    private static String withCondition(String onException, OnWhenDefinition condition) throws IOException {
        if (condition == null) {
            return onException;
        }
        JsonNode printed = YAML.readTree(onException);
        ((ObjectNode) printed.get(0).get("onException"))
                .putObject("onWhen")
                .put("simple", condition.getExpression().getExpression());
        return YAML.writeValueAsString(printed);
    }
}
