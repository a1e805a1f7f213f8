package io.waybill.cli;

import io.waybill.database.Source;
import io.waybill.database.SourceColumn;
import io.waybill.flow.ColumnType.Kind;
import io.waybill.flow.DataSetKind;
import io.waybill.run.ColumnScan.Proposal;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A table that somebody begins with, and what is proposed of it.
 *
 * @param dataset the name that its flow has for it
 * @param location what it is, in words
 * @param column what would tell new rows from older ones; null where nothing would
 * @param isProposed whether to export what is new alone is proposed, rather than all rows
 * @param why in words
 * @param marks columns that look like data of persons
 */
record InitTable(String dataset, String location, String column, boolean isProposed, String why, List<Proposal> marks) {

    private static final Pattern CHANGED = Pattern.compile(
            "(.*_)?(updated|modified|changed|edited|last_update|last_change|last_modification|mtime)(_(at|on|time|ts|date|timestamp|utc))?");

    private static final Pattern MADE = Pattern.compile(
            "(.*_)?(created|inserted|added|recorded|logged|occurred|received|event)(_(at|on|time|ts|date|timestamp|utc))?|ts|timestamp");

    static InitTable of(Source source, List<Proposal> marks) {
        List<SourceColumn> told = source.columns().stream()
                .filter(column -> !column.pii()
                        && marks.stream().noneMatch(mark -> mark.column().equals(column.name())))
                .toList();
        if (source.kind().hasBatches()) {
            return of(
                    source,
                    marks,
                    DataSetKind.BATCH_ID,
                    true,
                    "its rows come in batches (" + DataSetKind.BATCH_ID + ")");
        }
        Optional<SourceColumn> changed = told.stream()
                .filter(column ->
                        isTime(column) && CHANGED.matcher(words(column)).matches())
                .findFirst();
        if (changed.isPresent()) {
            String name = changed.get().name();
            return changed.get().nullable()
                    ? of(source, marks, null, false, name + " would tell what has changed, but it may be NULL")
                    : of(
                            source,
                            marks,
                            name,
                            true,
                            name + " grows with each change of a row; that a row is deleted it does not tell");
        }
        return told.stream()
                .filter(column -> !column.nullable())
                .filter(column ->
                        isTime(column) && MADE.matcher(words(column)).matches() || isNumberOfItself(source, column))
                .findFirst()
                .map(column -> of(
                        source,
                        marks,
                        column.name(),
                        false,
                        "by " + column.name() + " rows that are new would be told, and none that have changed"))
                .orElseGet(() -> of(source, marks, null, false, "no column tells what is new"));
    }

    private static InitTable of(Source source, List<Proposal> marks, String column, boolean isProposed, String why) {
        return new InitTable(source.id(), source.location(), column, isProposed, why, marks);
    }

    private static boolean isTime(SourceColumn column) {
        return column.type().kind() == Kind.TIMESTAMP || column.type().kind() == Kind.INSTANT;
    }

    /** A key that may be one of a sequence. */
    private static boolean isNumberOfItself(Source source, SourceColumn column) {
        Kind kind = column.type().kind();
        return source.key().equals(List.of(column.name())) && (kind == Kind.INT32 || kind == Kind.INT64);
    }

    /** A column's name in small letters, its words apart. */
    private static String words(SourceColumn column) {
        return column.name().replaceAll("(?<=\\p{Ll})(?=\\p{Lu})", "_").toLowerCase(Locale.ROOT);
    }

    /** Whether the column has to be declared. */
    boolean declaresColumn() {
        return column != null && !column.equals(DataSetKind.BATCH_ID);
    }

    /** The id that its flow gets, and its file the name. */
    String id() {
        return dataset.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_-]+", "_");
    }
}
