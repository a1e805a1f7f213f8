package io.waybill.flow;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;

/** The kinds of destinations that are on the class path. */
final class DestinationKinds {

    /** By the loader of these classes: a thread's own may be that of a program around. */
    static final List<DestinationKind> ALL =
            ServiceLoader.load(DestinationKind.class, DestinationKinds.class.getClassLoader()).stream()
                    .map(ServiceLoader.Provider::get)
                    .toList();

    static final Map<String, DestinationKind> BY_SCHEME = bySchemes();

    private DestinationKinds() {}

    private static Map<String, DestinationKind> bySchemes() {
        Map<String, DestinationKind> kinds = new HashMap<>();
        ALL.forEach(kind -> kind.schemes().forEach(scheme -> kinds.put(scheme, kind)));
        return Map.copyOf(kinds);
    }
}
