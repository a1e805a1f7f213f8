package io.waybill.flow;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** What goes with files by the values of columns, and where their paths may name these. */
final class FilesByColumnsRules {

    /** A folder as Hive and its like read it, of one column. */
    private static final Pattern FOLDER = Pattern.compile("[^{}=]+=\\{column:[^{}]*}");

    private final Export export;
    private final Predicate<Key<?>> given;
    private final FilesByColumns files;
    private final List<Refusal> refusals = new ArrayList<>();

    private FilesByColumnsRules(Export export, Predicate<Key<?>> given) {
        this.export = export;
        this.given = given;
        this.files = export.filesByColumns();
    }

    /** @param given tells of a key whether it is set */
    static List<Refusal> check(Export export, Predicate<Key<?>> given) {
        FilesByColumnsRules rules = new FilesByColumnsRules(export, given);
        if (rules.files.isNone()) {
            rules.checkNone();
        } else {
            rules.check();
        }
        return rules.refusals;
    }

    private void refuse(Key<?> key, String message) {
        refusals.add(new Refusal(key.name(), message));
    }

    private void checkNone() {
        boolean isDivided = export.deliveries().stream()
                .anyMatch(delivery -> delivery.kind().takesTableFiles());
        for (Key<?> key : List.of(SplitKeys.PATH_COLUMNS, SplitKeys.MAX_OPEN_FILES, SplitKeys.MAX_FILES)) {
            if (given.test(key) && (!isDivided || key == SplitKeys.PATH_COLUMNS)) {
                refuse(key, "is for a path with {column:…}, whose files go by the values of columns");
            }
        }
    }

    private void check() {
        if (export.engine() != Engine.LOCAL) {
            refuse(
                    ExportKeys.ENGINE,
                    "\"" + Form.lower(export.engine()) + "\" does not go with " + written()
                            + " in the path: this process divides rows by their values");
        }
        for (Delivery delivery : export.deliveries()) {
            check(delivery);
        }
        if (files.inFiles() == PathColumns.LEAVE_OUT) {
            checkLeftOut();
        }
    }

    /** The columns as a path has them. */
    private String written() {
        return "{column:" + String.join("} {column:", files.columns()) + "}";
    }

    private void check(Delivery delivery) {
        List<String> own = delivery.uri().columns();
        boolean isOfFiles = delivery.kind().keepsFiles() && !delivery.kind().takesTableFiles();
        boolean hasPath = isOfFiles && new HashSet<>(delivery.path().columns()).equals(new HashSet<>(own));
        if (!own.isEmpty() && !hasPath) {
            refuse(
                    ExportRules.pathKey(given),
                    "\"" + delivery.shownUri()
                            + "\" is no path of a place that keeps files, and takes no {column:…}; folders, s3, sftp and ftp do");
            return;
        }
        if (!delivery.kind().keepsFiles() && delivery.namesFiles()) {
            refuse(
                    ExportRules.pathKey(given),
                    delivery.scheme() + " does not go with " + written()
                            + " in a path: what is escaped in names of files would lead elsewhere in its URLs; leave out the"
                            + " slash, or the file's name, at its end");
        }
    }

    /** What no file says is to be read from the path. */
    private void checkLeftOut() {
        for (Delivery delivery : export.deliveries()) {
            if (delivery.kind().takesTableFiles() || !delivery.kind().keepsFiles()) {
                refuse(
                        SplitKeys.PATH_COLUMNS,
                        "\"leave_out\" does not go with " + delivery.scheme() + ", where no path tells of columns");
                return;
            }
            boolean isNamedByTheFirst = delivery.isDirectory()
                    && delivery.uri().columns().isEmpty()
                    && !export.delivery().uri().columns().isEmpty();
            Set<String> folders = folders(isNamedByTheFirst ? export.delivery() : delivery);
            if (!folders.containsAll(files.columns())) {
                refuse(
                        SplitKeys.PATH_COLUMNS,
                        "\"leave_out\" needs a folder for each column in each path, such as country={column:country}/, from which"
                                + " it is read; \"" + delivery.shownUri() + "\" has none for "
                                + files.columns().stream()
                                        .filter(column -> !folders.contains(column))
                                        .findFirst()
                                        .orElseThrow());
                return;
            }
        }
        List<String> columns = export.selection().columns();
        if (!columns.isEmpty() && files.columns().containsAll(columns)) {
            refuse(SplitKeys.PATH_COLUMNS, "\"leave_out\" leaves no column for the files");
        }
    }

    /** The columns that a path has a folder for. */
    private static Set<String> folders(Delivery delivery) {
        Set<String> columns = new HashSet<>();
        List<String> segments = List.of(delivery.path().text().split("/", -1));
        for (String segment : segments.subList(0, segments.size() - 1)) {
            if (FOLDER.matcher(segment).matches()) {
                columns.addAll(new PathTemplate(segment).columns());
            }
        }
        return columns;
    }
}
