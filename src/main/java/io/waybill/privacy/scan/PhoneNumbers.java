package io.waybill.privacy.scan;

import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import java.util.regex.Pattern;

/** Telephone numbers, by libphonenumber's lists of the numbers that there are. */
final class PhoneNumbers {

    /** What people write of one; a number without a sign of that is any number. */
    private static final Pattern WRITTEN =
            Pattern.compile("(?:\\+|00)[1-9][\\d ().\\-/]{5,24}|0[\\d ().\\-/]{5,24}|\\(\\d[\\d ().\\-/]{5,24}");

    private static final Pattern DASHED = Pattern.compile("\\d{3}[-. ]\\d{3}[-. ]\\d{4}");

    private PhoneNumbers() {}

    /** @param region whose numbers are known without their country; null for none */
    static boolean isOne(String text, String region) {
        boolean international = text.startsWith("+") || text.startsWith("00");
        if (!(WRITTEN.matcher(text).matches() || DASHED.matcher(text).matches()) || !international && region == null) {
            return false;
        }
        PhoneNumberUtil numbers = PhoneNumberUtil.getInstance();
        try {
            String parsed = text.startsWith("00") ? "+" + text.substring(2) : text;
            return numbers.isValidNumber(numbers.parse(parsed, international ? null : region));
        } catch (NumberParseException e) {
            return false;
        }
    }

    /** Whether there is such a region: {@code DE}. */
    static boolean isRegion(String region) {
        return PhoneNumberUtil.getInstance().getSupportedRegions().contains(region);
    }
}
