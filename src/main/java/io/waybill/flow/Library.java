package io.waybill.flow;

import java.util.List;

/**
 * What some flows need and others do not: whoever embeds Waybill puts it on the class path where a flow asks for it. The launcher and the
 * packages have all of them.
 *
 * @param artifact its Maven coordinates, without the version
 * @param type a class of it, by whose file it is looked for: it is not loaded for that
 * @param components the Camel components that are nothing without it, by their schemes
 */
public record Library(String artifact, String type, List<String> components) {

    public Library {
        components = List.copyOf(components);
    }

    /** Whether it is on the class path that these classes are loaded from. */
    public boolean isThere() {
        return Library.class.getClassLoader().getResource(type.replace('.', '/') + ".class") != null;
    }

    /**
     * Why what needs it is refused where it is not there.
     *
     * @param what what needs it
     */
    public String missing(String what) {
        return what + " needs " + artifact + ", which is not on the class path; add it to the dependencies";
    }
}
