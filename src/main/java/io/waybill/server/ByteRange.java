package io.waybill.server;

import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What of a file is asked for (RFC 9110, 14.2).
 *
 * @param from the first byte, from 0
 * @param length how many bytes
 * @param isPart whether that was asked for; otherwise it is the whole
 */
record ByteRange(long from, long length, boolean isPart) {

    /** One range; several are answered by the whole, as they may be. */
    private static final Pattern ONE = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");

    /** That of a request; null where it lies outside of the file. */
    static ByteRange of(Function<String, String> headers, FileDownload.Found file) {
        ByteRange whole = new ByteRange(0, file.bytes(), false);
        String asked = headers.apply("Range");
        String unless = headers.apply("If-Range");
        if (asked == null || unless != null && !unless.strip().equals(file.tag())) {
            return whole;
        }
        Matcher one = ONE.matcher(asked.strip());
        if (!one.matches() || one.group(1).isEmpty() && one.group(2).isEmpty()) {
            return whole;
        }
        if (one.group(1).isEmpty()) { // the last so many
            long last = Math.min(file.bytes(), Long.parseLong(one.group(2)));
            return last == 0 ? null : new ByteRange(file.bytes() - last, last, true);
        }
        long from = Long.parseLong(one.group(1));
        long to = one.group(2).isEmpty() ? file.bytes() - 1 : Long.parseLong(one.group(2));
        if (to < from && !one.group(2).isEmpty()) {
            return whole; // not a range
        }
        return from >= file.bytes() ? null : new ByteRange(from, Math.min(to, file.bytes() - 1) - from + 1, true);
    }
}
