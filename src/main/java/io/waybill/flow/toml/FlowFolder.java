package io.waybill.flow.toml;

import io.waybill.flow.DataSet;
import io.waybill.flow.Flow;
import io.waybill.flow.Place;
import io.waybill.flow.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * The flow files of a folder, or some that were named, read together: all that is wrong with any of them, and ids that
 * two of them share.
 *
 * @param flows the flows that are well formed, by their ids
 * @param files each flow's file, by its id
 * @param dataSets the declared data sets, by their ids
 * @param problems all that is wrong
 */
public record FlowFolder(
        Map<String, Flow> flows, Map<String, Path> files, Map<String, DataSet> dataSets, List<Problem> problems) {

    /** Reads all {@code *.toml} of a folder. */
    public static FlowFolder read(Path folder, UnaryOperator<String> placeholders) {
        try (Stream<Path> files = Files.list(folder)) {
            return read(
                    files.filter(file -> file.getFileName().toString().endsWith(".toml"))
                            .sorted()
                            .toList(),
                    placeholders);
        } catch (IOException e) {
            throw new UncheckedIOException("the folder " + folder + " cannot be read", e);
        }
    }

    /** Reads the files given; {@code datasets.toml} among them, or beside them, is read as that. */
    public static FlowFolder read(List<Path> files, UnaryOperator<String> placeholders) {
        Map<String, Flow> flows = new TreeMap<>();
        Map<String, Path> places = new HashMap<>();
        Map<String, DataSet> dataSets = new TreeMap<>();
        List<Problem> problems = new ArrayList<>();
        for (Path file : dataSetFiles(files)) {
            String text = text(file, problems);
            if (text == null) {
                continue;
            }
            Reading<Map<String, DataSet>> reading = new DataSetsReader(placeholders).read(file.toString(), text);
            dataSets.putAll(reading.value());
            problems.addAll(reading.problems());
        }
        for (Path file : files) {
            if (file.endsWith(DataSetsReader.FILE_NAME)) {
                continue;
            }
            String text = text(file, problems);
            if (text == null) {
                continue;
            }
            Reading<Flow> read = new FlowReader(placeholders).read(file.toString(), text);
            problems.addAll(read.problems());
            Flow flow = read.value();
            if (flow == null) {
                continue;
            }
            Flow other = flows.putIfAbsent(flow.id(), flow);
            if (other == null) {
                places.put(flow.id(), file);
            } else {
                problems.add(new Problem(
                        flow.place(),
                        "id",
                        "\"" + flow.id() + "\" is the id of the flow in " + other.place() + " already"));
            }
        }
        problems.sort(java.util.Comparator.comparing(Problem::place));
        return new FlowFolder(flows, places, dataSets, problems);
    }

    private static List<Path> dataSetFiles(List<Path> files) {
        return files.stream()
                .map(file -> file.resolveSibling(DataSetsReader.FILE_NAME))
                .distinct()
                .filter(Files::isRegularFile)
                .toList();
    }

    /** The file's content; null where it cannot be read, which is noted. */
    private static String text(Path file, List<Problem> problems) {
        try {
            return Files.readString(file);
        } catch (CharacterCodingException e) {
            problems.add(new Problem(new Place(file.toString(), 0), "", "is not UTF-8"));
        } catch (NoSuchFileException e) {
            problems.add(new Problem(new Place(file.toString(), 0), "", "there is no such file"));
        } catch (IOException e) {
            problems.add(new Problem(new Place(file.toString(), 0), "", "cannot be read: " + e.getMessage()));
        }
        return null;
    }

    /** The data set of a flow, where it is declared. */
    public Optional<DataSet> dataSetOf(Flow flow) {
        return flow.exported().map(export -> dataSets.get(export.sourceDataset()));
    }
}
