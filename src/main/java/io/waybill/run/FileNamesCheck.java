package io.waybill.run;

import io.waybill.delivery.Destination;
import io.waybill.flow.Delivery;
import io.waybill.flow.Export;
import io.waybill.flow.PathTemplate;
import io.waybill.part.NamesCheck;
import io.waybill.part.PathValues;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;

/**
 * Refuses values by which no files can be called: whose names are too long, or would be one name, that of the waybill, or one folder where
 * a place does not tell letters apart by their case.
 */
final class FileNamesCheck implements NamesCheck {

    /** File systems have no longer names of folders; files have longer ones while they are on their way. */
    private static final int MOST_FOLDER_BYTES = 255;

    private static final int MOST_FILE_BYTES = 200;

    /** A key of S3 is no longer. */
    private static final int MOST_PATH_BYTES = 1024;

    private static final int SHOWN = 60;

    private final Export export;
    private final List<PlannedDelivery> deliveries;
    private final Map<String, PathValues> named = new HashMap<>();
    private final Map<String, String> folders = new HashMap<>();

    FileNamesCheck(Export export, List<PlannedDelivery> deliveries) {
        this.export = export;
        this.deliveries = deliveries;
    }

    @Override
    public void checkFirst(PathValues first) {
        check(first.number(), first, (delivery, tellsApart) -> tellsApart);
    }

    /** A path that has some of the columns numbers its files among all of the run: the first of some values have a number there, too. */
    @Override
    public void check(int number, PathValues of) {
        check(
                number,
                of,
                (delivery, tellsApart) -> tellsApart
                        ? of.number() > 1
                        : PathTemplate.hasColumns(delivery.names().path()));
    }

    private void check(int number, PathValues of, BiPredicate<PlannedDelivery, Boolean> which) {
        for (int i = 0; i < deliveries.size(); i++) {
            PlannedDelivery planned = deliveries.get(i);
            boolean tellsApart = planned.names().tellsApart(of.values().keySet());
            if (which.test(planned, tellsApart)) {
                check(export.deliveries().get(i), planned, planned.names().part(number, of), of, !tellsApart);
            }
        }
    }

    /** @param numbered whether the name has the file's number among all of the run */
    private void check(Delivery delivery, PlannedDelivery planned, String name, PathValues of, boolean numbered) {
        checkLength(name);
        checkPlace(planned.destination(), name);
        if (planned.waybill()
                && isOne(name, planned.names().waybill(), delivery.kind().tellsCaseApart())) {
            throw new IllegalArgumentException("a file of " + words(of.values())
                    + " would have the name of the waybill, \"" + shown(name) + "\"; give the files another one");
        }
        PathValues other = named.putIfAbsent(planned.id() + "\n" + name, of);
        if (other != null && !other.equals(of)) {
            boolean isByNumber = numbered || other.number() > 1 || of.number() > 1;
            throw new IllegalArgumentException("the files of " + words(other.values()) + " and those of "
                    + words(of.values()) + " would have one name, \"" + shown(name) + "\"; "
                    + (isByNumber
                            ? "give each value a folder of its own, {column:…}/, since its files are numbered"
                            : "write something between the columns of the path"));
        }
        if (!delivery.kind().tellsCaseApart()) {
            for (int slash = name.indexOf('/'); slash >= 0; slash = name.indexOf('/', slash + 1)) {
                checkCase(planned, name.substring(0, slash));
            }
            checkCase(planned, name);
        }
    }

    private void checkCase(PlannedDelivery planned, String path) {
        String other = folders.putIfAbsent(planned.id() + "\n" + folded(path), path);
        if (other != null && !other.equals(path)) {
            throw new IllegalArgumentException(
                    "\"" + shown(other) + "\" and \"" + shown(path)
                            + "\" differ in the case of letters, or in how they are put together, alone, and are one path for many file"
                            + " systems; have a query or a transform make the values alike, or deliver to s3, which tells them apart");
        }
    }

    private static boolean isOne(String name, String other, boolean tellsCaseApart) {
        return tellsCaseApart ? name.equals(other) : folded(name).equals(folded(other));
    }

    private static String folded(String path) {
        return Normalizer.normalize(path, Normalizer.Form.NFC)
                .toUpperCase(Locale.ROOT)
                .toLowerCase(Locale.ROOT);
    }

    private static void checkPlace(Destination destination, String name) {
        if (destination.keepsFiles()) {
            destination.checkName(name);
        }
    }

    private static void checkLength(String name) {
        int from = 0;
        for (int slash = name.indexOf('/'); slash >= 0; slash = name.indexOf('/', from)) {
            checkLength(name.substring(from, slash), MOST_FOLDER_BYTES, "a folder");
            from = slash + 1;
        }
        checkLength(name.substring(from), MOST_FILE_BYTES, "a file");
        checkLength(name, MOST_PATH_BYTES, "a path");
    }

    private static void checkLength(String name, int most, String of) {
        int bytes = name.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > most) {
            throw new IllegalArgumentException("\"" + shown(name) + "\", as " + of + " would be called, has " + bytes
                    + " bytes; " + most
                    + " are allowed; a transform or a query makes values shorter, or leave the column out of the path");
        }
    }

    private static String words(Map<String, String> values) {
        return values.entrySet().stream()
                .map(value -> value.getKey() + " = "
                        + (value.getValue() == null ? "NULL" : "\"" + shown(value.getValue()) + "\""))
                .collect(Collectors.joining(", "));
    }

    private static String shown(String text) {
        String plain = text.replaceAll("\\p{Cntrl}", "?");
        return plain.length() <= SHOWN ? plain : plain.substring(0, SHOWN) + "…";
    }
}
