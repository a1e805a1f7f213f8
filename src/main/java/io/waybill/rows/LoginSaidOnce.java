package io.waybill.rows;

import io.waybill.WaybillException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Refuses a login that the URL says otherwise than the settings do: most drivers would take that of the URL, and say nothing. */
final class LoginSaidOnce {

    /** A driver's parameters of a login, by the setting that says the same. */
    private static final Map<String, Pattern> SAID_IN_URLS = Map.of(
            "username", Pattern.compile("[?&;](?:user|username)=([^&;]*)", Pattern.CASE_INSENSITIVE),
            "password", Pattern.compile("[?&;](?:password|pwd)=([^&;]*)", Pattern.CASE_INSENSITIVE));

    private LoginSaidOnce() {}

    /** @throws WaybillException when the URL and a setting disagree; it tells no password */
    static void check(String name, String prefix, Map<String, String> settings) {
        for (String setting : List.of("username", "password")) {
            String said = settings.get(setting);
            Matcher inUrl = SAID_IN_URLS.get(setting).matcher(settings.get("url"));
            if (said == null || !inUrl.find() || said.equals(inUrl.group(1)) || said.equals(decoded(inUrl.group(1)))) {
                continue;
            }
            throw WaybillException.refusal("data source \"" + name + "\": " + prefix + setting
                    + (setting.equals("username")
                            ? " is \"" + said + "\", and the url says \"" + decoded(inUrl.group(1)) + "\""
                            : ", and the url says another one")
                    + "; say it once");
        }
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text; // with a sign of percent of its own
        }
    }
}
