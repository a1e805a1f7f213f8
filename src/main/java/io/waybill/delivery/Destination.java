package io.waybill.delivery;

/** Where the files of a run go: a place that keeps them, and can be asked about them, or an endpoint that takes them. */
public sealed interface Destination permits LocalDestination, RemoteDestination {

    /** The place that no name leaves, for people and for the ledger: an absolute folder, or a URI; never with a secret. */
    String place();

    /** The Camel endpoint that publishes there, its placeholders not resolved. */
    String endpoint();

    /** Where a name leads, for people. */
    String where(String name);

    /**
     * Refuses a name that leads out of the place.
     *
     * @throws io.waybill.flow.WaybillException when it does
     */
    void checkName(String name);

    /** Whether it keeps files: whether all that follows has an answer. */
    boolean keepsFiles();

    /** Whether a file of that name is there; false where nobody can say. */
    boolean exists(String name);

    /**
     * Checks what was published; does nothing where nobody can say.
     *
     * @param bytes the length that it should have
     * @throws io.waybill.flow.WaybillException when it is not there, or not whole
     */
    void check(String name, long bytes);

    /** Removes a published file, if it is there. */
    void remove(String name);

    /**
     * Reads a published file.
     *
     * @return what comes of it; null when it is not there
     * @throws java.io.IOException when it cannot be read
     */
    <T> T read(String name, FileStore.Reader<T> reader) throws java.io.IOException;

    /**
     * Removes what was published of a file, however far that came, and nothing else.
     *
     * @param acknowledged whether the place has said that it has the file; else what lies there may be an older one, which stays
     * @param bytes the file's length
     * @param sha256 its SHA-256, in hex
     */
    void withdraw(String name, boolean acknowledged, long bytes, String sha256);
}
