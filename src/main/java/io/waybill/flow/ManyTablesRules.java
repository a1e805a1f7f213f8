package io.waybill.flow;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** What goes with a pattern of many tables, and what with one data set alone. */
final class ManyTablesRules {

    private final Export export;
    private final Predicate<Key<?>> given;
    private final List<Refusal> refusals = new ArrayList<>();

    private ManyTablesRules(Export export, Predicate<Key<?>> given) {
        this.export = export;
        this.given = given;
    }

    /** @param given tells of a key whether it is set */
    static List<Refusal> check(Export export, Predicate<Key<?>> given) {
        ManyTablesRules rules = new ManyTablesRules(export, given);
        rules.check();
        return rules.refusals;
    }

    private void refuse(Key<?> key, String message) {
        refusals.add(new Refusal(key.name(), message));
    }

    private void check() {
        if (!export.isOfManyTables()) {
            for (Key<?> key : List.of(
                    ExportKeys.EXCLUDE, ExportKeys.WATERMARK, ExportKeys.ON_FAILURE, ExportKeys.TABLES_AT_ONCE)) {
                if (given.test(key)) {
                    refuse(key, "is for a source_dataset_id with *, which stands for many tables");
                }
            }
            export.deliveries().stream()
                    .flatMap(delivery -> delivery.uri().variables().stream())
                    .filter(List.of("table", "schema")::contains)
                    .findFirst()
                    .ifPresent(
                            variable -> refuse(
                                    ExportRules.pathKey(given),
                                    "{" + variable
                                            + "} is for a source_dataset_id with *, which stands for many tables; {dataset} is the name of one data set"));
            return;
        }
        TablePattern pattern = pattern(ExportKeys.SOURCE_DATASET_ID, export.sourceDataset());
        export.get(ExportKeys.EXCLUDE).forEach(each -> pattern(ExportKeys.EXCLUDE, each));
        if (export.changes() != null) {
            refuse(
                    ExportKeys.SINCE_LAST_EXPORT,
                    "\"changes\" does not go with a source_dataset_id with *: what has changed is kept beside each table; write"
                            + " a flow for each of them");
        }
        if (pattern != null) {
            export.deliveries().stream()
                    .filter(delivery -> delivery.kind().keepsFiles())
                    .forEach(delivery -> checkNames(pattern, delivery.uri().variables()));
        }
    }

    /** Null where it is none, and refused. */
    private TablePattern pattern(Key<?> key, String text) {
        try {
            return TablePattern.parse(text);
        } catch (IllegalArgumentException e) {
            refuse(key, e.getMessage());
            return null;
        }
    }

    /** The files of each table have names of their own. */
    private void checkNames(TablePattern pattern, Set<String> variables) {
        if (variables.contains("dataset")) {
            return;
        }
        if (!variables.contains("table")) {
            refuse(
                    ExportRules.pathKey(given),
                    "holds no {table}, and all tables of \"" + pattern
                            + "\" would write to the same file; {table}, or {dataset} for schema and table, is needed");
        } else if (pattern.spansSchemas() && !variables.contains("schema")) {
            refuse(
                    ExportRules.pathKey(given),
                    "holds no {schema}, and tables of the same name of several schemas, which \"" + pattern
                            + "\" may be, would write to the same file; {schema}, or {dataset} for schema and table, is needed");
        }
    }
}
