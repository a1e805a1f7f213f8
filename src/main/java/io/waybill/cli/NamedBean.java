package io.waybill.cli;

import io.waybill.flow.NearestName;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.DataFormat;
import org.apache.camel.util.StringHelper;

/**
 * A data format that a flow names as a bean, {@code "#myFormat"}. Beans are made where routes run; what the properties say of them is known before.
 */
record NamedBean(CamelContext context, String name) {

    private static final String BEANS = "camel.beans.";
    private static final String OF_CLASS = "#class:";

    /**
     * What is to be told of it.
     *
     * @param isWrong whether it cannot be made, or is none; else the properties say nothing of it, and an application may have it
     */
    record Finding(boolean isWrong, String message) {}

    /** Empty where the properties make it. */
    Optional<Finding> finding() {
        Properties beans = context.getPropertiesComponent().loadProperties(property -> property.startsWith(BEANS));
        Set<String> known = new TreeSet<>();
        beans.stringPropertyNames().forEach(property -> known.add(nameOf(property)));
        if (!known.contains(name)) {
            Optional<String> near = NearestName.of(name, known);
            return near.isPresent()
                    ? wrong("there is no bean \"" + name + "\"; did you mean \"#" + near.get() + "\"?")
                    : unknown("bean \"" + name + "\" is not in application.properties (" + BEANS + name
                            + "); the application that runs the flow has to have it");
        }
        String said = beans.getProperty(BEANS + name);
        return said == null || !said.startsWith(OF_CLASS)
                ? Optional.empty()
                : ofClass(said.substring(OF_CLASS.length()));
    }

    /** @param said a class, and what its constructor gets; or how a method of it makes the bean */
    private Optional<Finding> ofClass(String said) {
        String className = said.split("[(#]", 2)[0].strip();
        Class<?> found = context.getClassResolver().resolveClass(className);
        if (found == null) {
            return wrong(BEANS + name + " is of class " + className
                    + ", which is not here; put its jar, and what it needs, into target/lib");
        }
        boolean isMade = said.contains("#"); // of whatever class its method says
        return isMade || DataFormat.class.isAssignableFrom(found)
                ? Optional.empty()
                : wrong(BEANS + name + " is of class " + className + ", which is no data format of Camel's");
    }

    private static Optional<Finding> wrong(String message) {
        return Optional.of(new Finding(true, message));
    }

    private static Optional<Finding> unknown(String message) {
        return Optional.of(new Finding(false, message));
    }

    private static String nameOf(String property) {
        String rest = property.substring(BEANS.length());
        String before = StringHelper.before(rest, ".", rest);
        return StringHelper.before(before, "[", before);
    }
}
