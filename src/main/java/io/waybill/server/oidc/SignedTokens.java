package io.waybill.server.oidc;

import com.nimbusds.jose.Algorithm;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.BadJWSException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWT;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.JWTParser;
import com.nimbusds.jwt.proc.BadJWTException;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.util.Date;
import java.util.Set;
import java.util.stream.Collectors;

/** Tokens that a provider has signed: whether one is its own, for whom it is, and when (RFC 8725). */
final class SignedTokens {

    /** How far the clocks of two machines may be apart. */
    static final Duration SKEW = Duration.ofSeconds(60);

    private final Provider provider;
    private final String audience;
    private final Set<JOSEObjectType> types;

    /**
     * @param audience who they have to be for
     * @param types what they may say that they are; null among them for nothing
     */
    SignedTokens(Provider provider, String audience, Set<JOSEObjectType> types) {
        this.provider = provider;
        this.audience = audience;
        this.types = types;
    }

    /**
     * What a token says, where it holds.
     *
     * @throws NotIdentifiedException where it does not
     * @throws ProviderAwayException where nobody knows
     */
    JWTClaimsSet claims(String token) throws NotIdentifiedException, ProviderAwayException {
        JWT read = signed(token);
        DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
        processor.setJWSTypeVerifier(new DefaultJOSEObjectTypeVerifier<>(types));
        processor.setJWSKeySelector(new JWSVerificationKeySelector<>(
                Provider.ALGORITHMS, provider.described().keys()));
        processor.setJWTClaimsSetVerifier(new Checked(audience, provider.issuer(), provider.clock()));
        try {
            return processor.process(read, null);
        } catch (KeySourceException e) {
            throw provider.away(e);
        } catch (BadJWTException e) {
            throw new NotIdentifiedException("the token does not hold: " + e.getMessage());
        } catch (BadJWSException e) {
            throw new NotIdentifiedException("the token is signed by nobody whom the OpenID provider knows");
        } catch (BadJOSEException | JOSEException e) {
            throw new NotIdentifiedException("the token is none of the OpenID provider's: " + e.getMessage());
        }
    }

    /** Its form, which needs nobody's keys: no stranger has the provider asked for those by what is no token. */
    private static JWT signed(String token) throws NotIdentifiedException {
        JWT read;
        try {
            read = JWTParser.parse(token);
        } catch (ParseException | IllegalArgumentException e) {
            throw new NotIdentifiedException("the token is neither one of Waybill's nor a JWT");
        }
        Algorithm algorithm = read.getHeader().getAlgorithm();
        if (!Provider.ALGORITHMS.contains(algorithm)) {
            throw new NotIdentifiedException("the token is signed by " + shown(algorithm) + "; allowed: "
                    + Provider.ALGORITHMS.stream().map(Algorithm::getName).collect(Collectors.joining(", ")));
        }
        return read;
    }

    private static String shown(Algorithm algorithm) {
        String name = String.valueOf(algorithm);
        return name.matches("[A-Za-z0-9+_-]{1,30}") ? name : "something else";
    }

    /** For whom a token is, of whom, and when. */
    private static final class Checked extends DefaultJWTClaimsVerifier<SecurityContext> {

        private final Clock clock;

        Checked(String audience, String issuer, Clock clock) {
            super(audience, new JWTClaimsSet.Builder().issuer(issuer).build(), Set.of("sub", "exp"));
            this.clock = clock;
            setMaxClockSkew((int) SKEW.toSeconds());
        }

        @Override
        protected Date currentTime() {
            return Date.from(clock.instant());
        }

        @Override
        public void verify(JWTClaimsSet claims, SecurityContext context) throws BadJWTException {
            super.verify(claims, context);
            if (claims.getSubject().isBlank() || claims.getSubject().length() > 255) {
                throw new BadJWTException("sub has no or more than 255 characters"); // OpenID Connect Core, 2
            }
        }
    }
}
