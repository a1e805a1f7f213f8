package io.waybill.flow;

/**
 * Something in a file that is wrong, or that is to be told of.
 *
 * @param place where
 * @param key the key, dotted, as the user would look for it; empty for the file as a whole
 * @param message what was found, and what is allowed
 */
public record Problem(Place place, String key, String message) {

    @Override
    public String toString() {
        return place + ": " + (key.isEmpty() ? "" : key + ": ") + message;
    }
}
