package io.waybill.adopt;

import io.waybill.flow.Problem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What came of a file of another tool: flows, the settings that they need, and what was not taken over. */
public final class Adopted {

    private final Map<String, ForeignFlow> flows = new LinkedHashMap<>();
    private final Set<String> settings = new LinkedHashSet<>();
    private final List<Problem> notTaken = new ArrayList<>();

    Adopted() {}

    /** A flow of an id made of this name. */
    ForeignFlow flow(String name) {
        String plain = name.replaceAll("[^A-Za-z0-9_-]+", "_").replaceAll("^_+|_+$", "");
        String base = plain.isEmpty() ? "flow" : plain.substring(0, Math.min(plain.length(), 90));
        String id = base;
        for (int i = 2; isTaken(id); i++) {
            id = base + "_" + i;
        }
        ForeignFlow flow = new ForeignFlow(id);
        flows.put(id, flow);
        return flow;
    }

    /** File systems may not tell capitals from small letters; and one name is that of the file of data sets. */
    private boolean isTaken(String id) {
        return id.equalsIgnoreCase("datasets") || flows.keySet().stream().anyMatch(id::equalsIgnoreCase);
    }

    /** What has begun to be a flow and is none. */
    void drop(ForeignFlow flow) {
        flows.remove(flow.id());
    }

    void setting(String line) {
        settings.add(line);
    }

    void notTaken(Problem problem) {
        notTaken.add(problem);
    }

    /** Leaves a flow out that the loader of flows refuses, and says why. */
    public void leaveOut(String file, Problem why) {
        flows.remove(file.replaceAll("\\.toml$", ""));
        notTaken.add(why);
    }

    /** The flows' files by their names, {@code orders.toml}. */
    public Map<String, String> files() {
        Map<String, String> files = new LinkedHashMap<>();
        flows.values().forEach(flow -> files.put(flow.id() + ".toml", flow.text()));
        return files;
    }

    /** What belongs into {@code datasets.toml}; empty where nothing does. */
    public String dataSets() {
        return String.join(
                "\n",
                flows.values().stream()
                        .filter(ForeignFlow::declaresDataSet)
                        .map(ForeignFlow::dataSetText)
                        .toList());
    }

    /** Lines for {@code application.properties}, to be looked at: what is secret is a placeholder. */
    public List<String> settings() {
        return List.copyOf(settings);
    }

    /** What the file says and no flow does, in the file's order. */
    public List<Problem> notTaken() {
        return notTaken.stream().sorted(Comparator.comparing(Problem::place)).toList();
    }
}
