package io.waybill.privacy.scan;

import java.util.regex.Pattern;

/** What is known by its shape alone: few other things are written so. */
final class Shapes {

    private static final Pattern EMAIL =
            Pattern.compile("[^\\s@<>\",;:]{1,64}@(?:[\\p{L}\\p{N}-]{1,63}\\.)+\\p{L}{2,63}");

    /** Social Security Administration, 2011: no area of 000, 666 or 9xx, no group of 00, no serial of 0000. */
    private static final Pattern US_SSN = Pattern.compile("(?!000|666|9)\\d{3}-(?!00)\\d{2}-(?!0000)\\d{4}");

    private static final Pattern IPV4 =
            Pattern.compile("(?:(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)\\.){3}(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)");

    private static final Pattern IPV6 = Pattern.compile("(?=(?:.*:){2,7})[0-9a-fA-F:]{2,39}(?:%\\w+)?");

    private Shapes() {}

    static boolean isEmail(String text) {
        return EMAIL.matcher(text).matches();
    }

    static boolean isUsSsn(String text) {
        return US_SSN.matcher(text).matches();
    }

    /** Of IPv6 those that are no time of day: {@code 12:30:15} is written of the same letters. */
    static boolean isIp(String text) {
        return IPV4.matcher(text).matches()
                || IPV6.matcher(text).matches()
                        && (text.contains("::")
                                || text.chars().filter(c -> c == ':').count() == 7);
    }
}
