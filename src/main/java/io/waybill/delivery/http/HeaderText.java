package io.waybill.delivery.http;

import io.waybill.WaybillException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpRequest;

/**
 * Headers as they can go over the wire: a client writes a question mark for each letter that ISO 8859-1 does not have, by which two names
 * would be one.
 */
final class HeaderText {

    private static final Set<String> OF_NAMES = Set.of("idempotency-key", "waybillidempotencykey");

    private static final Pattern FILE = Pattern.compile("attachment; filename=\"(.*)\"", Pattern.DOTALL);

    /** What RFC 8187 takes as it is. */
    private static final String PLAIN = "!#$&+-.^_`|~";

    private static final int MOST_OF_LATIN_1 = 0xff;

    private HeaderText() {}

    /**
     * Writes file names as headers have them.
     *
     * @throws WaybillException when another header has what none can
     */
    static void write(HttpRequest request) {
        for (Header header : request.getHeaders()) {
            String value = header.getValue() == null ? "" : header.getValue();
            Matcher file = FILE.matcher(value);
            if (header.getName().equalsIgnoreCase("Content-Disposition") && file.matches()) {
                request.setHeader(header.getName(), disposition(file.group(1)));
            } else if (OF_NAMES.contains(header.getName().toLowerCase(java.util.Locale.ROOT))) {
                request.setHeader(header.getName(), ascii(value));
            } else {
                require(header.getName(), value);
            }
        }
    }

    private static void require(String name, String value) {
        value.codePoints()
                .filter(letter -> letter > MOST_OF_LATIN_1)
                .findFirst()
                .ifPresent(letter -> {
                    throw WaybillException.undelivered("header " + name + ": \"" + value + "\" has \""
                            + Character.toString(letter) + "\", and headers of HTTP have letters of ISO 8859-1 alone");
                });
    }

    /** RFC 6266: a name of ASCII for those who read no other, and the whole one beside it. */
    private static String disposition(String name) {
        String plain = name.replaceAll("[^ -~]|[\"\\\\%]", "_");
        return "attachment; filename=\"" + plain + "\""
                + (plain.equals(name) ? "" : "; filename*=UTF-8''" + encoded(name));
    }

    private static String encoded(String name) {
        StringBuilder encoded = new StringBuilder();
        for (byte each : name.getBytes(StandardCharsets.UTF_8)) {
            boolean plain = each > 0 && (Character.isLetterOrDigit(each) || PLAIN.indexOf(each) >= 0);
            encoded.append(plain ? String.valueOf((char) each) : percent(each));
        }
        return encoded.toString();
    }

    private static String ascii(String text) {
        StringBuilder ascii = new StringBuilder();
        for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
            ascii.append(each >= 0 ? String.valueOf((char) each) : percent(each));
        }
        return ascii.toString();
    }

    private static String percent(byte each) {
        return "%" + HexFormat.of().withUpperCase().toHexDigits(each);
    }
}
