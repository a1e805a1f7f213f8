package io.waybill.delivery;

/** An endpoint that logs in to a server. */
public interface RemoteServer {

    /** What it knows of it. */
    ServerMemory memory();
}
