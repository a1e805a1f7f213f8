package io.waybill.server.oidc;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.TokenResponse;
import com.nimbusds.oauth2.sdk.auth.ClientAuthentication;
import com.nimbusds.oauth2.sdk.auth.ClientAuthenticationMethod;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.ClientSecretPost;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.openid.connect.sdk.AuthenticationRequest;
import com.nimbusds.openid.connect.sdk.LogoutRequest;
import com.nimbusds.openid.connect.sdk.Nonce;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponse;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponseParser;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How people log in by the provider: the authorization code, with PKCE (OpenID Connect Core, 3.1; RFC 7636; RFC 9700). */
public final class CodeLogin {

    private static final String NO_TOKEN = "the OpenID provider has answered no ID token";
    private static final int MILLISECONDS_TO_ANSWER = 5_000;
    private static final int MOST_CODE = 2_000;

    private final Provider provider;
    private final Client client;
    private final SignedTokens tokens;
    private final Claims claims;

    /** @param groupsClaim the claim of the ID token that has a user's groups */
    public CodeLogin(Provider provider, Client client, String groupsClaim) {
        this.provider = provider;
        this.client = client;
        this.tokens = new SignedTokens(provider, client.id(), new HashSet<>(Arrays.asList(JOSEObjectType.JWT, null)));
        this.claims = new Claims(groupsClaim);
    }

    /**
     * Who has logged in.
     *
     * @param until when what proves it ends
     */
    public record LoggedIn(Identity identity, Instant until) {}

    /** Where a browser is sent, so that the provider asks who its user is. */
    public URI begin(LoginAttempt attempt) throws ProviderAwayException {
        OIDCProviderMetadata metadata = provider.described().metadata();
        if (metadata.getAuthorizationEndpointURI() == null || metadata.getTokenEndpointURI() == null) {
            throw provider.away("it says of no authorization_endpoint, or of no token_endpoint", null);
        }
        return new AuthenticationRequest.Builder(
                        ResponseType.CODE,
                        new Scope(client.scopes().toArray(String[]::new)),
                        new ClientID(client.id()),
                        client.callback())
                .endpointURI(metadata.getAuthorizationEndpointURI())
                .state(new State(attempt.state()))
                .nonce(new Nonce(attempt.nonce()))
                .codeChallenge(new CodeVerifier(attempt.verifier()), CodeChallengeMethod.S256)
                .build()
                .toURI();
    }

    /**
     * Who a browser's user is that the provider has sent back.
     *
     * @param answered what stands behind the question mark then
     * @throws NotIdentifiedException where that proves nothing
     * @throws ProviderAwayException where it has to be asked, and is away
     */
    public LoggedIn end(LoginAttempt attempt, Map<String, String> answered)
            throws NotIdentifiedException, ProviderAwayException {
        if (!isSame(attempt.state(), answered.get("state"))) {
            throw new NotIdentifiedException("this is not the log-in that was begun last in this browser");
        }
        OIDCProviderMetadata metadata = provider.described().metadata();
        String issuer = answered.get("iss");
        if (issuer == null ? metadata.supportsAuthorizationResponseIssuerParam() : !issuer.equals(provider.issuer())) {
            throw new NotIdentifiedException("it is not the OpenID provider that has answered"); // RFC 9207
        }
        if (answered.containsKey("error")) {
            throw new NotIdentifiedException("the OpenID provider has let nobody in: " + shown(answered.get("error")));
        }
        String code = answered.getOrDefault("code", "");
        if (code.isBlank() || code.length() > MOST_CODE) {
            throw new NotIdentifiedException("the OpenID provider has sent no code");
        }
        return loggedIn(attempt, tokens.claims(idToken(metadata, attempt, code)));
    }

    /**
     * Where a browser is sent so that the provider, too, logs its user out (OpenID Connect RP-Initiated Logout 1.0). The provider asks whether
     * that is meant: no ID token is kept here that would tell it who they are.
     *
     * @return empty where the provider has no such place
     * @throws ProviderAwayException where it has to be asked, and is away
     */
    public Optional<URI> logOut() throws ProviderAwayException {
        URI there = provider.described().metadata().getEndSessionEndpointURI();
        return Optional.ofNullable(there)
                .filter(uri -> "https".equals(uri.getScheme()) || "http".equals(uri.getScheme()))
                .map(uri -> new LogoutRequest(
                                uri, null, null, new ClientID(client.id()), client.afterLogOut(), null, null)
                        .toURI());
    }

    private LoggedIn loggedIn(LoginAttempt attempt, JWTClaimsSet said) throws NotIdentifiedException {
        if (!(said.getClaim("nonce") instanceof String nonce) || !isSame(attempt.nonce(), nonce)) {
            throw new NotIdentifiedException("the token was made for another log-in: its nonce is not ours");
        }
        Object party = said.getClaim("azp"); // OpenID Connect Core, 3.1.3.7
        if (party == null ? said.getAudience().size() > 1 : !party.equals(client.id())) {
            throw new NotIdentifiedException("the token was made for another client: its azp is not ours");
        }
        return new LoggedIn(claims.identity(said), said.getExpirationTime().toInstant());
    }

    private String idToken(OIDCProviderMetadata metadata, LoginAttempt attempt, String code)
            throws NotIdentifiedException, ProviderAwayException {
        AuthorizationCodeGrant grant = new AuthorizationCodeGrant(
                new AuthorizationCode(code), client.callback(), new CodeVerifier(attempt.verifier()));
        URI endpoint = metadata.getTokenEndpointURI();
        HTTPRequest request = (client.secret() == null
                        ? new TokenRequest.Builder(endpoint, new ClientID(client.id()), grant)
                        : new TokenRequest.Builder(endpoint, authentication(metadata), grant))
                .build()
                .toHTTPRequest();
        request.setConnectTimeout(MILLISECONDS_TO_ANSWER);
        request.setReadTimeout(MILLISECONDS_TO_ANSWER);
        request.setFollowRedirects(false); // neither code nor secret goes elsewhere
        try {
            HTTPResponse response = request.send();
            if (response.getStatusCode() >= 500) {
                throw provider.away("its token endpoint answers " + response.getStatusCode(), null);
            }
            TokenResponse read = OIDCTokenResponseParser.parse(response);
            if (!read.indicatesSuccess()) {
                throw new NotIdentifiedException("the OpenID provider does not take the code: "
                        + shown(read.toErrorResponse().getErrorObject().getCode()));
            }
            String token = ((OIDCTokenResponse) read.toSuccessResponse())
                    .getOIDCTokens()
                    .getIDTokenString();
            if (token == null) {
                throw new NotIdentifiedException(NO_TOKEN);
            }
            return token;
        } catch (ParseException e) {
            throw new NotIdentifiedException(NO_TOKEN);
        } catch (IOException e) {
            throw provider.away("its token endpoint: " + Provider.reason(e), e);
        }
    }

    /** That which the provider takes; without a word of it, RFC 8414, 2, has the first. */
    private ClientAuthentication authentication(OIDCProviderMetadata metadata) {
        List<ClientAuthenticationMethod> taken = metadata.getTokenEndpointAuthMethods();
        ClientID id = new ClientID(client.id());
        Secret secret = new Secret(client.secret());
        return taken == null || taken.contains(ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
                ? new ClientSecretBasic(id, secret)
                : new ClientSecretPost(id, secret);
    }

    private static boolean isSame(String ours, String given) {
        return given != null
                && MessageDigest.isEqual(ours.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
    }

    private static String shown(String code) {
        return code != null && code.matches("[a-z_]{1,50}") ? code : "it does not say why";
    }
}
