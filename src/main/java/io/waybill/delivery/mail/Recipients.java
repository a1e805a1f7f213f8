package io.waybill.delivery.mail;

import io.waybill.WaybillException;
import io.waybill.delivery.Connection;
import io.waybill.delivery.Destinations;
import io.waybill.flow.Delivery;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who may get mail over a connection, by what an administrator has set: else whoever may write a flow could send what it exports to anybody
 * whom the mail server reaches.
 *
 * @param allowed addresses, and domains, whose parts do not count; in small letters
 */
record Recipients(List<String> allowed) {

    static final String SETTING = "recipients";

    /** What Camel takes in place of the endpoint's own, of options and of headers. */
    private static final List<String> NAMES = List.of("to", "cc", "bcc");

    private static final String DOMAIN = "[\\p{L}\\p{N}](?:[\\p{L}\\p{N}.-]*[\\p{L}\\p{N}])?";

    private static final Pattern ENTRY = Pattern.compile("(?:[^@\\s\"<>:;,\\\\]+@)?" + DOMAIN);

    /** Nothing that one library could take for another address than the next one does: no quotes, no routes, no groups. */
    private static final Pattern ADDRESS =
            Pattern.compile("(?:[^<>@:;,\"\\\\]*<)?([^@\\s\"<>:;,\\\\(){}$]+@" + DOMAIN + ")>?");

    Recipients {
        allowed = List.copyOf(allowed);
    }

    /**
     * Reads the setting.
     *
     * @throws IllegalArgumentException when it is not understood
     */
    static Recipients parse(String text) {
        List<String> entries = new ArrayList<>();
        for (String entry : text.split(",", -1)) {
            if (!ENTRY.matcher(entry.strip()).matches()) {
                throw new IllegalArgumentException("\"" + entry.strip()
                        + "\" is neither a domain nor an address; write for example example.com, sales@example.org");
            }
            entries.add(entry.strip().toLowerCase(Locale.ROOT));
        }
        return new Recipients(entries);
    }

    /**
     * Refuses a delivery that goes to others.
     *
     * @throws WaybillException when it does; or when nobody can say, since that is known only when it is sent
     */
    static void require(Delivery delivery, Connection connection) {
        connection.value(SETTING).map(Recipients::parse).ifPresent(recipients -> {
            recipients.require(delivery, connection, delivery.address());
            Map<String, String> query = Destinations.query(delivery.query());
            for (Map<String, String> said : List.of(query, delivery.options(), delivery.headers())) {
                said.forEach((name, value) -> {
                    if (isOfRecipients(name)) {
                        recipients.require(delivery, connection, value);
                    }
                });
            }
        });
    }

    /** Camel takes {@code b-cc} and {@code configuration.BCC} for {@code bcc}, and a configuration for all of these. */
    private static boolean isOfRecipients(String name) {
        String plain = name.toLowerCase(Locale.ROOT).replace("-", "").replaceFirst("^(configuration\\.)+", "");
        return NAMES.contains(plain.replace(".", ""))
                || plain.startsWith("recipients")
                || plain.equals("configuration");
    }

    private void require(Delivery delivery, Connection connection, String addresses) {
        refused(addresses).ifPresent(refused -> {
            throw WaybillException.refusal("delivery \"" + delivery.id() + "\": " + refused + "; "
                    + connection.property(SETTING) + " allows " + String.join(", ", allowed));
        });
    }

    /** What is wrong with some addresses; empty where all may get mail. */
    private Optional<String> refused(String addresses) {
        return Arrays.stream(addresses.split("[,;]"))
                .map(String::strip)
                .map(address -> {
                    if (address.contains("{") || address.contains("$")) {
                        return "\"" + address + "\" is known only when it is sent, and may then be anybody's";
                    }
                    Matcher plain = ADDRESS.matcher(address);
                    return plain.matches() && isAllowed(plain.group(1)) ? null : "\"" + address + "\" gets no mail";
                })
                .filter(problem -> problem != null)
                .findFirst();
    }

    private boolean isAllowed(String address) {
        String small = address.toLowerCase(Locale.ROOT);
        return allowed.contains(small) || allowed.contains(small.substring(small.indexOf('@') + 1));
    }
}
