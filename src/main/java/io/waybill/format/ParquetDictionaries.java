package io.waybill.format;

import java.util.HashMap;
import java.util.Map;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.column.values.ValuesWriter;
import org.apache.parquet.column.values.factory.DefaultValuesWriterFactory;
import org.apache.parquet.column.values.factory.ValuesWriterFactory;
import org.apache.parquet.column.values.fallback.FallbackValuesWriter;

/**
 * Which columns of a file are written with a dictionary. parquet-java tries one in each row group, and finds after a page that a column of
 * many values gets longer by it; the page is then written twice, and of small row groups that is a great part. What one row group
 * has shown, the next ones take for granted, until it is tried again.
 */
final class ParquetDictionaries implements ValuesWriterFactory {

    /** Row groups from one trial to the next, for values that get fewer on the way. */
    private static final int ROW_GROUPS_A_TRIAL = 8;

    private final ValuesWriterFactory usual = new DefaultValuesWriterFactory();
    private final Map<ColumnDescriptor, Trial> trials = new HashMap<>();

    @Override
    public void initialize(ParquetProperties properties) {
        usual.initialize(properties);
    }

    @Override
    public ValuesWriter newValuesWriter(ColumnDescriptor column) {
        ValuesWriter writer = usual.newValuesWriter(column);
        if (!(writer instanceof FallbackValuesWriter<?, ?> fallback)) {
            return writer;
        }
        Trial trial = trials.get(column);
        if (trial != null && trial.hasFailed() && trial.rowGroups < ROW_GROUPS_A_TRIAL) {
            trial.rowGroups++;
            return fallback.fallBackWriter;
        }
        trials.put(column, new Trial(fallback));
        return fallback;
    }

    /** The last row group in which a column was tried with a dictionary, and how many there are with that one. */
    private static final class Trial {

        private final FallbackValuesWriter<?, ?> writer;
        private int rowGroups = 1;

        private Trial(FallbackValuesWriter<?, ?> writer) {
            this.writer = writer;
        }

        /** Whether none of its pages had the dictionary; where one had, the writer is as it was before its first value. */
        private boolean hasFailed() {
            return !writer.getEncoding().usesDictionary();
        }
    }
}
