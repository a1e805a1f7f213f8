package io.waybill.rows;

import io.waybill.flow.NearestName;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** How rows are read. */
enum RowReader {
    /** By COPY where the database is PostgreSQL and the result allows it, else by JDBC. */
    AUTO,
    /** By JDBC's result set. */
    JDBC,
    /** By PostgreSQL's COPY, or not at all. */
    COPY;

    static RowReader parse(String name) {
        return Arrays.stream(values())
                .filter(reader -> reader.name().toLowerCase(Locale.ROOT).equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "rows: reader " + NearestName.refusal(name, "is not known", List.of("auto", "jdbc", "copy"))));
    }
}
