package io.waybill.server;

import io.waybill.WaybillException;
import io.waybill.flow.Key;
import io.waybill.server.oidc.Client;
import io.waybill.settings.Settings;
import io.waybill.settings.SettingsTable;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * The OpenID provider whose users may come, by {@code waybill.server.oidc.*}.
 *
 * @param issuer its URL
 * @param audience who access tokens are for that are taken; null for none
 * @param groupsClaim the claim that has a user's groups
 * @param roles what these may do
 * @param client what the server is to the provider; empty where nobody logs in by it on the page
 */
record OidcSettings(String issuer, String audience, String groupsClaim, GroupGrants roles, Optional<Client> client) {

    private static final List<Key<String>> OF_PROVIDER = List.of(
            SettingsTable.OIDC_AUDIENCE,
            SettingsTable.OIDC_GROUPS_CLAIM,
            SettingsTable.OIDC_ROLES,
            SettingsTable.OIDC_CLIENT_ID);

    private static final List<Key<String>> OF_CLIENT =
            List.of(SettingsTable.OIDC_CLIENT_SECRET, SettingsTable.OIDC_CALLBACK, SettingsTable.OIDC_SCOPES);

    /**
     * Those that are set; empty where there is no provider.
     *
     * @throws WaybillException where they say less than is needed, or more than is understood
     */
    static Optional<OidcSettings> of(Settings settings) {
        Optional<String> issuer = settings.value(SettingsTable.OIDC_ISSUER.name());
        if (issuer.isEmpty()) {
            refuseWithout(SettingsTable.OIDC_ISSUER, OF_PROVIDER, settings);
            refuseWithout(SettingsTable.OIDC_ISSUER, OF_CLIENT, settings);
            return Optional.empty();
        }
        String audience = settings.value(SettingsTable.OIDC_AUDIENCE.name())
                .orElseThrow(() -> missing(SettingsTable.OIDC_AUDIENCE, SettingsTable.OIDC_ISSUER));
        String roles = settings.value(SettingsTable.OIDC_ROLES.name())
                .orElseThrow(() -> missing(SettingsTable.OIDC_ROLES, SettingsTable.OIDC_ISSUER));
        try {
            return Optional.of(new OidcSettings(
                    issuer.get(),
                    audience,
                    settings.get(SettingsTable.OIDC_GROUPS_CLAIM),
                    GroupGrants.parse(roles),
                    client(settings)));
        } catch (IllegalArgumentException e) {
            throw WaybillException.refusal(SettingsTable.OIDC_ROLES.name() + ": " + e.getMessage());
        }
    }

    /** What the server is to the provider, where people log in by it. */
    private static Optional<Client> client(Settings settings) {
        Optional<String> id = settings.value(SettingsTable.OIDC_CLIENT_ID.name());
        if (id.isEmpty()) {
            refuseWithout(SettingsTable.OIDC_CLIENT_ID, OF_CLIENT, settings);
            return Optional.empty();
        }
        URI callback = URI.create(settings.value(SettingsTable.OIDC_CALLBACK.name())
                .orElseThrow(() -> missing(SettingsTable.OIDC_CALLBACK, SettingsTable.OIDC_CLIENT_ID)));
        if (!UserLogin.CALLBACK.equals(callback.getPath())) {
            throw WaybillException.refusal(SettingsTable.OIDC_CALLBACK.name() + ": \"" + callback
                    + "\" is not answered here; its path has to be " + UserLogin.CALLBACK);
        }
        List<String> scopes =
                List.of(settings.get(SettingsTable.OIDC_SCOPES).strip().split("\\s+"));
        if (!scopes.contains("openid")) {
            throw WaybillException.refusal(SettingsTable.OIDC_SCOPES.name() + ": openid is not among \""
                    + String.join(" ", scopes) + "\"; without it the provider says nothing of who somebody is");
        }
        return Optional.of(new Client(
                id.get(),
                settings.value(SettingsTable.OIDC_CLIENT_SECRET.name()).orElse(null),
                callback,
                callback.resolve(UserLogin.AFTER_LOG_OUT),
                scopes));
    }

    private static void refuseWithout(Key<String> needed, List<Key<String>> keys, Settings settings) {
        for (Key<String> key : keys) {
            if (settings.value(key.name()).isPresent()) {
                throw WaybillException.refusal(key.name() + ": is of no use without " + needed.name());
            }
        }
    }

    private static WaybillException missing(Key<String> key, Key<String> other) {
        return WaybillException.refusal(
                key.name() + ": is missing, and " + other.name() + " is set; it says " + key.means());
    }
}
