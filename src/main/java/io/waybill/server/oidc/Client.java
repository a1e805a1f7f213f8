package io.waybill.server.oidc;

import java.net.URI;
import java.util.List;

/**
 * What the server is to the provider, where people log in by it.
 *
 * @param id what the provider calls it
 * @param secret what it proves that by; null where it is a public client
 * @param callback where the provider sends browsers back to
 * @param afterLogOut where it sends them once it has logged their users out
 * @param scopes what is asked for
 */
public record Client(String id, String secret, URI callback, URI afterLogOut, List<String> scopes) {

    public Client {
        scopes = List.copyOf(scopes);
    }

    /** Shows no secret. */
    @Override
    public String toString() {
        return "Client[" + id + "]";
    }
}
