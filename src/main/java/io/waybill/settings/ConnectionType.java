package io.waybill.settings;

import java.util.List;

/** A type of connections, with the settings of each: part of the kind of destination that it leads to. */
public interface ConnectionType {

    /** What {@code waybill.connection.<name>.type} says of it; null for a kind that needs none. */
    String connectionType();

    /** The settings of a connection, its type apart. */
    List<Setting> settings();
}
