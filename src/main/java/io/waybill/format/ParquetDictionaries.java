package io.waybill.format;

import java.util.HashMap;
import java.util.Map;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.column.values.ValuesWriter;
import org.apache.parquet.column.values.dictionary.DictionaryValuesWriter.PlainBinaryDictionaryValuesWriter;
import org.apache.parquet.column.values.dictionary.DictionaryValuesWriter.PlainDoubleDictionaryValuesWriter;
import org.apache.parquet.column.values.dictionary.DictionaryValuesWriter.PlainFloatDictionaryValuesWriter;
import org.apache.parquet.column.values.dictionary.DictionaryValuesWriter.PlainIntegerDictionaryValuesWriter;
import org.apache.parquet.column.values.dictionary.DictionaryValuesWriter.PlainLongDictionaryValuesWriter;
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

    /** What a column takes before it has a value: its writers, and those of its pages. */
    private static final long BYTES_OF_A_COLUMN = 3000;

    /** What a dictionary takes with its first value: places for the numbers of its values. */
    private static final long BYTES_OF_A_DICTIONARY = 4 * 4096;

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
            trial.oneMore();
            return fallback.fallBackWriter;
        }
        trials.put(column, new Trial(fallback));
        return fallback;
    }

    /** Bytes in memory, about, of the dictionaries of the row group that is being written. parquet-java counts what they will take in the file. */
    long heldBytes() {
        long held = 0;
        for (Trial trial : trials.values()) {
            held += trial.heldBytes();
        }
        return held;
    }

    /** Bytes in memory, about, of a file that has a row in each of so many columns. */
    static long leastBytes(int columns) {
        return columns * (BYTES_OF_A_COLUMN + BYTES_OF_A_DICTIONARY);
    }

    /** The last row group in which a column was tried with a dictionary, and how many there are with that one. */
    private static final class Trial {

        /** Null where it has failed, and another row group has begun: its tables are large. */
        private FallbackValuesWriter<?, ?> writer;

        private int rowGroups = 1;
        private long mostHeld;

        private Trial(FallbackValuesWriter<?, ?> writer) {
            this.writer = writer;
        }

        /** Whether none of its pages had the dictionary; where one had, the writer is as it was before its first value. */
        private boolean hasFailed() {
            return writer == null || !writer.getEncoding().usesDictionary();
        }

        private void oneMore() {
            rowGroups++;
            writer = null;
        }

        /** A dictionary that is given up is cleared, and keeps its tables until the row group ends. */
        private long heldBytes() {
            if (writer == null) {
                return 0;
            }
            mostHeld = Math.max(mostHeld, tables(writer.initialWriter) + 2 * writer.initialWriter.getBufferedSize());
            return mostHeld;
        }

        /** A place in fastutil's linked tables is a value, its number, and two links; three quarters of them, at most, are taken. */
        private static long tables(ValuesWriter dictionary) {
            if (dictionary instanceof PlainBinaryDictionaryValuesWriter texts) {
                int size = texts.getDictionarySize();
                return places(size) * 16 + size * 40L + texts.getAllocatedSize();
            }
            if (dictionary instanceof PlainLongDictionaryValuesWriter longs) {
                return places(longs.getDictionarySize()) * 20;
            }
            if (dictionary instanceof PlainDoubleDictionaryValuesWriter doubles) {
                return places(doubles.getDictionarySize()) * 20;
            }
            if (dictionary instanceof PlainIntegerDictionaryValuesWriter ints) {
                return places(ints.getDictionarySize()) * 16;
            }
            return dictionary instanceof PlainFloatDictionaryValuesWriter floats
                    ? places(floats.getDictionarySize()) * 16
                    : 0;
        }

        private static long places(int values) {
            return 2L * Integer.highestOneBit(Math.max(8, values + values / 3));
        }
    }
}
