package io.waybill.server.oidc;

import com.nimbusds.jose.JOSEObjectType;
import java.util.Arrays;
import java.util.HashSet;

/** The access tokens of a provider that are JWTs: whom one proves somebody to be (RFC 9068). */
public final class AccessTokens {

    private final SignedTokens tokens;
    private final Claims claims;

    /**
     * @param audience who they have to be for
     * @param groupsClaim the claim that has a user's groups
     */
    public AccessTokens(Provider provider, String audience, String groupsClaim) {
        this.tokens = new SignedTokens(
                provider,
                audience,
                new HashSet<>(Arrays.asList(JOSEObjectType.JWT, new JOSEObjectType("at+jwt"), null)));
        this.claims = new Claims(groupsClaim);
    }

    /**
     * Whom a token proves somebody to be.
     *
     * @throws NotIdentifiedException where it proves nothing
     * @throws ProviderAwayException where nobody knows
     */
    public Identity identify(String token) throws NotIdentifiedException, ProviderAwayException {
        return claims.identity(tokens.claims(token));
    }
}
