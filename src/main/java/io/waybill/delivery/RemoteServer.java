package io.waybill.delivery;

/** An endpoint that logs in to a server. */
interface RemoteServer {

    /** What it knows of it. */
    ServerMemory memory();
}
