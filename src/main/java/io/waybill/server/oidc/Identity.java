package io.waybill.server.oidc;

import java.util.List;

/**
 * A user, as the provider knows them.
 *
 * @param issuer the provider
 * @param subject who it is to the provider, for ever
 * @param name what people call them
 * @param groups what they belong to
 */
public record Identity(String issuer, String subject, String name, List<String> groups) {

    public Identity {
        groups = List.copyOf(groups);
    }
}
