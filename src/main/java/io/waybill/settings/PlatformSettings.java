package io.waybill.settings;

import io.waybill.flow.Place;
import java.util.Optional;

/** What a platform knows of its properties beyond their values: a bean of the registry, where there is one. */
public interface PlatformSettings {

    /** Where a setting was written; empty where the platform does not know. */
    Optional<Place> place(String name);

    /** Whether an environment variable may leave out the dashes of a setting's name. */
    boolean takesVariablesWithoutDashes();
}
