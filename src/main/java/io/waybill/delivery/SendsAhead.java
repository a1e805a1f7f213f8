package io.waybill.delivery;

/** An endpoint that can send files to where nobody sees them, before they are published. */
interface SendsAhead {

    /** Whether it does so with a file of this length. */
    boolean sendsAhead(long bytes);

    /** Begins to send a file, in the background. */
    void sendAhead(StagedFile file, String name, String sha256);

    /** Stops sending a file, and undoes what was sent. */
    void stopAhead(String name);
}
