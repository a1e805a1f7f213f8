package io.waybill.server.oidc;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.oauth2.sdk.GeneralException;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import java.io.IOException;
import java.net.MalformedURLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * An OpenID provider: asked for what it says of itself when it is first needed, and for its keys when one is not known. While it is away
 * its keys are believed for a while, as any cache would.
 */
public final class Provider {

    /** Those with a key pair alone: with a secret of both sides, whoever has the public key could sign. */
    static final Set<JWSAlgorithm> ALGORITHMS = new LinkedHashSet<>(List.of(
            JWSAlgorithm.RS256,
            JWSAlgorithm.RS384,
            JWSAlgorithm.RS512,
            JWSAlgorithm.PS256,
            JWSAlgorithm.PS384,
            JWSAlgorithm.PS512,
            JWSAlgorithm.ES256,
            JWSAlgorithm.ES384,
            JWSAlgorithm.ES512));

    private static final int MILLISECONDS_TO_ANSWER = 3_000;
    private static final int MOST_BYTES = 1 << 20;
    private static final Duration KEYS_HOLD = Duration.ofMinutes(5);
    private static final Duration KEYS_HOLD_WHILE_IT_IS_AWAY = Duration.ofHours(1);
    private static final Duration KEYS_ARE_ASKED_FOR_EVERY = Duration.ofSeconds(30);

    /** Many who come while it is away are not to ask it one after the other. */
    private static final Duration LEFT_ALONE = Duration.ofSeconds(5);

    private final String issuer;
    private final Clock clock;
    private Described described;
    private ProviderAwayException away;
    private Instant askAgain = Instant.MIN;

    /** @param issuer its URL, to the letter as its tokens have it */
    public Provider(String issuer, Clock clock) {
        this.issuer = issuer;
        this.clock = clock;
    }

    /** What it says of itself, and its keys. */
    record Described(OIDCProviderMetadata metadata, JWKSource<SecurityContext> keys) {}

    String issuer() {
        return issuer;
    }

    Clock clock() {
        return clock;
    }

    synchronized Described described() throws ProviderAwayException {
        if (described != null) {
            return described;
        }
        if (away != null && clock.instant().isBefore(askAgain)) {
            throw away;
        }
        try {
            OIDCProviderMetadata metadata =
                    OIDCProviderMetadata.resolve(new Issuer(issuer), MILLISECONDS_TO_ANSWER, MILLISECONDS_TO_ANSWER);
            described = new Described(metadata, keys(metadata));
            away = null;
            return described;
        } catch (GeneralException | IOException | IllegalArgumentException e) {
            askAgain = clock.instant().plus(LEFT_ALONE);
            away = new ProviderAwayException("the OpenID provider " + issuer + " cannot be asked: " + reason(e), e);
            throw away;
        }
    }

    static String reason(Exception e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    private static JWKSource<SecurityContext> keys(OIDCProviderMetadata metadata) throws MalformedURLException {
        return JWKSourceBuilder.create(
                        metadata.getJWKSetURI().toURL(),
                        new DefaultResourceRetriever(MILLISECONDS_TO_ANSWER, MILLISECONDS_TO_ANSWER, MOST_BYTES))
                .cache(KEYS_HOLD.toMillis(), 4L * MILLISECONDS_TO_ANSWER)
                .rateLimited(KEYS_ARE_ASKED_FOR_EVERY.toMillis())
                .outageTolerant(KEYS_HOLD_WHILE_IT_IS_AWAY.toMillis())
                .build();
    }

    /** That it cannot be asked now what it is needed for. */
    ProviderAwayException away(String why, Exception cause) {
        return new ProviderAwayException("the OpenID provider " + issuer + " cannot be asked: " + why, cause);
    }

    /** That its keys cannot be had now. */
    ProviderAwayException away(KeySourceException cause) {
        return new ProviderAwayException(
                "the keys of the OpenID provider " + issuer + " cannot be asked for: " + reason(cause), cause);
    }
}
