package io.waybill.flow.toml;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.flow.DataSetKeys;
import io.waybill.flow.DecimalForm;
import io.waybill.flow.FlagOrName;
import io.waybill.flow.FlowKeys;
import io.waybill.flow.Form;
import io.waybill.flow.Key;
import java.util.List;

/** The JSON Schema of flow files and of {@code datasets.toml}, after the declarations of their keys. */
final class FlowSchema {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** A property placeholder may stand for any text. */
    private static final String PLACEHOLDER = "\\{\\{.+}}";

    private FlowSchema() {}

    static String print() throws Exception {
        ObjectNode schema = JSON.createObjectNode();
        schema.put("$schema", "http://json-schema.org/draft-07/schema#");
        schema.put("title", "Waybill: a flow file, or datasets.toml");
        ArrayNode either = schema.putArray("anyOf");
        either.add(table(FlowKeys.ALL));
        ObjectNode dataSets = either.addObject().put("type", "object").put("additionalProperties", false);
        ObjectNode list = dataSets.putObject("properties").putObject("dataset").put("type", "array");
        list.set("items", table(DataSetKeys.ALL));
        dataSets.putArray("required").add("dataset");
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
        printer.indentObjectsWith(new DefaultIndenter("  ", "\n"));
        return JSON.writer(printer).writeValueAsString(schema) + "\n";
    }

    private static ObjectNode table(List<Key<?>> keys) {
        ObjectNode table = JSON.createObjectNode().put("type", "object");
        ObjectNode properties = table.putObject("properties");
        ArrayNode required = JSON.createArrayNode();
        for (Key<?> key : keys) {
            // those of a table stand in it
            if (key.isInFlows() && keys.stream().noneMatch(other -> isOf(other, key))) {
                properties.set(key.local(), value(key));
                if (key.required()) {
                    required.add(key.local());
                }
            }
        }
        if (!required.isEmpty()) {
            table.set("required", required);
        }
        return table.put("additionalProperties", false);
    }

    private static boolean isOf(Key<?> table, Key<?> key) {
        return table.form() instanceof Form.Table && key.name().startsWith(table.name() + ".");
    }

    private static ObjectNode value(Key<?> key) {
        ObjectNode value = JSON.createObjectNode();
        if (!key.means().isEmpty()) {
            value.put("description", key.means());
        }
        value.setAll(form(key.form()));
        if (key.otherwise() instanceof Boolean flag) {
            value.put("default", flag);
        } else if (key.otherwise() instanceof Long number && number != 0) {
            value.put("default", number);
        } else if (key.form() instanceof FlagOrName<?>) {
            value.put("default", false);
        } else if (key.otherwise() instanceof Enum<?> constant) {
            value.put("default", Form.lower(constant));
        } else if (key.otherwise() instanceof String text) {
            value.put("default", text);
        }
        return value;
    }

    private static ObjectNode form(Form<?> form) {
        ObjectNode schema = JSON.createObjectNode();
        if (form instanceof Form.Text
                || form instanceof Form.Said<?>
                || form instanceof Form.Time
                || form instanceof Form.Temporal<?>) {
            return schema.put("type", "string");
        }
        if (form instanceof Form.Flag) {
            return schema.put("type", "boolean");
        }
        if (form instanceof Form.TextOrNumber) {
            schema.putArray("type").add("string").add("integer");
            return schema;
        }
        if (form instanceof Form.Whole whole) {
            return range(schema, whole.least(), whole.most());
        }
        if (form instanceof DecimalForm decimal) {
            return schema.put("type", "number").put("minimum", decimal.least()).put("maximum", decimal.most());
        }
        if (form instanceof Form.Choice<?> choice) {
            return oneOf(schema, choice.allowed());
        }
        if (form instanceof FlagOrName<?> more) {
            ArrayNode either = schema.putArray("anyOf");
            either.addObject().put("type", "boolean");
            oneOf(either.addObject(), more.names());
            return schema;
        }
        if (form instanceof Form.Names) {
            ArrayNode either = schema.putArray("anyOf");
            either.addObject().put("type", "string");
            either.addObject().put("type", "array").putObject("items").put("type", "string");
            return schema;
        }
        if (form instanceof Form.Checked<?> checked) {
            return checked.type() == Object.class
                    ? schema
                    : schema.put("type", checked.type() == String.class ? "string" : "array");
        }
        Form.Table table = (Form.Table) form;
        ObjectNode one = table.keys().isEmpty() ? schema.put("type", "object") : table(table.keys());
        if (!table.isList()) {
            return one;
        }
        ObjectNode list = JSON.createObjectNode().put("type", "array");
        list.set("items", one);
        return list;
    }

    private static ObjectNode range(ObjectNode schema, long least, long most) {
        schema.put("type", "integer").put("minimum", least);
        return most == Long.MAX_VALUE ? schema : schema.put("maximum", most);
    }

    private static ObjectNode oneOf(ObjectNode schema, List<String> allowed) {
        ArrayNode either = schema.putArray("anyOf");
        ArrayNode names = either.addObject().putArray("enum");
        allowed.forEach(names::add);
        either.addObject().put("type", "string").put("pattern", PLACEHOLDER);
        return schema;
    }
}
