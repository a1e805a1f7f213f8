package io.waybill.flow;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A part of something, written as {@code 5%} or {@code 0.5%}.
 *
 * @param percent how many hundredths; not negative
 */
public record Share(BigDecimal percent) {

    private static final Pattern PERCENT = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?)\\s*%");

    private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

    /**
     * Reads a share.
     *
     * @throws IllegalArgumentException when it is none; the message says what is allowed
     */
    public static Share parse(String text) {
        Matcher matcher = PERCENT.matcher(text.trim());
        if (!matcher.matches()) {
            throw new IllegalArgumentException("\"" + text + "\" is not a share; write for example \"5%\"");
        }
        return new Share(new BigDecimal(matcher.group(1)));
    }

    /** Whether it is more than the whole. */
    public boolean isMoreThanAll() {
        return percent.compareTo(HUNDRED) > 0;
    }

    /** Whether so many of so many are more than this share of them. */
    public boolean isExceededBy(long some, long all) {
        return BigDecimal.valueOf(some).multiply(HUNDRED).compareTo(percent.multiply(BigDecimal.valueOf(all))) > 0;
    }

    /** How much so many of so many are, to a tenth of a hundredth, for people. */
    public static String words(long some, long all) {
        if (all == 0) {
            return "0%";
        }
        BigDecimal share =
                BigDecimal.valueOf(some).multiply(HUNDRED).divide(BigDecimal.valueOf(all), 1, RoundingMode.HALF_UP);
        return share.signum() == 0 && some != 0
                ? "less than 0.1%"
                : (share.signum() == 0 ? "0" : share.stripTrailingZeros().toPlainString()) + "%";
    }

    /** As it is written. */
    @Override
    public String toString() {
        return (percent.signum() == 0 ? "0" : percent.stripTrailingZeros().toPlainString()) + "%";
    }
}
