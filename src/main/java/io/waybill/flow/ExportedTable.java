package io.waybill.flow;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * One of the tables of a flow that exports many. Each has a state of its own, a watermark, a lock, runs, by a name that begins with the
 * flow's: {@code nightly/sales.orders}.
 *
 * @param schema the schema, or catalog, that it lies in, as the database has it; null where that has none
 * @param name its own name, as the database has it
 */
public record ExportedTable(String schema, String name) {

    /** What stands between a flow's id, which has none, and the table's name. */
    private static final char SLASH = '/';

    /** The longest name of a flow that the ledger keeps. */
    private static final int LONGEST = 120;

    private static final int DIGITS = 12;

    /** What the state of this table is kept by. */
    public String flowOf(String flow) {
        String id = flow + SLASH + (schema == null ? "" : plain(schema) + ".") + plain(name);
        if (id.length() <= LONGEST) {
            return id;
        }
        int kept = LONGEST - DIGITS - 1;
        if (Character.isHighSurrogate(id.charAt(kept - 1))) {
            kept--;
        }
        return id.substring(0, kept) + "~" + digest(id).substring(0, DIGITS);
    }

    /** The id of the flow that a name of this kind is of; that of any other flow is itself. */
    public static String flow(String id) {
        int slash = id.indexOf(SLASH);
        return slash < 0 ? id : id.substring(0, slash);
    }

    /** Whether a name is that of a table of a flow. */
    public static boolean isOne(String id) {
        return id.indexOf(SLASH) >= 0;
    }

    /** With its schema, for people. */
    public String words() {
        return schema == null ? name : schema + "." + name;
    }

    /** Without what a shell, a log or another database would take for something else; no two names are the same then. */
    private static String plain(String part) {
        StringBuilder plain = new StringBuilder();
        part.codePoints().forEach(each -> {
            if (Character.isLetterOrDigit(each) || each == '_' || each == '-' || each == '$' || each == '#') {
                plain.appendCodePoint(each);
            } else {
                for (byte one : Character.toString(each).getBytes(StandardCharsets.UTF_8)) {
                    plain.append('%').append(HexFormat.of().withUpperCase().toHexDigits(one));
                }
            }
        });
        return plain.toString();
    }

    private static String digest(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public String toString() {
        return words();
    }
}
