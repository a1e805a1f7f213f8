package io.waybill.cli;

import io.waybill.flow.Printable;
import java.io.FilterWriter;
import java.io.IOException;
import java.io.Writer;
import java.util.regex.Pattern;

/**
 * Writes what people read: characters that would steer their terminal show as \uFFFD, whoever has sent them, a server, a file, a
 * database. Of its sequences, those pass that make text bold, or give it a colour, as Waybill's own do.
 */
final class ShownText extends FilterWriter {

    private static final char ESCAPE = '\u001b';
    private static final char INSTEAD = '\uFFFD';
    private static final Pattern STYLE = Pattern.compile("\u001b\\[(?:(?:[0-4]|2[1-4]|3[1-7]|39)(?:;(?!m)|(?=m)))*m");
    private static final int LONGEST_STYLE = 16;

    /** A sequence that has begun; empty for none. */
    private final StringBuilder begun = new StringBuilder();

    ShownText(Writer out) {
        super(out);
    }

    /** A text as this writes it. */
    static String of(String text) {
        java.io.StringWriter shown = new java.io.StringWriter();
        try (ShownText writer = new ShownText(shown)) {
            writer.write(text);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return shown.toString();
    }

    @Override
    public void write(int character) throws IOException {
        char each = (char) character;
        if (each == ESCAPE || begun.length() == LONGEST_STYLE) {
            giveUp();
        }
        if (each == ESCAPE) {
            begun.append(each);
        } else if (begun.length() > 0) {
            begun.append(each);
            if (STYLE.matcher(begun).matches()) {
                out.append(begun);
                begun.setLength(0);
            } else if (each != '[' && each != ';' && !Character.isDigit(each)) {
                giveUp();
            }
        } else {
            out.write(Printable.isControl(each) ? INSTEAD : each);
        }
    }

    /** It is no style. */
    private void giveUp() throws IOException {
        for (int i = 0; i < begun.length(); i++) {
            out.write(Printable.isControl(begun.charAt(i)) ? INSTEAD : begun.charAt(i));
        }
        begun.setLength(0);
    }

    @Override
    public void write(char[] text, int offset, int length) throws IOException {
        for (int i = offset; i < offset + length; i++) {
            write(text[i]);
        }
    }

    @Override
    public void write(String text, int offset, int length) throws IOException {
        for (int i = offset; i < offset + length; i++) {
            write(text.charAt(i));
        }
    }

    @Override
    public void close() throws IOException {
        giveUp();
        super.close();
    }
}
