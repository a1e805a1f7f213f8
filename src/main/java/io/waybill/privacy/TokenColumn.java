package io.waybill.privacy;

import io.waybill.flow.TransformKeys;
import io.waybill.rows.ByteSink;
import io.waybill.rows.CellWriter;
import io.waybill.rows.ColumnVector;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.crypto.SecretKey;

/** Tokens in the place of texts, and of whole numbers as texts. Most are made some at once. */
final class TokenColumn implements ColumnTransform {

    private static final int MOST_DIGITS = Ff1Lanes.longest(10);
    private static final int MOST_LETTERS = Ff1Lanes.longest(26);

    private final CellWriter canon;
    private final Tokens tokens;
    private final Ff1Lanes digits;
    private final Ff1Lanes letters;
    private final MixedLanes mixed;
    private final ByteSink texts = ByteSink.inMemory();
    private final int[] ends = new int[Ff1Lanes.MOST];
    /** The radix of the lanes that a text is in, 2 for those of digits and letters together; 0 for none. */
    private final int[] radixes = new int[Ff1Lanes.MOST];

    TokenColumn(TreatedColumn column) {
        this.canon = Canon.of(column);
        this.tokens = new Tokens(
                column.key(),
                column.transform().get(TransformKeys.ALPHABET),
                column.transform().get(TransformKeys.SMALL));
        SecretKey key = column.key().ofTokens();
        this.digits = new Ff1Lanes(key, 10);
        this.letters = new Ff1Lanes(key, 26);
        this.mixed = new MixedLanes(key);
    }

    @Override
    public void apply(ColumnVector values, int from, int to, ColumnVector out) {
        for (int row = from; row < to; row += Ff1Lanes.MOST) {
            applyBlock(values, row, Math.min(to, row + Ff1Lanes.MOST), out);
        }
    }

    private void applyBlock(ColumnVector values, int from, int to, ColumnVector out) {
        texts.clear();
        digits.clear();
        letters.clear();
        mixed.clear();
        for (int row = from; row < to; row++) {
            int start = texts.at();
            radixes[row - from] = 0;
            if (!values.isNull(row)) {
                put(values, row);
                radixes[row - from] = begin(texts.bytes(), start, texts.at(), row);
            }
            ends[row - from] = texts.at();
        }
        digits.encrypt();
        letters.encrypt();
        mixed.encrypt();
        int nextDigits = 0;
        int nextLetters = 0;
        int nextMixed = 0;
        int start = 0;
        for (int i = 0; i < to - from; i++) {
            if (radixes[i] == 10) {
                end(digits, nextDigits++, 10, start, ends[i]);
            } else if (radixes[i] == 26) {
                end(letters, nextLetters++, 26, start, ends[i]);
            } else if (radixes[i] == 2) {
                end(nextMixed++, start, ends[i]);
            }
            if (values.isNull(from + i)) {
                out.appendNull();
            } else {
                out.appendBytes(texts.bytes(), start, ends[i] - start);
            }
            start = ends[i];
        }
    }

    private void put(ColumnVector values, int row) {
        try {
            canon.write(values, row, texts);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // nothing is written but memory
        }
    }

    /** Puts a text into a lane, or else its token into its place at once; answers the radix of the lane, or 0. */
    private int begin(byte[] text, int from, int to, int row) {
        int ofDigits = 0;
        int ofLetters = 0;
        boolean beyond = false;
        for (int i = from; i < to; i++) {
            int radix = tokens.radix(text[i]);
            if (radix == 10) {
                ofDigits++;
            } else if (radix == 26) {
                ofLetters++;
            } else if (text[i] < 0) {
                beyond = true;
            }
        }
        if (beyond && tokens.leavesWords(text, from, to, ofLetters)) {
            throw new RefusedValueException(row, Tokens.WORDS_STAY);
        }
        if (!Tokens.areEnough(ofDigits, ofLetters) || !fits(ofDigits, ofLetters)) {
            try {
                tokens.encrypt(text, from, to);
            } catch (RefusedValueException e) {
                throw new RefusedValueException(row, e.getMessage());
            }
            return 0;
        }
        if (ofLetters == 0) {
            addHalves(digits, 10, ofDigits, text, from, to);
            return 10;
        }
        if (ofDigits == 0) {
            addHalves(letters, 26, ofLetters, text, from, to);
            return 26;
        }
        mixed.add(ofDigits, ofLetters);
        addPlaces(text, from, to);
        return 2;
    }

    private boolean fits(int ofDigits, int ofLetters) {
        if (ofDigits != 0 && ofLetters != 0) {
            return mixed.takes(ofDigits, ofLetters);
        }
        return ofLetters == 0 ? ofDigits <= MOST_DIGITS : ofLetters <= MOST_LETTERS;
    }

    private void addHalves(Ff1Lanes lanes, int radix, int places, byte[] text, int from, int to) {
        long first = 0;
        long second = 0;
        int at = 0;
        for (int i = from; i < to; i++) {
            if (tokens.radix(text[i]) != 1) {
                int numeral = text[i] - Tokens.zero(text[i]);
                if (at < places / 2) {
                    first = first * radix + numeral;
                } else {
                    second = second * radix + numeral;
                }
                at++;
            }
        }
        lanes.add(first, second, places);
    }

    /** Some places at once: arithmetic of 128 bits takes its time. */
    private void addPlaces(byte[] text, int from, int to) {
        long texts = 1;
        long number = 0;
        for (int i = from; i < to; i++) {
            int radix = tokens.radix(text[i]);
            if (radix != 1) {
                if (texts * radix > Integer.MAX_VALUE) {
                    mixed.put(texts, number);
                    texts = 1;
                    number = 0;
                }
                texts *= radix;
                number = number * radix + text[i] - Tokens.zero(text[i]);
            }
        }
        mixed.put(texts, number);
    }

    private void end(int lane, int from, int to) {
        byte[] text = texts.bytes();
        int end = to;
        while (end > from) {
            long together = 1;
            int start = end;
            while (start > from && together * tokens.radix(text[start - 1]) <= Integer.MAX_VALUE) {
                start--;
                together *= tokens.radix(text[start]);
            }
            int rest = mixed.take(lane, together);
            for (int i = end - 1; i >= start; i--) {
                int radix = tokens.radix(text[i]);
                if (radix != 1) {
                    int next = radix == 10 ? rest / 10 : rest / 26; // which are quicker than by a variable
                    text[i] = (byte) (Tokens.zero(text[i]) + rest - next * radix);
                    rest = next;
                }
            }
            end = start;
        }
    }

    private void end(Ff1Lanes lanes, int lane, int radix, int from, int to) {
        byte[] text = texts.bytes();
        int left = 0;
        for (int i = from; i < to; i++) {
            left += tokens.radix(text[i]) == 1 ? 0 : 1;
        }
        int ofFirst = left / 2;
        long rest = lanes.second(lane);
        for (int i = to - 1; i >= from; i--) {
            if (tokens.radix(text[i]) != 1) {
                if (left == ofFirst) {
                    rest = lanes.first(lane);
                }
                long next = radix == 10 ? rest / 10 : rest / 26;
                text[i] = (byte) (Tokens.zero(text[i]) + (int) (rest - next * radix));
                rest = next;
                left--;
            }
        }
    }
}
