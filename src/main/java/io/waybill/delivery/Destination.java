package io.waybill.delivery;

import io.waybill.facts.FileFacts;
import io.waybill.rows.Column;
import io.waybill.rows.RowDivider;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.commons.io.function.IOFunction;

/** Where the files of a run go: a place that keeps them, and can be asked about them, or an endpoint that takes them. */
public interface Destination {

    /** The place that no name leaves, for people and for the ledger: an absolute folder, or a URI; never with a secret. */
    String place();

    /** The Camel endpoint that publishes there, its placeholders not resolved. */
    String endpoint();

    /** Stays where the settings of now lead, whatever they say later. */
    default void settle() {}

    /** Where a name leads, for people. */
    String where(String name);

    /**
     * Refuses a name that leads out of the place.
     *
     * @throws io.waybill.WaybillException when it does
     */
    void checkName(String name);

    /** Whether it keeps files: whether all that follows has an answer. */
    boolean keepsFiles();

    /**
     * Looks which names are taken.
     *
     * @param question gets to know of a name whether a file of it is there; none is where nobody can say
     * @return what comes of it
     */
    <T> T look(Function<Predicate<String>, T> question);

    /**
     * Checks what was published, by its content where that can be read here, else by its length; does nothing where nobody can say. A
     * file that is not there any more was taken by whoever reads it.
     *
     * @throws io.waybill.WaybillException when one is not what was staged
     */
    void check(List<FileFacts> files);

    /** What is compared of a published file: {@code sha256}, or {@code length}; null where nobody can say. */
    String checkedBy();

    /** How often a reader gets each file, in plain words; null where nothing is to be said but what holds for its kind of place. */
    default String promise() {
        return null;
    }

    /** Whether it keeps which runs it has had, and has to know whose they are. */
    default boolean keepsRuns() {
        return false;
    }

    /**
     * The numbers by which it knows columns, which files have to have; empty where it knows none. See {@link FileStore#numbers}.
     *
     * @param columns as they are written
     */
    default Map<String, Integer> numbers(List<Column> columns) {
        return Map.of();
    }

    /**
     * What divides rows among its files; empty where nothing does. See {@link FileStore#dividers}.
     *
     * @param columns as they are written
     */
    default List<RowDivider> dividers(List<Column> columns) {
        return List.of();
    }

    /** Removes published files, those that are there. */
    void remove(Collection<String> names);

    /**
     * Reads a published file.
     *
     * @return what comes of it; null when it is not there
     * @throws IOException when it cannot be read
     */
    <T> T read(String name, IOFunction<InputStream, T> reader) throws IOException;

    /**
     * Whether a file lies at its name, and is that one.
     *
     * @throws io.waybill.WaybillException when nobody can say
     */
    boolean holds(FileFacts file);

    /**
     * A file that was sent, or was about to be.
     *
     * @param file its facts; its name is that at the place
     * @param acknowledged whether the place has said that it has the file; else what lies there may be an older one, which stays
     */
    record Sent(FileFacts file, boolean acknowledged) {}

    /**
     * Removes what was published of files, however far that came, and nothing else.
     *
     * @param transfer by which they were sent, or the last of those
     */
    void withdraw(List<Sent> files, Transfer transfer);

    /** Whether a file of this length can be sent to where nobody sees it, while the next ones of its run are still written. */
    default boolean sendsAhead(long bytes) {
        return false;
    }

    /**
     * Begins to send a file, in the background, to where nobody sees it. Whether that succeeds shows when it is published.
     *
     * @param file the staged file, which stays as it is until it is published or stopped
     */
    default void sendAhead(StagedFile file, String name, String sha256, Transfer transfer) {
        throw new IllegalStateException("nothing is sent ahead to " + place());
    }

    /** Stops what this process is sending ahead, of these names. */
    default void stopAhead(Collection<String> names, Transfer transfer) {}

    /**
     * Does something with where a database writes the files of runs itself.
     *
     * @throws io.waybill.WaybillException when it fails, or there is no such place
     */
    default <T> T inOwnPrefix(IOFunction<OwnPrefix, T> act) {
        throw new IllegalStateException("no database writes to " + place());
    }

    /** Removes what was sent of files to where nobody sees it; what lies at their names stays. */
    default void sweep(Collection<String> names, Transfer transfer) {}
}
