package io.waybill.server;

import io.waybill.ledger.Session;
import io.waybill.ledger.Subjects.Subject;
import io.waybill.server.oidc.AccessTokens;
import io.waybill.server.oidc.CodeLogin;
import io.waybill.server.oidc.Identity;
import io.waybill.server.oidc.NotIdentifiedException;
import io.waybill.server.oidc.Provider;
import io.waybill.server.oidc.ProviderAwayException;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Callers whom an OpenID provider knows; what they may do is said by their groups. */
final class Users {

    private static final Logger LOG = LoggerFactory.getLogger(Users.class);

    private final Desk desk;
    private final OidcSettings settings;
    private final AccessTokens tokens;
    private final Optional<UserLogin> login;

    Users(Desk desk, OidcSettings settings) {
        this.desk = desk;
        this.settings = settings;
        Provider provider = new Provider(settings.issuer(), desk.clock());
        this.tokens = new AccessTokens(provider, settings.audience(), settings.groupsClaim());
        this.login = settings.client()
                .map(client -> new UserLogin(desk, this, new CodeLogin(provider, client, settings.groupsClaim())));
    }

    /** Whether these are the settings that they are told by. */
    boolean areOf(OidcSettings other) {
        return settings.equals(other);
    }

    /** How they log in on the page; empty where they do not. */
    Optional<UserLogin> login() {
        return login;
    }

    /** What their provider is called, for people. */
    String provider() {
        return URI.create(settings.issuer()).getHost();
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
            throw away(e);
        }
    }

    /** That nobody knows now who somebody is. */
    static Refused away(ProviderAwayException e) {
        if (e.isNews()) {
            LOG.warn("{}", e.getMessage());
        }
        return Refused.of(503, "the OpenID provider cannot be asked now who this is")
                .with("Retry-After", "10");
    }

    /**
     * Who has logged in before, with the groups that they had then and what these may do now; empty where that is nothing, or they are users
     * of another provider.
     */
    Optional<Caller> caller(Session.OfUser session) {
        Subject user = session.user();
        Identity identity = new Identity(user.issuer(), user.subject(), user.name(), session.groups());
        List<Grant> grants = settings.roles().of(identity);
        return grants.isEmpty() || !user.issuer().equals(settings.issuer())
                ? Optional.empty()
                : Optional.of(came(identity, grants));
    }

    /** Those of a user's groups that may do something. */
    List<String> groups(Identity identity) {
        return identity.groups().stream()
                .distinct()
                .filter(settings.roles().groups()::contains)
                .toList();
    }

    /** @throws Refused with 403 where they may do nothing */
    Caller caller(Identity identity) {
        List<Grant> grants = settings.roles().of(identity);
        if (grants.isEmpty()) {
            throw Refused.forbidden("none of your groups may do anything here")
                    .to(Caller.of(identity, grants).actor());
        }
        return came(identity, grants);
    }

    private Caller came(Identity identity, List<Grant> grants) {
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
