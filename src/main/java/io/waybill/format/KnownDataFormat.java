package io.waybill.format;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import io.waybill.rows.Column;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A data format of Camel's that writes rows, and what is known of it. Others may be named as well, and beans: what is not known of them, options
 * say.
 *
 * @param name as Camel has it
 * @param artifact where it is
 * @param extension the usual one of its files
 * @param handover how it takes rows
 * @param values what their values are
 */
record KnownDataFormat(String name, String artifact, String extension, Handover handover, ValueStyle values) {

    /** How a data format takes the rows of a file. */
    enum Handover {
        /** An iterator, of maps, by one call a file. */
        ITERATOR,
        /** A list, of maps, by one call a file. */
        LIST,
        /** A map, by one call a row. */
        EACH,
        /** A list that is gone through once, of maps, by one call a file. */
        PULLED_LIST,
        /** Likewise, of records of Avro, the first of which says the columns. */
        PULLED_RECORDS
    }

    private static final Pattern XML_NAME = Pattern.compile("[\\p{L}_][\\p{L}\\p{N}_.-]*");

    /** Those that are shown by {@code toString} have to be texts. */
    private static final List<KnownDataFormat> ALL = List.of(
            new KnownDataFormat("csv", "camel-csv", "csv", Handover.ITERATOR, ValueStyle.TEXT),
            new KnownDataFormat("jackson", "camel-jackson", "jsonl", Handover.EACH, ValueStyle.JSON),
            new KnownDataFormat("jacksonXml", "camel-jacksonxml", "xml", Handover.PULLED_LIST, ValueStyle.TEXT),
            new KnownDataFormat(
                    "parquetAvro", "camel-parquet-avro", "parquet", Handover.PULLED_RECORDS, ValueStyle.JAVA),
            new KnownDataFormat(
                    "univocityCsv", "camel-univocity-parsers", "csv", Handover.PULLED_LIST, ValueStyle.TEXT),
            new KnownDataFormat(
                    "univocityFixed", "camel-univocity-parsers", "txt", Handover.PULLED_LIST, ValueStyle.TEXT),
            new KnownDataFormat(
                    "univocityTsv", "camel-univocity-parsers", "tsv", Handover.PULLED_LIST, ValueStyle.TEXT),
            new KnownDataFormat("gson", "camel-gson", "jsonl", Handover.EACH, ValueStyle.JSON),
            new KnownDataFormat("jsonb", "camel-jsonb", "jsonl", Handover.EACH, ValueStyle.JSON));

    static Optional<KnownDataFormat> of(String name) {
        return ALL.stream().filter(known -> known.name.equals(name)).findFirst();
    }

    static List<String> names() {
        return ALL.stream().map(KnownDataFormat::name).toList();
    }

    /** What a build calls it. */
    String coordinates() {
        return "org.apache.camel:" + artifact;
    }

    /**
     * Refuses columns whose names it would write as they are, and no reader could read.
     *
     * @throws WaybillException when there is one
     */
    void checkNames(List<Column> columns) {
        if (extension.equals("xml")) {
            columns.stream()
                    .filter(column -> !XML_NAME.matcher(column.name()).matches())
                    .findFirst()
                    .ifPresent(column -> {
                        throw new WaybillException(
                                Stage.ENCODE,
                                "column \"" + column.name()
                                        + "\" is no name of an element of XML, which has letters, digits, _, - and ."
                                        + " alone, and begins with a letter or _; leave the column out, or name it otherwise in the query"
                                        + " of a data set");
                    });
        }
    }

    /** How it takes the rows of files of an extension: JSON of one file is one array, and that of lines an object each. */
    Handover handover(String said) {
        return handover == Handover.EACH && said.equals("json") ? Handover.ITERATOR : handover;
    }
}
