package io.waybill.server;

import io.waybill.WaybillException;
import io.waybill.flow.Key;
import io.waybill.settings.Settings;
import io.waybill.settings.SettingsTable;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.camel.CamelContext;

/**
 * What the server is told by {@code waybill.server.*}.
 *
 * @param host the address that it listens at
 * @param port the port; 0 for one that is free
 * @param files the folder below which files may be fetched, and flows write that come by the API
 * @param endpoints the servers that a caller may name beside those of connections
 * @param dataset the data set of export calls that name none; null for the only one
 * @param calls of one caller, a minute
 * @param strangersCalls of one address, a minute
 * @param certificate the file of its certificate; null where it has none
 * @param key the file of its key
 * @param oidc the OpenID provider whose users may come
 */
record ServerSettings(
        String host,
        int port,
        Path files,
        List<String> endpoints,
        String dataset,
        int calls,
        int strangersCalls,
        Path certificate,
        Path key,
        Optional<OidcSettings> oidc) {

    /** Those of a context; empty where it is not to listen. */
    static Optional<ServerSettings> of(CamelContext context) {
        Settings settings = Settings.of(context);
        return settings.value(SettingsTable.SERVER_PORT.name())
                .map(port -> new ServerSettings(
                        settings.get(SettingsTable.SERVER_HOST),
                        Integer.parseInt(port),
                        Path.of(settings.get(SettingsTable.SERVER_FILES))
                                .toAbsolutePath()
                                .normalize(),
                        list(settings.value(SettingsTable.SERVER_ENDPOINTS.name())
                                .orElse("")),
                        settings.value(SettingsTable.SERVER_DATASET.name()).orElse(null),
                        Integer.parseInt(settings.get(SettingsTable.SERVER_CALLS)),
                        Integer.parseInt(settings.get(SettingsTable.SERVER_STRANGERS)),
                        tlsFile(settings, SettingsTable.TLS_CERTIFICATE, SettingsTable.TLS_KEY),
                        tlsFile(settings, SettingsTable.TLS_KEY, SettingsTable.TLS_CERTIFICATE),
                        OidcSettings.of(settings)));
    }

    /** The file of one; null where there is neither. */
    private static Path tlsFile(Settings settings, Key<String> key, Key<String> other) {
        Optional<String> file = settings.value(key.name());
        if (file.isEmpty() && settings.value(other.name()).isPresent()) {
            throw WaybillException.refusal(key.name() + ": is missing, and " + other.name() + " is set");
        }
        return file.map(Path::of).orElse(null);
    }

    private static List<String> list(String text) {
        return Arrays.stream(text.split(","))
                .map(String::strip)
                .filter(each -> !each.isEmpty())
                .toList();
    }

    /**
     * Whether nobody comes from another machine.
     *
     * @throws io.waybill.WaybillException where the host is not known
     */
    boolean isLoopback() {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            throw WaybillException.refusal(
                    "waybill.server.host: \"" + host + "\" is no address of this machine; 127.0.0.1 is this machine"
                            + " alone, 0.0.0.0 all of its addresses",
                    e);
        }
    }

    /** Whether a name is one that this machine has for itself, whatever a server of names says: see DNS rebinding. */
    boolean isOwnName(String hostHeader) {
        String name = hostHeader.toLowerCase(Locale.ROOT).replaceFirst(":\\d{1,5}$", "");
        return List.of("localhost", "127.0.0.1", "[::1]", host.toLowerCase(Locale.ROOT))
                .contains(name);
    }
}
