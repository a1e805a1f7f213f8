package io.waybill.flow;

import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Who writes the files of an export. */
public enum Engine {
    /** This process, which reads the rows. */
    LOCAL,
    /** The database, which this process asks to. */
    PUSHDOWN,
    /** Apache Spark. */
    SPARK;

    /** Whether exports can be written so yet. */
    public boolean isThere() {
        return this != SPARK;
    }

    /** What is said of one that is not there. */
    public String notYet() {
        String there = Stream.of(values())
                .filter(Engine::isThere)
                .map(engine -> "\"" + Form.lower(engine) + "\"")
                .collect(Collectors.joining(" and "));
        return "\"" + Form.lower(this) + "\" cannot run yet; " + there + " can";
    }
}
