package io.waybill.server;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Percent-encoding (RFC 3986, 2.1), read once and to the letter. */
final class Percent {

    private Percent() {}

    /**
     * What a text stands for.
     *
     * @param plusIsBlank as in forms, and behind question marks
     * @throws Refused where it is not well formed
     */
    static String decode(String text, boolean plusIsBlank) {
        if (text.indexOf('%') < 0 && text.indexOf('+') < 0 && text.chars().allMatch(each -> each > 31 && each < 127)) {
            return text;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
        for (int i = 0; i < text.length(); i++) {
            char each = text.charAt(i);
            if (each == '%') {
                int high = i + 2 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
                int low = i + 2 < text.length() ? Character.digit(text.charAt(i + 2), 16) : -1;
                if (high < 0 || low < 0) {
                    throw Refused.badRequest("the URI holds a % that two hexadecimal digits do not follow");
                }
                bytes.write(high << 4 | low);
                i += 2;
            } else if (each == '+' && plusIsBlank) {
                bytes.write(' ');
            } else {
                bytes.writeBytes(String.valueOf(each).getBytes(StandardCharsets.UTF_8));
            }
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.toByteArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw Refused.badRequest("the URI is not UTF-8 behind its percent signs");
        }
    }

    /** What stands behind a question mark, by name; null or empty for nothing. */
    static Map<String, String> query(String raw) {
        Map<String, String> values = new LinkedHashMap<>();
        if (raw == null || raw.isEmpty()) {
            return values;
        }
        for (String pair : raw.split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = decode(equals < 0 ? pair : pair.substring(0, equals), true);
            String value = equals < 0 ? "" : decode(pair.substring(equals + 1), true);
            if (values.put(name, value) != null) {
                throw Refused.badRequest(name + ": is there twice");
            }
        }
        return values;
    }
}
