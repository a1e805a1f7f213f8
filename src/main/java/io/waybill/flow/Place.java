package io.waybill.flow;

import java.util.Comparator;

/**
 * A place in a file that a user wrote.
 *
 * @param file the file's name, as the user gave it
 * @param line from 1; 0 for the file as a whole
 */
public record Place(String file, int line) implements Comparable<Place> {

    @Override
    public int compareTo(Place other) {
        return Comparator.comparing(Place::file).thenComparingInt(Place::line).compare(this, other);
    }

    @Override
    public String toString() {
        return line == 0 ? file : file + ":" + line;
    }
}
