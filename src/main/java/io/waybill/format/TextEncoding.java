package io.waybill.format;

import io.waybill.flow.TextCharset;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * The character encoding of a text file. Encoders write UTF-8; this carries it over into what was asked for.
 *
 * @param charset the charset's name and byte order mark
 * @param replace whether a character that the charset lacks becomes {@code ?} instead of an error
 */
record TextEncoding(TextCharset charset, boolean replace) {

    static TextEncoding of(String encoding, String errors) {
        return new TextEncoding(TextCharset.parse(encoding == null ? "utf-8" : encoding), "replace".equals(errors));
    }

    boolean isUtf8() {
        return charset.charset().equals(StandardCharsets.UTF_8);
    }

    /** Whether the charset has every character of Unicode. */
    boolean isUnicode() {
        return charset.charset().name().startsWith("UTF-");
    }

    /** An encoder to ask {@code canEncode} of each value; null where every value can be encoded or replaced. */
    CharsetEncoder checker() {
        return isUnicode() || replace ? null : charset.charset().newEncoder();
    }

    /** A stream that takes UTF-8 and writes this encoding, its byte order mark first. */
    OutputStream wrap(OutputStream out) throws IOException {
        out.write(charset.byteOrderMark());
        return isUtf8() ? out : new Transcoder(out, charset.charset());
    }

    /** UTF-8 in, another charset out. Values were checked before; what still cannot be encoded is replaced. */
    private static final class Transcoder extends OutputStream {

        private final OutputStream out;
        private final CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPLACE)
                .onUnmappableCharacter(CodingErrorAction.REPLACE);
        private final CharsetEncoder encoder;
        private final CharBuffer chars = CharBuffer.allocate(8192);
        private final ByteBuffer encoded = ByteBuffer.allocate(65536);
        private ByteBuffer rest = ByteBuffer.allocate(0);

        Transcoder(OutputStream out, Charset charset) {
            this.out = out;
            this.encoder = charset.newEncoder()
                    .onMalformedInput(CodingErrorAction.REPLACE)
                    .onUnmappableCharacter(CodingErrorAction.REPLACE);
        }

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            ByteBuffer input = ByteBuffer.allocate(rest.remaining() + length);
            input.put(rest).put(bytes, from, length).flip();
            boolean more = true;
            while (more) {
                more = decoder.decode(input, chars, false).isOverflow();
                encodeChars();
            }
            rest = input; // a character that the next bytes complete
        }

        private void encodeChars() throws IOException {
            chars.flip();
            boolean more = true;
            while (more) {
                more = encoder.encode(chars, encoded, false).isOverflow();
                out.write(encoded.array(), 0, encoded.position());
                encoded.clear();
            }
            chars.compact();
        }

        @Override
        public void flush() throws IOException {
            out.flush();
        }
    }
}
