package io.waybill.flow;

/** Who writes the files of an export. */
public enum Engine {
    /** This process, which reads the rows. */
    LOCAL,
    /** The database, which this process asks to. */
    PUSHDOWN,
    /** Executors of Apache Spark, which read ranges of the rows. */
    SPARK
}
