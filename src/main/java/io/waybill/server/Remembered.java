package io.waybill.server;

import java.util.LinkedHashMap;
import java.util.Map;

/** What is remembered of the last so many: what nobody has asked for longest is forgotten first. For one thread at a time. */
final class Remembered<K, V> extends LinkedHashMap<K, V> {

    private static final long serialVersionUID = 1L;

    private final int most;

    Remembered(int most) {
        super(16, 0.75f, true);
        this.most = most;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > most;
    }
}
