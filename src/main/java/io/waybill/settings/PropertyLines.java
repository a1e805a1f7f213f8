package io.waybill.settings;

import io.waybill.flow.Place;
import io.waybill.flow.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.LineNumberReader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.function.ObjIntConsumer;
import org.apache.camel.CamelContext;
import org.apache.camel.component.properties.PropertiesLocation;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;

/** On which line of its file a property stands. */
final class PropertyLines {

    private static final String FILE = "application.properties";

    /** A byte order mark of UTF-8, as Java reads it here. */
    private static final String MARK = "\u00ef\u00bb\u00bf";

    /** What Camel calls properties that no file has. */
    private static final List<String> SET_BY_PROGRAM = List.of("initial", "override");

    /** Where files are looked for whose platform names none. */
    private static final List<String> USUAL = List.of("config/" + FILE, FILE);

    private final CamelContext context;
    private final Map<String, Map<String, Integer>> files = new HashMap<>();

    PropertyLines(CamelContext context) {
        this.context = context;
    }

    /**
     * The place of a property.
     *
     * @param location what the platform says about it: a file's name, or anything else
     */
    Place of(String name, String location) {
        if (location != null && location.endsWith(".properties")) {
            String file = location.substring(location.lastIndexOf(':') + 1);
            return find(file, name).orElse(new Place(file, 0));
        }
        if (SET_BY_PROGRAM.contains(String.valueOf(location))) {
            return new Place(FILE, 0);
        }
        return USUAL.stream()
                .map(file -> find(file, name))
                .flatMap(Optional::stream)
                .findFirst()
                .orElse(new Place(FILE, 0));
    }

    private Optional<Place> find(String file, String name) {
        Map<String, Integer> lines = files.computeIfAbsent(file, this::read);
        return Optional.ofNullable(lines.get(name))
                .or(() -> lines.entrySet().stream() // of a profile: %dev.name
                        .filter(entry ->
                                entry.getKey().startsWith("%") && entry.getKey().endsWith("." + name))
                        .map(Map.Entry::getValue)
                        .findFirst())
                .map(number -> new Place(file, number));
    }

    private Map<String, Integer> read(String file) {
        for (String scheme : List.of("file:", "classpath:")) {
            Resource resource = PluginHelper.getResourceLoader(context).resolveResource(scheme + file);
            if (resource != null && resource.exists()) {
                try (InputStream in = resource.getInputStream()) {
                    return lines(in);
                } catch (IOException e) {
                    return Map.of(); // then it is named without its line
                }
            }
        }
        return Map.of();
    }

    /**
     * What of a file would hold otherwise than it seems, without a word: a setting that stands in it twice, of which Java takes the last one,
     * and the first line behind a byte order mark, which Java takes for a part of its name.
     *
     * @param location how Camel names it
     */
    List<Problem> misleading(PropertiesLocation location) {
        String file = location.getPath();
        Resource resource =
                PluginHelper.getResourceLoader(context).resolveResource(location.getResolver() + ":" + file);
        List<Problem> problems = new ArrayList<>();
        if (resource == null || !resource.exists()) {
            return problems;
        }
        Map<String, Integer> first = new HashMap<>();
        try (InputStream in = resource.getInputStream()) {
            each(
                    in,
                    (logical, line) -> names(logical).forEach(name -> {
                        Integer before = first.putIfAbsent(name, line);
                        boolean isHidden = name.startsWith(MARK) && !isComment(logical.substring(MARK.length()));
                        if (isHidden) {
                            problems.add(
                                    new Problem(
                                            new Place(file, line),
                                            "",
                                            name.substring(MARK.length())
                                                    + " stands behind a byte order mark, by which it is another name; save the file without one"));
                        } else if (before != null && name.startsWith(SettingsTable.ROOT)) {
                            problems.add(new Problem(
                                    new Place(file, line),
                                    "",
                                    name + " is set in line " + before + " already; leave one of them"));
                        }
                    }));
        } catch (IOException e) {
            return List.of(); // who reads it tells
        }
        return problems;
    }

    private static Set<String> names(String logical) {
        try {
            return parse(logical).stringPropertyNames();
        } catch (IllegalArgumentException e) {
            return Set.of(); // a malformed escape, which the platform has told of
        }
    }

    /** On which line of a file an escape is that Java does not understand; empty where there is none. */
    static Optional<Integer> malformed(InputStream in) throws IOException {
        List<Integer> malformed = new ArrayList<>();
        each(in, (logical, line) -> {
            try {
                parse(logical);
            } catch (IllegalArgumentException e) {
                malformed.add(line);
            }
        });
        return malformed.stream().findFirst();
    }

    /** The names in a file, and on which line each begins; of several of a name the last counts. */
    static Map<String, Integer> lines(InputStream in) throws IOException {
        Map<String, Integer> lines = new HashMap<>();
        each(in, (logical, line) -> names(logical).forEach(name -> lines.put(name, line)));
        return lines;
    }

    private static void each(InputStream in, ObjIntConsumer<String> logicalLine) throws IOException {
        LineNumberReader reader = new LineNumberReader(new InputStreamReader(in, StandardCharsets.ISO_8859_1));
        StringBuilder logical = new StringBuilder();
        int first = 0;
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            if (logical.isEmpty()) {
                first = reader.getLineNumber();
            }
            logical.append(line).append('\n');
            if (goesOn(line) && !isComment(logical)) {
                continue;
            }
            logicalLine.accept(logical.toString(), first);
            logical.setLength(0);
        }
        logicalLine.accept(logical.toString(), first);
    }

    private static Properties parse(String logical) {
        Properties one = new Properties();
        try {
            one.load(new StringReader(logical));
        } catch (IOException e) {
            throw new UncheckedIOException(e); // a string does not fail
        }
        return one;
    }

    private static boolean isComment(CharSequence logical) {
        String text = logical.toString().stripLeading();
        return text.startsWith("#") || text.startsWith("!");
    }

    /** An odd number of backslashes at its end. */
    private static boolean goesOn(String line) {
        int backslashes = 0;
        while (backslashes < line.length() && line.charAt(line.length() - 1 - backslashes) == '\\') {
            backslashes++;
        }
        return backslashes % 2 == 1;
    }
}
