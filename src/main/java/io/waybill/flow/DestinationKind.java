package io.waybill.flow;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * One kind of destination: what a flow has to know of it. The kinds there are stand in a list, a line each, as {@link
 * java.util.ServiceLoader} reads it: {@code META-INF/services/io.waybill.flow.DestinationKind}.
 */
public interface DestinationKind {

    /** The scheme of the kind that all others are of. */
    String ANY_SCHEME = "*";

    /** The schemes of its URIs, in lower case; the empty one for a path. */
    List<String> schemes();

    /** What it needs besides, which may not be on the class path; empty where that is nothing. */
    default Optional<Library> library() {
        return Optional.empty();
    }

    /** Whether what it needs is there. The kind itself is loaded where it is not: it is what says so. */
    default boolean isThere() {
        return library().map(Library::isThere).orElse(true);
    }

    /** Whether it is a folder of this machine. */
    default boolean isLocal() {
        return false;
    }

    /** Whether it is a place that files lie at, and can be asked what lies there. */
    boolean keepsFiles();

    /** Whether names that differ in the case of letters alone, or in how their letters are put together, are those of two files there. */
    default boolean tellsCaseApart() {
        return !keepsFiles();
    }

    /** Whether it takes rows one by one, and not files. */
    default boolean takesRecords() {
        return false;
    }

    /** Whether a database can write there by itself, where nobody looks, and it copies files within itself. */
    default boolean takesFromDatabases() {
        return false;
    }

    /** Whether the path of a delivery names the files: it is of a place that keeps them, or ends as a file or a folder does. */
    default boolean namesFiles(Delivery delivery) {
        return keepsFiles();
    }

    /** Whether its files become those of a table, whose columns have numbers. */
    default boolean takesTableFiles() {
        return false;
    }

    /** What its files are called below the place, with variables; null where paths of deliveries say it. */
    default String below() {
        return null;
    }

    /**
     * What is wrong with a path of it; null where nothing is.
     *
     * @param path the path, placeholders resolved; not blank
     * @param shown the path as it is written: what its placeholders stand for may be a secret
     */
    default String pathProblem(PathTemplate path, String shown) {
        String place = isLocal() ? path.text() : RemotePath.of(path.text());
        if (new PathTemplate(place).escapesItsRoot()) {
            return "\"" + shown + "\" leaves its directory by \"..\"; paths below it are allowed";
        }
        return isLocal() || place.chars().noneMatch(Character::isISOControl)
                ? null
                : "\"" + shown + "\" has a line break, or the like, behind a percent sign";
    }

    /** What {@code waybill.connection.<name>.type} says of it; null for a kind that needs none. */
    default String connectionType() {
        return null;
    }

    /** The settings of a connection, its type apart. */
    default List<Key<?>> settings() {
        return List.of();
    }

    /**
     * What it does not allow of a delivery's settings, beyond what holds for all kinds.
     *
     * @param key what the URI's key is called
     * @param given tells of another key whether it is set
     */
    default List<Refusal> refusals(Delivery delivery, String key, Predicate<String> given) {
        return List.of();
    }

    /** All kinds, in the order of the list. */
    static List<DestinationKind> all() {
        return DestinationKinds.ALL;
    }

    /** The kind that a scheme is of. */
    static DestinationKind of(String scheme) {
        return DestinationKinds.BY_SCHEME.getOrDefault(scheme, DestinationKinds.BY_SCHEME.get(ANY_SCHEME));
    }
}
