package io.waybill.flow;

import java.util.Locale;

/** Texts that are shown to people: what steers a terminal, or has text read in another order than it stands in, is none of them. */
public final class Printable {

    private Printable() {}

    /** Whether a character is not shown, and does something instead. Lines and tabs are text. */
    public static boolean isControl(int character) {
        return Character.isISOControl(character) && character != '\n' && character != '\t'
                || character >= 0x202A && character <= 0x202E
                || character >= 0x2066 && character <= 0x2069;
    }

    /**
     * Lets a text be that is shown.
     *
     * @throws IllegalArgumentException where it is not; the message says which character
     */
    static String require(String text) {
        int[] wrong = text.codePoints()
                .filter(each -> isControl(each) && each != '\r')
                .limit(1)
                .toArray();
        if (wrong.length > 0) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT, "has the control character U+%04X; what can be read is allowed", wrong[0]));
        }
        return text;
    }
}
