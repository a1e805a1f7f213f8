package io.waybill.delivery;

/** An endpoint that can send files to where nobody sees them, before they are published. */
public interface SendsAhead {

    /** The length from which on files are sent so; negative for none. */
    long getUploadAhead();

    /** Whether it does so with a file of this length. */
    default boolean sendsAhead(long bytes) {
        return getUploadAhead() >= 0 && bytes >= getUploadAhead();
    }

    /** Begins to send a file, in the background. */
    void sendAhead(StagedFile file, String name, String sha256, Transfer transfer);

    /** Stops sending a file, and undoes what was sent. */
    void stopAhead(String name, Transfer transfer);
}
