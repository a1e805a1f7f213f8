package io.waybill.part;

import io.waybill.flow.FileFormat;
import io.waybill.flow.PathTemplate;
import java.util.Collection;
import java.util.Locale;

/**
 * The names of a run's files at the destination, below its root. The same path gives the same names, so that a run that
 * is done again overwrites its own files.
 *
 * @param path the file's path with all its variables resolved but {@code {part}}; empty, or ending in {@code /}, for a directory
 * @param flow the flow's id; names the waybill of a directory
 * @param format gives the files of a directory their extension
 * @param ending what compression and encryption add to a name that lacks it: {@code .gz.pgp}; empty for nothing
 * @param several whether the run may write more than one file
 * @param version the version of {@code if_exists = "version"}; 1 adds nothing
 */
public record PartNames(String path, String flow, FileFormat format, String ending, boolean several, int version) {

    private static final String PART = "{part}";

    private static final String COLUMN = "{column:";

    /** The end of a waybill's name. */
    public static final String WAYBILL_SUFFIX = ".waybill.json";

    /** The name of a part, by its number from 1; with its variables where files are told apart by the values of columns. */
    public String part(int number) {
        if (isDirectory()) {
            String name = String.format(Locale.ROOT, "part-%05d.%s", number - 1, format.extension());
            return path + versioned(name) + ending;
        }
        String numbered = path;
        if (path.contains(PART)) {
            numbered = path.replace(PART, Integer.toString(number));
        } else if (several || number > 1) {
            numbered = beforeExtension(path, "_part_" + number);
        }
        return ended(versioned(numbered));
    }

    /** The name of a part. */
    public String part(StagedPart part) {
        return part(part.number(), part.of());
    }

    /**
     * The name of a part of some values. Where the path has them all, it is numbered among the parts of these.
     *
     * @param number its number among all parts of the run
     */
    public String part(int number, PathValues of) {
        return of.in(part(tellsApart(of.values().keySet()) ? of.number() : number));
    }

    /** Whether names of parts tell values of these columns apart: the path has them all. */
    public boolean tellsApart(Collection<String> columns) {
        return new PathTemplate(path).columns().containsAll(columns);
    }

    /** Whether the run may write more than one file there. */
    public boolean isOfSeveral() {
        return several || path.contains(COLUMN);
    }

    /** Where in a path stands the first of what is another for each file; -1 where nothing does. */
    public static int firstOfFiles(String path) {
        int part = path.indexOf(PART);
        int column = path.indexOf(COLUMN);
        return part < 0 || column < 0 ? Math.max(part, column) : Math.min(part, column);
    }

    /** The name of the waybill: that of the file, or of what its parts have in common, in the folder that holds them all. */
    public String waybill() {
        if (isDirectory()) {
            return commonFolder(path) + versioned(flow) + WAYBILL_SUFFIX;
        }
        String file = path.substring(path.lastIndexOf('/') + 1)
                .replaceAll("[_.-]?([^/_.{}-]*=)?\\{(part|column:[^{}]*)}", "");
        String name = file.isEmpty() || file.startsWith(".") ? flow + file : file;
        return commonFolder(path) + ended(versioned(name)) + WAYBILL_SUFFIX;
    }

    /** The folders of a path before the first that is another for each part. */
    private static String commonFolder(String path) {
        int first = firstOfFiles(path);
        String fixed = first < 0 ? path : path.substring(0, first);
        return fixed.substring(0, fixed.lastIndexOf('/') + 1);
    }

    private boolean isDirectory() {
        return path.isEmpty() || path.endsWith("/");
    }

    public PartNames withVersion(int newVersion) {
        return new PartNames(path, flow, format, ending, several, newVersion);
    }

    /** The names of a run's files in an archive that holds them all, or some. */
    public PartNames inArchive() {
        return new PartNames(path, flow, format, ending, true, 1);
    }

    private String versioned(String name) {
        return version == 1 ? name : beforeExtension(name, "_v" + version);
    }

    /** A name with its ending, of which it may have the beginning already: .gz of .gz.pgp. */
    private String ended(String name) {
        for (int had = ending.length(); had > 0; had = ending.lastIndexOf('.', had - 1)) {
            if (name.endsWith(ending.substring(0, had))) {
                return name + ending.substring(had);
            }
        }
        return name + ending;
    }

    /** Inserts before the first dot of the file's name, so that {@code .csv.gz} stays together; a column's name may have dots of its own. */
    private static String beforeExtension(String name, String inserted) {
        int dot = -1;
        boolean inBraces = false;
        for (int i = name.lastIndexOf('/') + 1; i < name.length() && dot < 0; i++) {
            char c = name.charAt(i);
            inBraces = c == '{' || inBraces && c != '}';
            boolean isFirst = i == name.lastIndexOf('/') + 1;
            dot = c == '.' && !inBraces && !isFirst ? i : -1;
        }
        return dot < 0 ? name + inserted : name.substring(0, dot) + inserted + name.substring(dot);
    }
}
