package io.waybill.form;

import java.util.List;

/**
 * What belongs together in a person's mind.
 *
 * @param id of its element
 * @param title above it
 * @param parts what it holds
 */
public record Section(String id, String title, List<Part> parts) {

    public Section {
        parts = List.copyOf(parts);
    }
}
