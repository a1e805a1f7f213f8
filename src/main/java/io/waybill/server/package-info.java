/**
 * The door of {@code waybill serve}: an API over HTTP, and who may do what by it. It stands on the routes and the ledger, and decides
 * nothing that they decide; what it refuses besides is what somebody may not do from elsewhere.
 *
 * <p>Called by {@code cli}. Only its part that listens knows Vert.x, which no other command has on its class path.
 */
package io.waybill.server;
