package io.waybill.query;

import io.waybill.database.Source;
import io.waybill.flow.DataSet;
import io.waybill.flow.DataSet.DeclaredColumn;
import java.util.List;
import java.util.Optional;

/** What reads tables that nobody looks for: their marks do not hold for it. */
public final class MarksBeneath {

    private MarksBeneath() {}

    /**
     * What is to be said of a view, a synonym or a query that nobody has marked, where tables beside it have marks; empty where marks
     * hold.
     */
    public static Optional<String> of(DataSet dataSet, Source source) {
        List<DataSet> marked = dataSet.beside();
        if (source.isTable() || marked.isEmpty() || dataSet.columns().stream().anyMatch(DeclaredColumn::looked)) {
            return Optional.empty();
        }
        return Optional.of(source.id() + " is a " + source.location().split(" ")[0]
                + ", and what it reads is not followed: columns that are marked pii in "
                + String.join(", ", marked.stream().map(DataSet::id).toList())
                + " leave as they are where it shows them; datasets.toml marks its own");
    }
}
