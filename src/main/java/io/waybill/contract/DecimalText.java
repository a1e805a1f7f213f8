package io.waybill.contract;

/** Compares decimal numbers as column vectors keep them, digits in ASCII, without making objects. */
final class DecimalText {

    private DecimalText() {}

    /** Whether it is a number, rather than NaN or an infinity. */
    static boolean isNumber(byte[] text, int end) {
        return text[end - 1] >= '0' && text[end - 1] <= '9';
    }

    /** How one number compares with another, whatever zeros either is written with. */
    static int compare(byte[] one, int start, int end, byte[] other, int otherStart, int otherEnd) {
        boolean negative = one[start] == '-';
        boolean otherNegative = other[otherStart] == '-';
        int from = firstDigit(one, start, end);
        int otherFrom = firstDigit(other, otherStart, otherEnd);
        if (negative != otherNegative) {
            boolean zero = isZero(one, from, end) && isZero(other, otherFrom, otherEnd);
            return zero ? 0 : negative ? -1 : 1;
        }
        int magnitude = magnitude(one, from, end, other, otherFrom, otherEnd);
        return negative ? -magnitude : magnitude;
    }

    /** Where its digits begin that say something: not the sign, nor zeros before others. */
    static int firstDigit(byte[] text, int start, int end) {
        int at = start;
        if (text[at] == '-' || text[at] == '+') {
            at++;
        }
        while (at < end && text[at] == '0') {
            at++;
        }
        return at;
    }

    /** Where its digits end that say something: before the zeros at the end of its fraction. */
    static int lastDigit(byte[] text, int from, int end) {
        if (point(text, from, end) == end) {
            return end;
        }
        int at = end;
        while (text[at - 1] == '0') {
            at--;
        }
        return text[at - 1] == '.' ? at - 1 : at;
    }

    private static int point(byte[] text, int from, int end) {
        int at = from;
        while (at < end && text[at] != '.') {
            at++;
        }
        return at;
    }

    private static boolean isZero(byte[] text, int from, int end) {
        for (int i = from; i < end; i++) {
            if (text[i] != '0' && text[i] != '.') {
                return false;
            }
        }
        return true;
    }

    private static int magnitude(byte[] one, int from, int end, byte[] other, int otherFrom, int otherEnd) {
        int point = point(one, from, end);
        int otherPoint = point(other, otherFrom, otherEnd);
        if (point - from != otherPoint - otherFrom) {
            return Integer.compare(point - from, otherPoint - otherFrom);
        }
        int most = Math.max(end - from, otherEnd - otherFrom);
        for (int i = 0; i < most; i++) {
            int digit = from + i < end ? one[from + i] : '0';
            int otherDigit = otherFrom + i < otherEnd ? other[otherFrom + i] : '0';
            // a point stands where the other one's does, or ends
            int difference = (digit == '.' ? '0' : digit) - (otherDigit == '.' ? '0' : otherDigit);
            if (difference != 0) {
                return difference;
            }
        }
        return 0;
    }
}
