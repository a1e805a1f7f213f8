package io.waybill.privacy;

import io.waybill.flow.ColumnType;
import io.waybill.flow.TransformKeys;
import io.waybill.rows.ByteSink;
import io.waybill.rows.CellWriter;
import io.waybill.rows.ColumnVector;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/** What is done with texts as they stand: characters are those of Unicode, whatever bytes they have. */
final class TextTransforms {

    private TextTransforms() {}

    /** Another character in the place of most. A text that would keep all of it keeps nothing. */
    static final class Mask implements ColumnTransform.OfValue {

        /** Null where texts are as they are. */
        private final CellWriter canon;

        private final long first;
        private final long last;
        private final byte[] with;
        private final ByteSink text = ByteSink.inMemory();
        private final ByteSink masked = ByteSink.inMemory();

        Mask(TreatedColumn column) {
            boolean plain = column.read().type().kind() == ColumnType.Kind.TEXT && !column.isPadded();
            this.canon = plain ? null : Canon.of(column);
            this.first = column.transform().get(TransformKeys.KEEP_FIRST);
            this.last = column.transform().get(TransformKeys.KEEP_LAST);
            this.with = column.transform().get(TransformKeys.WITH).getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public void append(ColumnVector values, int row, ColumnVector out) {
            masked.clear();
            try {
                if (canon == null) {
                    mask(values.bytes(), values.start(row), values.end(row));
                } else {
                    text.clear();
                    canon.write(values, row, text);
                    mask(text.bytes(), 0, text.at());
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e); // nothing is written but memory
            }
            out.appendBytes(masked.bytes(), 0, masked.at());
        }

        private void mask(byte[] bytes, int start, int end) throws IOException {
            int characters = 0;
            for (int i = start; i < end; i++) {
                characters += isFollowing(bytes[i]) ? 0 : 1;
            }
            boolean whole = characters - first - last <= 0;
            int kept = whole ? start : after(bytes, start, first);
            int hidden = whole ? characters : (int) (characters - first - last);
            masked.put(bytes, start, kept - start);
            if (with.length == 1) {
                int at = masked.at() + hidden;
                Arrays.fill(masked.room(hidden), masked.at(), at, with[0]);
                masked.filledTo(at);
            } else {
                for (int i = 0; i < hidden; i++) {
                    masked.put(with);
                }
            }
            if (!whole) {
                int rest = last == 0 ? end : before(bytes, end, last);
                masked.put(bytes, rest, end - rest);
            }
        }

        /** Where so many characters end. */
        private static int after(byte[] bytes, int start, long characters) {
            int at = start;
            for (long left = characters; left > 0; left--) {
                at++;
                while (isFollowing(bytes[at])) {
                    at++;
                }
            }
            return at;
        }

        /** Where the last characters begin, of which there are so many. */
        private static int before(byte[] bytes, int end, long characters) {
            int at = end;
            for (long left = characters; left > 0; left--) {
                at--;
                while (isFollowing(bytes[at])) {
                    at--;
                }
            }
            return at;
        }
    }

    /** The first characters. */
    static ColumnTransform.OfValue truncate(TreatedColumn column) {
        long length = column.transform().get(TransformKeys.LENGTH);
        return (values, row, out) -> {
            byte[] bytes = values.bytes();
            int start = values.start(row);
            int end = start;
            long characters = 0;
            while (end < values.end(row) && (isFollowing(bytes[end]) || characters < length)) {
                characters += isFollowing(bytes[end]) ? 0 : 1;
                end++;
            }
            out.appendBytes(bytes, start, end - start);
        };
    }

    /** What follows the last @, in small letters; NULL where there is none, or nothing behind it. */
    static ColumnTransform.OfValue domain(TreatedColumn column) {
        return (values, row, out) -> {
            int end = column.isPadded() ? Canon.unpaddedEnd(values, row) : values.end(row);
            int at = end - 1;
            while (at >= values.start(row) && values.bytes()[at] != '@') {
                at--;
            }
            if (at < values.start(row) || at == end - 1) {
                out.appendNull();
            } else {
                String domain = new String(values.bytes(), at + 1, end - at - 1, StandardCharsets.UTF_8);
                out.appendText(domain.toLowerCase(Locale.ROOT));
            }
        };
    }

    /** Whether a byte of UTF-8 goes on with a character. */
    private static boolean isFollowing(byte b) {
        return (b & 0xC0) == 0x80;
    }
}
