package io.waybill.rows;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A query of some of the rows of an export: one of several that have no row in common and make up the whole.
 *
 * @param sql its text, with a {@code ?} for each parameter
 * @param parameters their values, in order; an element may be null
 */
public record RowRange(String sql, List<Object> parameters) implements Serializable {

    public RowRange {
        parameters = Collections.unmodifiableList(new ArrayList<>(parameters));
    }
}
