package io.waybill.format;

import io.waybill.flow.Form;
import io.waybill.flow.NearestName;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URL;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.camel.spi.DataFormat;

/**
 * The options of a data format of Camel's on the class path: its properties. Camel's configurer of a data format has not all of them, and is found by a
 * name that several share, Waybill's CSV with Camel's.
 *
 * @param name the data format's
 * @param types what each is
 */
record DataFormatOptions(String name, Map<String, Class<?>> types) {

    private static final String FOLDER = "META-INF/services/org/apache/camel/dataformat/";

    /** Stands for the names of the columns, in their order, with commas between them. */
    static final String COLUMNS = "{columns}";

    /** Whether there is a data format of that name on the class path. */
    static boolean isThere(String name) {
        return loaders().anyMatch(loader -> loader.getResource(FOLDER + name) != null);
    }

    /** Empty where there is none, or nobody can tell before it is made. */
    static Optional<DataFormatOptions> of(String name) {
        return loaders()
                .flatMap(loader -> typeOf(loader, name).stream())
                .findFirst()
                .map(type -> new DataFormatOptions(name, properties(type)));
    }

    /** That of these classes, and that of the program around. */
    private static Stream<ClassLoader> loaders() {
        return Stream.of(
                        DataFormatOptions.class.getClassLoader(),
                        Thread.currentThread().getContextClassLoader())
                .filter(loader -> loader != null)
                .distinct();
    }

    private static Optional<Class<?>> typeOf(ClassLoader loader, String name) {
        URL file = loader.getResource(FOLDER + name);
        if (file == null) {
            return Optional.empty();
        }
        try (InputStream in = file.openStream()) {
            Properties named = new Properties();
            named.load(in);
            Class<?> type = Class.forName(named.getProperty("class", ""), false, loader);
            return DataFormat.class.isAssignableFrom(type) ? Optional.of(type) : Optional.empty();
        } catch (IOException | ClassNotFoundException | LinkageError e) {
            return Optional.empty(); // Camel says better what is wrong with it
        }
    }

    private static Map<String, Class<?>> properties(Class<?> type) {
        Map<String, Class<?>> properties = new TreeMap<>();
        for (Method method : type.getMethods()) {
            String name = method.getName();
            boolean isSetter = name.startsWith("set") && name.length() > 3 && method.getParameterCount() == 1;
            if (isSetter && !Modifier.isStatic(method.getModifiers()) && !name.equals("setCamelContext")) {
                String property = Character.toLowerCase(name.charAt(3)) + name.substring(4);
                // of several, the one that a text becomes
                properties.merge(
                        property, method.getParameterTypes()[0], (one, other) -> one == String.class ? one : other);
            }
        }
        return Collections.unmodifiableMap(properties);
    }

    /** What is wrong with an option; null where nothing is, or only Camel knows. */
    String problem(String option, Object value) {
        Class<?> type = types.get(option);
        if (type == null) {
            return "is not an option of data format \"" + name + "\"; allowed: " + String.join(", ", types.keySet())
                    + NearestName.hint(option, types.keySet());
        }
        String text = value.toString();
        return text.startsWith("#") || text.contains("{{") || text.contains(COLUMNS)
                ? null // a bean, or what a placeholder stands for
                : problem(type, value, text);
    }

    private static String problem(Class<?> type, Object value, String text) {
        if (type == boolean.class || type == Boolean.class) {
            return text.equals("true") || text.equals("false")
                    ? null
                    : Form.describe(value) + "; true or false is expected";
        }
        if (type == int.class || type == Integer.class || type == long.class || type == Long.class) {
            return text.matches("-?[0-9]{1,9}") ? null : Form.describe(value) + "; a whole number is expected";
        }
        if (type == char.class || type == Character.class) {
            return text.length() == 1 ? null : "\"" + text + "\" has " + text.length() + " characters, one is allowed";
        }
        if (!type.isEnum()) {
            return null;
        }
        List<String> allowed = Arrays.stream(type.getEnumConstants())
                .map(constant -> ((Enum<?>) constant).name())
                .toList();
        return NearestName.same(text, allowed).isPresent() ? null : NearestName.refusal(text, "is not known", allowed);
    }
}
