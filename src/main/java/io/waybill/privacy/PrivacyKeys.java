package io.waybill.privacy;

import io.waybill.WaybillException;
import io.waybill.flow.NearestName;
import io.waybill.settings.Settings;
import io.waybill.settings.SettingsTable;
import java.util.Set;

/** The keys that settings hold, by their ids. */
public record PrivacyKeys(Settings settings) {

    /**
     * A key.
     *
     * @param where it was named, for the message
     * @throws WaybillException when there is none, or it is none; the message says nothing of it
     */
    public PrivacyKey find(String where, String id) {
        String setting = SettingsTable.PRIVACY_KEYS + id;
        return settings.value(setting)
                .filter(text -> !text.isBlank())
                .map(text -> key(setting, id, text))
                .orElseThrow(() -> {
                    Set<String> known = settings.privacyKeys();
                    return WaybillException.refusal(where + ": \"" + id + "\" is the id of no key; set " + setting
                            + (known.isEmpty() ? "" : "; there are: " + String.join(", ", known))
                            + NearestName.hint(id, known));
                });
    }

    private static PrivacyKey key(String setting, String id, String text) {
        try {
            return PrivacyKey.of(id, text);
        } catch (IllegalArgumentException e) {
            throw WaybillException.refusal(setting + ": " + e.getMessage(), e);
        }
    }
}
