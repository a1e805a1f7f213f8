package io.waybill.flow.toml;

import io.waybill.flow.DataSet;
import io.waybill.flow.ExportRules;
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
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * The flow files of a folder, or some that were named, read together: all that is wrong with any of them, and ids that
 * two of them share.
 *
 * @param flows the flows that are well formed, by their ids
 * @param files each flow's file, by its id
 * @param replaced flows that are not loaded, because a route of their own is the flow ({@link OwnRoute}), by their ids
 * @param dataSets the declared data sets, by their ids
 * @param problems all that is wrong
 */
public record FlowFolder(
        Map<String, Flow> flows,
        Map<String, Path> files,
        Map<String, Flow> replaced,
        Map<String, DataSet> dataSets,
        List<Problem> problems) {

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
        Map<String, Flow> replaced = new TreeMap<>();
        Map<String, DataSet> dataSets = new TreeMap<>();
        List<Problem> problems = new ArrayList<>();
        for (Path file : dataSetFiles(files)) {
            read(file, new DataSetsReader(placeholders)::read, problems).ifPresent(dataSets::putAll);
        }
        for (Path file : files) {
            Flow flow = file.endsWith(DataSetsReader.FILE_NAME)
                    ? null
                    : read(file, new FlowReader(placeholders)::read, problems).orElse(null);
            if (flow != null && OwnRoute.find(file, flow.id()).isPresent()) {
                replaced.put(flow.id(), flow);
                continue;
            }
            Flow other = flow == null ? null : flows.putIfAbsent(flow.id(), flow);
            if (other != null) {
                problems.add(new Problem(
                        flow.place(),
                        "id",
                        "\"" + flow.id() + "\" is the id of the flow in " + other.place() + " already"));
            } else if (flow != null) {
                places.put(flow.id(), file);
                problems.addAll(ofDeclaredColumns(flow, dataSets));
            }
        }
        problems.sort(java.util.Comparator.comparing(Problem::place));
        return new FlowFolder(flows, places, replaced, dataSets, problems);
    }

    /** What a flow asks for of columns whose type is declared, and that is not for such. */
    private static List<Problem> ofDeclaredColumns(Flow flow, Map<String, DataSet> dataSets) {
        DataSet declared = dataSets.get(flow.sourceDataset());
        return flow.export() == null || declared == null
                ? List.of()
                : ExportRules.check(flow.export(), declared).stream()
                        .map(refusal -> new Problem(flow.place(), refusal.key(), refusal.message()))
                        .toList();
    }

    private static List<Path> dataSetFiles(List<Path> files) {
        return files.stream()
                .map(file -> file.resolveSibling(DataSetsReader.FILE_NAME))
                .distinct()
                .filter(Files::isRegularFile)
                .toList();
    }

    /** What a file holds; empty where that cannot be told, which is noted. */
    private static <T> Optional<T> read(
            Path file, BiFunction<String, String, Reading<T>> reader, List<Problem> problems) {
        try {
            Reading<T> read = reader.apply(file.toString(), Files.readString(file));
            problems.addAll(read.problems());
            return Optional.ofNullable(read.value());
        } catch (CharacterCodingException e) {
            problems.add(new Problem(new Place(file.toString(), 0), "", "is not UTF-8"));
        } catch (NoSuchFileException e) {
            problems.add(new Problem(new Place(file.toString(), 0), "", "there is no such file"));
        } catch (IOException e) {
            problems.add(new Problem(new Place(file.toString(), 0), "", "cannot be read: " + e.getMessage()));
        }
        return Optional.empty();
    }

    /** The data set of a flow, where it is declared. */
    public Optional<DataSet> dataSetOf(Flow flow) {
        return Optional.ofNullable(dataSets.get(flow.sourceDataset()));
    }
}
