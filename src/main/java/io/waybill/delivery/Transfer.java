package io.waybill.delivery;

import java.util.List;
import java.util.stream.IntStream;

/**
 * One try of a process to bring the files of a run to their names. Temporary names hold it, so that no process takes the half file
 * of another for its own: not that of a process which slept while its run was taken over either.
 *
 * @param runId the run's id
 * @param attempt the how-manieth process, from 1, that has taken the run up
 */
public record Transfer(String runId, int attempt) {

    /** The header that holds what temporary names hold. */
    public static final String HEADER = "WaybillTransfer";

    /** What the name of a file begins with while it is on its way to its own. */
    private static final String TEMPORARY = ".waybill-";

    /** A file endpoint's tempFileName: the temporary name of a message that has the header. */
    public static final String TEMPORARY_NAME = TEMPORARY + "${header." + HEADER + "}-${file:onlyname}";

    public Transfer {
        if (attempt < 1) {
            throw new IllegalArgumentException("attempts count from 1, not " + attempt);
        }
    }

    /** The first try of a run. */
    public static Transfer first(String runId) {
        return new Transfer(runId, 1);
    }

    /** What its temporary names hold. */
    public String token() {
        return attempt == 1 ? runId : runId + "." + attempt;
    }

    /** This one and those before it. */
    public List<Transfer> upToThis() {
        return IntStream.rangeClosed(1, attempt)
                .mapToObj(number -> new Transfer(runId, number))
                .toList();
    }

    /** What a file is called while it is on its way to its name. */
    public String temporary(String name) {
        return temporary(token() + "-", name);
    }

    /** What a file was called on its way before temporary names held the run, and by routes that were printed then. */
    public static String formerTemporary(String name) {
        return temporary("", name);
    }

    private static String temporary(String token, String name) {
        int file = name.lastIndexOf('/') + 1;
        return name.substring(0, file) + TEMPORARY + token + name.substring(file);
    }
}
