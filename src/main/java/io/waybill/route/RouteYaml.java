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

    /** Camel's dumper leaves out what a route configuration holds, though it prints an onException by itself. */
    private String configuration(ModelToYAMLDumper dumper, RouteConfigurationDefinition configuration)
            throws Exception {
        StringBuilder yaml = new StringBuilder("- routeConfiguration:\n    id: ")
                .append(configuration.getId())
                .append("\n    onException:\n");
        for (OnExceptionDefinition onException : configuration.getOnExceptions()) {
            print(dumper, onException)
                    .lines()
                    .forEach(line -> yaml.append("      ").append(line).append('\n'));
        }
        return yaml.toString();
    }

    /** The dumper does not know the condition of an onException. */
    private String print(ModelToYAMLDumper dumper, OnExceptionDefinition onException) throws Exception {
        OnWhenDefinition condition = onException.getOnWhen();
        onException.setOnWhen(null);
        String yaml = dumper.dumpModelAsYaml(context, onException, false, true, true, false);
        onException.setOnWhen(condition);
        if (condition == null) {
            return yaml;
        }
        JsonNode printed = YAML.readTree(yaml);
        ((ObjectNode) printed.get(0).get("onException"))
                .putObject("onWhen")
                .put("simple", condition.getExpression().getExpression());
        return YAML.writeValueAsString(printed);
    }
}
