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

    /** How many pieces a text of lanes has at most: of 124 bits, where none but the last has fewer than 26. */
    private static final int MOST_PIECES = 6;

    /** A piece that has more texts ends: with one place more all of them are below 2^31. */
    private static final int PIECE_IS_LONG = Integer.MAX_VALUE / 26;

    /** Where counts begin, of digits, and of letters behind these. */
    private static final int COUNTS = 16;

    private static final int OF_LETTERS = 32;

    /** A number below 2^31 divided by 10, or by 26, is the number times 2^35 / 10, rounded up, without the last 35 bits. */
    private static final int RECIPROCAL = 35;

    private final CellWriter canon;
    private final Tokens tokens;
    /** Of each byte: how many values its place may have, in 8 bits, which of them it is, in 8 bits, and what it adds to the counts. */
    private final long[] places;

    /** Of each byte: 2^35 through how many values its place may have, so that no branch depends on the text. */
    private final long[] reciprocals;

    private final Ff1Lanes digits;
    private final Ff1Lanes letters;
    private final MixedLanes mixed;
    private final ByteSink texts = ByteSink.inMemory();
    private final int[] ends = new int[Ff1Lanes.MOST];
    /** The radix of the lanes that a text is in, 2 for those of digits and letters together; 0 for none. */
    private final int[] radixes = new int[Ff1Lanes.MOST];
    /** The pieces of each text: arithmetic of 128 bits takes its time, and some places at once are one number of fewer. */
    private final int[] pieceEnds = new int[Ff1Lanes.MOST * MOST_PIECES];

    private final int[] pieceTexts = new int[Ff1Lanes.MOST * MOST_PIECES];
    private final int[] pieceNumbers = new int[Ff1Lanes.MOST * MOST_PIECES];
    private final int[] pieces = new int[Ff1Lanes.MOST];

    TokenColumn(TreatedColumn column) {
        this.canon = Canon.of(column);
        this.tokens = new Tokens(
                column.key(),
                column.transform().get(TransformKeys.ALPHABET),
                column.transform().get(TransformKeys.SMALL));
        this.places = places(tokens);
        this.reciprocals = reciprocals(tokens);
        SecretKey key = column.key().ofTokens();
        this.digits = new Ff1Lanes(key, 10);
        this.letters = new Ff1Lanes(key, 26);
        this.mixed = new MixedLanes(key);
    }

    private static long[] places(Tokens tokens) {
        long[] places = new long[256];
        for (int i = 0; i < places.length; i++) {
            byte b = (byte) i;
            int radix = tokens.radix(b);
            places[i] = radix == 1
                    ? 1
                    : radix | (b - Tokens.zero(b)) << 8 | (radix == 10 ? 1L << COUNTS : 1L << COUNTS + OF_LETTERS);
        }
        return places;
    }

    private static long[] reciprocals(Tokens tokens) {
        long[] reciprocals = new long[256];
        for (int i = 0; i < reciprocals.length; i++) {
            reciprocals[i] = (1L << RECIPROCAL) / tokens.radix((byte) i) + 1;
        }
        return reciprocals;
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
                radixes[row - from] = begin(texts.bytes(), start, texts.at(), row, row - from);
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
                end(digits, nextDigits++, start, ends[i], i);
            } else if (radixes[i] == 26) {
                end(letters, nextLetters++, start, ends[i], i);
            } else if (radixes[i] == 2) {
                end(nextMixed++, start, i);
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
    private int begin(byte[] text, int from, int to, int row, int inBlock) {
        long counts = 0;
        int of = 1;
        int number = 0;
        int signs = 0;
        int first = inBlock * MOST_PIECES;
        int piece = first;
        for (int i = from; i < to; i++) {
            long place = places[text[i] & 0xFF];
            if (of > PIECE_IS_LONG && piece < first + MOST_PIECES - 1) {
                pieceEnds[piece] = i;
                pieceTexts[piece] = of;
                pieceNumbers[piece++] = number;
                of = 1;
                number = 0;
            }
            int radix = (int) place & 0xFF;
            of *= radix;
            number = number * radix + ((int) place >>> 8 & 0xFF);
            counts += place >>> COUNTS;
            signs |= text[i];
        }
        pieceEnds[piece] = to;
        pieceTexts[piece] = of; // of a text too long for lanes no number at all, nor is it asked for
        pieceNumbers[piece] = number;
        pieces[inBlock] = piece + 1 - first;
        int ofDigits = (int) (counts);
        int ofLetters = (int) (counts >>> OF_LETTERS);
        return begin(text, from, to, row, inBlock, ofDigits, ofLetters, signs < 0);
    }

    private int begin(
            byte[] text, int from, int to, int row, int inBlock, int ofDigits, int ofLetters, boolean beyond) {
        if (beyond) {
            tokens.refuseWhatStays(text, from, to, row, ofDigits, ofLetters);
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
            addHalves(digits, 10, ofDigits, text, from, to, inBlock);
            return 10;
        }
        if (ofDigits == 0) {
            addHalves(letters, 26, ofLetters, text, from, to, inBlock);
            return 26;
        }
        mixed.add(ofDigits, ofLetters);
        for (int i = inBlock * MOST_PIECES; i < inBlock * MOST_PIECES + pieces[inBlock]; i++) {
            mixed.put(pieceTexts[i], pieceNumbers[i]);
        }
        return 2;
    }

    private boolean fits(int ofDigits, int ofLetters) {
        if (ofDigits != 0 && ofLetters != 0) {
            return mixed.takes(ofDigits, ofLetters);
        }
        return ofLetters == 0 ? ofDigits <= MOST_DIGITS : ofLetters <= MOST_LETTERS;
    }

    private void addHalves(Ff1Lanes lanes, int radix, int count, byte[] text, int from, int to, int inBlock) {
        if (count <= lanes.longestHalf()) { // all of it is one long
            long number = 0;
            for (int i = inBlock * MOST_PIECES; i < inBlock * MOST_PIECES + pieces[inBlock]; i++) {
                number = number * pieceTexts[i] + pieceNumbers[i];
            }
            long ofSecond = lanes.power(count - count / 2);
            long first = number / ofSecond;
            lanes.add(first, number - first * ofSecond, count);
            return;
        }
        long first = 0;
        long second = 0;
        int at = 0;
        for (int i = from; i < to; i++) {
            if (tokens.radix(text[i]) != 1) {
                int numeral = text[i] - Tokens.zero(text[i]);
                if (at < count / 2) {
                    first = first * radix + numeral;
                } else {
                    second = second * radix + numeral;
                }
                at++;
            }
        }
        lanes.add(first, second, count);
    }

    private void end(int lane, int from, int inBlock) {
        int first = inBlock * MOST_PIECES;
        for (int piece = first + pieces[inBlock] - 1; piece >= first; piece--) {
            put(mixed.take(lane, pieceTexts[piece]), piece == first ? from : pieceEnds[piece - 1], pieceEnds[piece]);
        }
    }

    private void end(Ff1Lanes lanes, int lane, int from, int to, int inBlock) {
        int count = lanes.length(lane);
        if (count > lanes.longestHalf()) {
            endHalves(lanes, lane, from, to);
            return;
        }
        long number = lanes.first(lane) * lanes.power(count - count / 2) + lanes.second(lane);
        int first = inBlock * MOST_PIECES;
        for (int piece = first + pieces[inBlock] - 1; piece >= first; piece--) {
            long before = number / pieceTexts[piece];
            put(
                    (int) (number - before * pieceTexts[piece]),
                    piece == first ? from : pieceEnds[piece - 1],
                    pieceEnds[piece]);
            number = before;
        }
    }

    /** Puts the places of a piece. */
    private void put(int number, int start, int end) {
        byte[] text = texts.bytes();
        long rest = number;
        for (int i = end - 1; i >= start; i--) {
            int place = (int) places[text[i] & 0xFF];
            int radix = place & 0xFF;
            if (radix != 1) {
                int next = (int) (rest * reciprocals[text[i] & 0xFF] >>> RECIPROCAL);
                text[i] += (byte) (rest - next * radix - (place >>> 8 & 0xFF));
                rest = next;
            }
        }
    }

    private void endHalves(Ff1Lanes lanes, int lane, int from, int to) {
        byte[] text = texts.bytes();
        int left = lanes.length(lane);
        int ofFirst = left / 2;
        long rest = lanes.second(lane);
        for (int i = to - 1; i >= from; i--) {
            int radix = tokens.radix(text[i]);
            if (radix != 1) {
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
