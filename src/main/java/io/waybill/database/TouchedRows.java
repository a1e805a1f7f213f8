package io.waybill.database;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which rows a log speaks of, and which transactions have written them: the messages of PostgreSQL's plug-in pgoutput, version 1. See
 * "Logical Replication Message Formats" in its documentation.
 */
final class TouchedRows {

    /**
     * A transaction that is committed.
     *
     * @param xid without its epoch
     * @param end the place in the log behind it
     */
    record Committed(int xid, long end) {}

    private static final int INSERT = 'I';
    private static final int NEW = 'N';

    private final List<String> key;
    private final Map<Integer, int[]> relations = new HashMap<>();
    private final List<Committed> transactions = new ArrayList<>();
    private final List<List<String>> rows = new ArrayList<>();
    private int xid;
    private boolean unclear;

    /** @param key the columns of the key */
    TouchedRows(List<String> key) {
        this.key = key;
    }

    /** Whether it has to be looked at all rows: the table was emptied at once, or the log does not say which row it was. */
    boolean isUnclear() {
        return unclear;
    }

    List<Committed> transactions() {
        return transactions;
    }

    /** The keys since the last time, as PostgreSQL writes their values. */
    List<List<String>> take() {
        List<List<String>> taken = List.copyOf(rows);
        rows.clear();
        return taken;
    }

    int size() {
        return rows.size();
    }

    void read(ByteBuffer message) {
        int kind = message.get();
        switch (kind) {
            case 'B' -> xid = message.getInt(message.position() + 2 * Long.BYTES);
            case 'C' -> transactions.add(new Committed(xid, message.getLong(message.position() + 1 + Long.BYTES)));
            case 'R' -> relation(message);
            case INSERT, 'U', 'D' -> row(message, kind);
            case 'T' -> unclear = true;
            default -> {} // where a transaction comes from, and types
        }
    }

    private void relation(ByteBuffer message) {
        int id = message.getInt();
        text(message); // its schema
        text(message); // its name
        message.get(); // its replica identity
        int[] places = new int[key.size()];
        java.util.Arrays.fill(places, -1);
        int columns = message.getShort();
        for (int i = 0; i < columns; i++) {
            message.get(); // whether it is of the replica identity
            int place = key.indexOf(text(message));
            if (place >= 0) {
                places[place] = i;
            }
            message.getLong(); // its type
        }
        relations.put(id, places);
    }

    /** A row as it was, where its key was another one or is gone, and as it is. */
    private void row(ByteBuffer message, int kind) {
        int[] places = relations.get(message.getInt());
        List<String> before = null;
        while (message.hasRemaining()) {
            int which = message.get();
            List<String> found = key(message, places);
            if (which != NEW) {
                before = found;
            } else if (before != null && kind != INSERT) {
                add(mended(found, before));
                add(before);
                return;
            } else {
                add(found);
                return;
            }
        }
        add(before);
    }

    /** A long value that has not changed is not there a second time. */
    private static List<String> mended(List<String> found, List<String> before) {
        List<String> whole = new ArrayList<>(found);
        for (int i = 0; i < whole.size(); i++) {
            if (whole.get(i) == null) {
                whole.set(i, before.get(i));
            }
        }
        return whole;
    }

    private void add(List<String> values) {
        if (values == null || values.contains(null)) {
            unclear = true;
        } else {
            rows.add(values);
        }
    }

    private List<String> key(ByteBuffer message, int[] places) {
        int columns = message.getShort();
        String[] values = new String[columns];
        for (int i = 0; i < columns; i++) {
            int form = message.get();
            if (form == 't') {
                byte[] text = new byte[message.getInt()];
                message.get(text);
                values[i] = new String(text, StandardCharsets.UTF_8);
            }
        }
        List<String> found = new ArrayList<>();
        for (int place : places) {
            found.add(place < 0 || place >= columns ? null : values[place]);
        }
        return found;
    }

    private static String text(ByteBuffer message) {
        int begin = message.position();
        while (message.get() != 0) {
            // goes on to its end
        }
        return new String(message.array(), begin, message.position() - 1 - begin, StandardCharsets.UTF_8);
    }
}
