package io.waybill.route;

import io.waybill.FlowHarness;
import io.waybill.flow.Flow;
import io.waybill.flow.toml.FlowFolder;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** A printed route that somebody edits as the text that it is. Edits answer another one. */
record PrintedRoute(String text) {

    /** Prints a flow of a harness, which has it as that route alone then. */
    static PrintedRoute of(FlowHarness harness, String id, String flow) throws Exception {
        Files.writeString(harness.file(id + ".toml"), flow);
        FlowFolder read = harness.flows();
        if (!read.problems().isEmpty()) {
            throw new AssertionError(read.problems());
        }
        Flow printed = read.flows().get(id);
        String yaml = new RouteYaml(harness.context())
                .print(printed, read.dataSetOf(printed).orElse(null));
        Files.delete(harness.file(id + ".toml"));
        return new PrintedRoute(yaml);
    }

    private List<String> lines() {
        return text.lines().toList();
    }

    private static int indent(String line) {
        return line.length() - line.stripLeading().length();
    }

    /** The line at which the step of an id begins, its dash. */
    private int start(String id) {
        List<String> lines = lines();
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).strip().replace("\"", "").equals("id: " + id)) {
                int start = i;
                while (!lines.get(start).strip().startsWith("- ") || indent(lines.get(start)) >= indent(lines.get(i))) {
                    start--;
                }
                return start;
            }
        }
        throw new AssertionError("there is no step " + id + " in\n" + text);
    }

    /** The line behind a step's last. */
    private int end(String id) {
        List<String> lines = lines();
        int start = start(id);
        int end = start + 1;
        while (end < lines.size() && indent(lines.get(end)) > indent(lines.get(start))) {
            end++;
        }
        return end;
    }

    private PrintedRoute with(int from, int to, String steps, int indent) {
        List<String> lines = new ArrayList<>(lines().subList(0, from));
        steps.lines().map(line -> " ".repeat(indent) + line).forEach(lines::add);
        lines.addAll(lines().subList(to, lines().size()));
        return new PrintedRoute(String.join("\n", lines) + "\n");
    }

    private int indentOf(String id) {
        return indent(lines().get(start(id)));
    }

    PrintedRoute before(String id, String steps) {
        return with(start(id), start(id), steps, indentOf(id));
    }

    PrintedRoute after(String id, String steps) {
        return with(end(id), end(id), steps, indentOf(id));
    }

    PrintedRoute replace(String id, String steps) {
        return with(start(id), end(id), steps, indentOf(id));
    }

    PrintedRoute remove(String id) {
        return replace(id, "");
    }

    /** The step of an id, to be written elsewhere. */
    String step(String id, int indent) {
        int own = indentOf(id);
        return lines().subList(start(id), end(id)).stream()
                .map(line -> " ".repeat(indent) + line.substring(own))
                .collect(Collectors.joining("\n"));
    }

    /** With a step inside another: {@code %s} stands for it, at the beginning of its line. */
    PrintedRoute around(String id, String around) {
        String line = Arrays.stream(around.split("\n"))
                .filter(each -> each.strip().equals("%s"))
                .findFirst()
                .orElseThrow();
        return replace(id, around.replace(line, step(id, indent(line))));
    }

    /** With other text; it has to be there. */
    PrintedRoute edit(String from, String to) {
        if (!text.contains(from)) {
            throw new AssertionError("there is no " + from + " in\n" + text);
        }
        return new PrintedRoute(text.replace(from, to));
    }

    /** Without the ids of its steps. */
    PrintedRoute withoutIds() {
        return new PrintedRoute(text.replaceAll("(?m)^ {8,}id: .*\n", ""));
    }

    /** With more routes behind it. */
    PrintedRoute and(String routes) {
        return new PrintedRoute(text + routes);
    }

    FlowHarness load(FlowHarness harness, String id) throws Exception {
        return harness.load(id + ".camel.yaml", text);
    }
}
