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

    private final CellWriter canon;
    private final Tokens tokens;
    private final Ff1Lanes digits;
    private final Ff1Lanes letters;
    private final int mostDigits = Ff1Lanes.longest(10);
    private final int mostLetters = Ff1Lanes.longest(26);

    private final ByteSink texts = ByteSink.inMemory();
    private final int[] ends = new int[Ff1Lanes.MOST];
    /** The common radix of a text that is in a lane, else 0. */
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
        int nextDigits = 0;
        int nextLetters = 0;
        int start = 0;
        for (int i = 0; i < to - from; i++) {
            if (radixes[i] == 10) {
                end(digits, nextDigits++, 10, start, ends[i]);
            } else if (radixes[i] == 26) {
                end(letters, nextLetters++, 26, start, ends[i]);
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
        int radix = tokens.commonRadix(text, from, to, Math.min(mostDigits, mostLetters));
        if (radix == 0) {
            try {
                tokens.encrypt(text, from, to);
            } catch (RefusedValueException e) {
                throw new RefusedValueException(row, e.getMessage());
            }
            return 0;
        }
        int places = 0;
        for (int i = from; i < to; i++) {
            places += tokens.radix(text[i]) == 1 ? 0 : 1;
        }
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
        (radix == 10 ? digits : letters).add(first, second, places);
        return radix;
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
                long next = rest / radix;
                text[i] = (byte) (Tokens.zero(text[i]) + (int) (rest - next * radix));
                rest = next;
                left--;
            }
        }
    }
}
