package io.waybill.adopt;

import io.waybill.flow.Place;
import io.waybill.flow.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** A table of a YAML file, which knows where its values stand, and which of them nobody has asked for. */
final class YamlTable {

    private final String file;
    private final String path;
    private final int line;
    private final Map<String, Node> values = new LinkedHashMap<>();
    private final Map<String, Integer> lines = new LinkedHashMap<>();
    private final Set<String> asked = new LinkedHashSet<>();
    private final Map<String, List<YamlTable>> inner = new LinkedHashMap<>();

    private YamlTable(String file, String path, int line, MappingNode node) {
        this.file = file;
        this.path = path;
        this.line = line;
        for (NodeTuple tuple : node == null ? List.<NodeTuple>of() : node.getValue()) {
            int at = line(tuple.getKeyNode());
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                throw new ForeignFileException(problem(at, "", "a key that is no text"));
            }
            if (values.put(key.getValue(), tuple.getValueNode()) != null) {
                throw new ForeignFileException(problem(at, key.getValue(), "is there twice"));
            }
            lines.put(key.getValue(), at);
        }
    }

    /** @throws ForeignFileException where the text is not YAML, or no table */
    static YamlTable of(String file, String text) {
        Optional<Node> node;
        try {
            node = new Compose(LoadSettings.builder().setLabel(file).build()).composeString(text);
        } catch (MarkedYamlEngineException e) {
            int at = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(0);
            throw new ForeignFileException(new Problem(new Place(file, at), "", "is not YAML: " + e.getProblem()));
        } catch (YamlEngineException e) {
            throw new ForeignFileException(new Problem(new Place(file, 0), "", "is not YAML: " + e.getMessage()));
        }
        if (node.isPresent() && node.get() instanceof MappingNode mapping) {
            return new YamlTable(file, "", 0, mapping);
        }
        throw new ForeignFileException(new Problem(new Place(file, 0), "", "holds no table of keys and values"));
    }

    boolean has(String key) {
        return values.containsKey(key);
    }

    Set<String> keys() {
        return values.keySet();
    }

    /** A text, a number or a flag, as it is written; null where there is none, or {@code null}. */
    String text(String key) {
        asked.add(key);
        Node node = values.get(key);
        if (node == null || node.getTag().equals(Tag.NULL)) {
            return null;
        }
        if (node instanceof ScalarNode scalar) {
            return scalar.getValue();
        }
        throw new ForeignFileException(problem(
                key, "is a " + (node instanceof MappingNode ? "table" : "list") + ", a single value is expected"));
    }

    /**
     * A flag, in the words of YAML 1.1 and in any letters; null where there is none.
     *
     * @throws ForeignFileException where it is none of them
     */
    Boolean flag(String key) {
        String text = text(key);
        if (text == null) {
            return null;
        }
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true", "yes", "on", "y", "1" -> true;
            case "false", "no", "off", "n", "0" -> false;
            default -> throw new ForeignFileException(problem(key, "\"" + text + "\" is neither true nor false"));
        };
    }

    boolean isTrue(String key) {
        return Boolean.TRUE.equals(flag(key));
    }

    /** A list of texts, or one text as a list of it; empty where there is none. */
    List<String> texts(String key) {
        if (!(values.get(key) instanceof SequenceNode list)) {
            String text = text(key);
            return text == null ? List.of() : List.of(text);
        }
        asked.add(key);
        List<String> texts = new ArrayList<>();
        for (Node node : list.getValue()) {
            if (!(node instanceof ScalarNode scalar)) {
                throw new ForeignFileException(problem(key, "is a list of tables, one of texts is expected"));
            }
            texts.add(scalar.getValue());
        }
        return texts;
    }

    /** A table; an empty one where there is none. */
    YamlTable table(String key) {
        if (inner.containsKey(key)) {
            return inner.get(key).get(0);
        }
        asked.add(key);
        Node node = values.get(key);
        if (node != null && !(node instanceof MappingNode) && !node.getTag().equals(Tag.NULL)) {
            throw new ForeignFileException(problem(key, "is no table of keys and values"));
        }
        YamlTable table = new YamlTable(file, path(key), lines.getOrDefault(key, line), (MappingNode)
                (node instanceof MappingNode ? node : null));
        inner.put(key, List.of(table));
        return table;
    }

    /** A list of tables; empty where there is none. */
    List<YamlTable> tables(String key) {
        if (inner.containsKey(key)) {
            return inner.get(key);
        }
        asked.add(key);
        Node node = values.get(key);
        if (!(node instanceof SequenceNode list)) {
            return node == null || node.getTag().equals(Tag.NULL) ? List.of() : List.of(table(key));
        }
        List<YamlTable> tables = new ArrayList<>();
        for (Node each : list.getValue()) {
            if (!(each instanceof MappingNode mapping)) {
                throw new ForeignFileException(problem(key, "is a list of texts, one of tables is expected"));
            }
            tables.add(new YamlTable(file, path(key) + "[" + tables.size() + "]", line(each), mapping));
        }
        inner.put(key, tables);
        return tables;
    }

    /** Notes that what stands here has been told of as a whole. */
    void isKnown() {
        asked.addAll(values.keySet());
    }

    /** What stands here and in the tables in it, and nobody has asked for. */
    List<Problem> notAsked() {
        List<Problem> left = new ArrayList<>();
        for (String key : values.keySet()) {
            if (!asked.contains(key)) {
                left.add(problem(key, "is not taken over"));
            }
        }
        inner.values().forEach(tables -> tables.forEach(table -> left.addAll(table.notAsked())));
        return left;
    }

    /** What is to be said of a key, or of the table itself where that is empty. */
    Problem problem(String key, String message) {
        return problem(lines.getOrDefault(key, line), key, message);
    }

    private Problem problem(int at, String key, String message) {
        return new Problem(new Place(file, at), key.isEmpty() ? path : path(key), message);
    }

    private String path(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private static int line(Node node) {
        return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
    }
}
