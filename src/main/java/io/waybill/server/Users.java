package io.waybill.server;

import io.waybill.server.oidc.AccessTokens;
import io.waybill.server.oidc.Identity;
import io.waybill.server.oidc.NotIdentifiedException;
import io.waybill.server.oidc.Provider;
import io.waybill.server.oidc.ProviderAwayException;
import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Callers whom an OpenID provider knows; what they may do is said by their groups. */
final class Users {

    private static final Logger LOG = LoggerFactory.getLogger(Users.class);

    private final Desk desk;
    private final OidcSettings settings;
    private final AccessTokens tokens;

    Users(Desk desk, OidcSettings settings) {
        this.desk = desk;
        this.settings = settings;
        this.tokens = new AccessTokens(
                new Provider(settings.issuer(), desk.clock()), settings.audience(), settings.groupsClaim());
    }

    /**
     * Who comes with an access token.
     *
     * @throws Refused with 401 where it proves nothing, 403 where they may do nothing, 503 where the provider has to be asked and is away
     */
    Caller caller(String token) {
        try {
            return caller(tokens.identify(token));
        } catch (NotIdentifiedException e) {
            throw Guard.invalidToken(e.getMessage());
        } catch (ProviderAwayException e) {
            if (e.isNews()) {
                LOG.warn("{}", e.getMessage());
            }
            throw Refused.of(503, "the OpenID provider cannot be asked now who this is")
                    .with("Retry-After", "10");
        }
    }

    private Caller caller(Identity identity) {
        List<Grant> grants = settings.roles().of(identity);
        if (grants.isEmpty()) {
            throw Refused.forbidden("none of your groups may do anything here")
                    .to(Caller.of(identity, grants).actor());
        }
        desk.records()
                .subjects()
                .came(
                        identity.issuer(),
                        identity.subject(),
                        identity.name(),
                        grants.stream().map(Grant::toString).collect(Collectors.joining(", ")));
        return Caller.of(identity, grants);
    }
}
