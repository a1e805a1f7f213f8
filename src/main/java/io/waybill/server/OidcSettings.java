package io.waybill.server;

import io.waybill.WaybillException;
import io.waybill.flow.Key;
import io.waybill.settings.Settings;
import io.waybill.settings.SettingsTable;
import java.util.List;
import java.util.Optional;

/**
 * The OpenID provider whose users may come, by {@code waybill.server.oidc.*}.
 *
 * @param issuer its URL
 * @param audience who access tokens are for that are taken; null for none
 * @param groupsClaim the claim that has a user's groups
 * @param roles what these may do
 */
record OidcSettings(String issuer, String audience, String groupsClaim, GroupGrants roles) {

    /**
     * Those that are set; empty where there is no provider.
     *
     * @throws WaybillException where they say less than is needed, or more than is understood
     */
    static Optional<OidcSettings> of(Settings settings) {
        Optional<String> issuer = settings.value(SettingsTable.OIDC_ISSUER.name());
        if (issuer.isEmpty()) {
            refuseAlone(settings);
            return Optional.empty();
        }
        String audience = settings.value(SettingsTable.OIDC_AUDIENCE.name())
                .orElseThrow(() -> missing(SettingsTable.OIDC_AUDIENCE));
        String roles =
                settings.value(SettingsTable.OIDC_ROLES.name()).orElseThrow(() -> missing(SettingsTable.OIDC_ROLES));
        try {
            return Optional.of(new OidcSettings(
                    issuer.get(), audience, settings.get(SettingsTable.OIDC_GROUPS_CLAIM), GroupGrants.parse(roles)));
        } catch (IllegalArgumentException e) {
            throw WaybillException.refusal(SettingsTable.OIDC_ROLES.name() + ": " + e.getMessage());
        }
    }

    private static void refuseAlone(Settings settings) {
        for (Key<String> key :
                List.of(SettingsTable.OIDC_AUDIENCE, SettingsTable.OIDC_GROUPS_CLAIM, SettingsTable.OIDC_ROLES)) {
            if (settings.value(key.name()).isPresent()) {
                throw WaybillException.refusal(
                        key.name() + ": is of no use without " + SettingsTable.OIDC_ISSUER.name());
            }
        }
    }

    private static WaybillException missing(Key<String> key) {
        return WaybillException.refusal(key.name() + ": is missing, and " + SettingsTable.OIDC_ISSUER.name()
                + " is set; it says " + key.means());
    }
}
