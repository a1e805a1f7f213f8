package io.waybill.part;

import io.waybill.flow.ColumnType;
import io.waybill.rows.ByteSink;
import io.waybill.rows.Column;
import io.waybill.rows.ColumnVector;
import io.waybill.rows.IsoText;
import io.waybill.rows.RowDivider;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Files by the values of a column themselves, which are told as CSV writes them. Empty text is NULL, since no path tells the two apart. */
final class ByValue implements RowDivider {

    private final Column column;
    private final boolean isPadded;
    private final ByteSink text = ByteSink.inMemory();

    /** @param isPadded whether spaces at the end of texts say nothing */
    ByValue(Column column, boolean isPadded) {
        this.column = column;
        this.isPadded = isPadded;
    }

    /** Why files cannot go by the values of a type; empty where they can. */
    static Optional<String> unfit(ColumnType type) {
        return switch (type.kind()) {
            case BOOLEAN, INT16, INT32, INT64, DECIMAL, TEXT, UUID, DATE, TIMESTAMP, INSTANT -> Optional.empty();
            case FLOAT32, FLOAT64, JSON, BINARY, TIME, ARRAY ->
                Optional.of("is " + type
                        + "; files go by text, whole numbers, decimals, booleans, uuids, dates and timestamps");
        };
    }

    @Override
    public String name() {
        return column.name();
    }

    @Override
    public String column() {
        return column.name();
    }

    @Override
    public void put(ColumnVector values, int row, ByteSink key) throws IOException {
        if (values.isNull(row)) {
            key.put(0);
        } else if (!column.type().isBytes()) {
            key.put(1);
            putLong(values.longAt(row), key);
            putLong(values.subMicrosAt(row), key);
        } else {
            int start = values.start(row);
            int length = end(values, row) - start;
            if (length == 0) {
                key.put(0);
                return;
            }
            key.put(1);
            putLong(length, key);
            key.put(values.bytes(), start, length);
        }
    }

    private static void putLong(long value, ByteSink key) throws IOException {
        byte[] bytes = key.room(Long.BYTES);
        int at = key.at();
        for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
            bytes[at++] = (byte) (value >> shift);
        }
        key.filledTo(at);
    }

    /** Where a value ends that is the same as others: without spaces that say nothing, and zeros behind the point. */
    private int end(ColumnVector values, int row) {
        byte[] bytes = values.bytes();
        int start = values.start(row);
        int end = values.end(row);
        if (isPadded) {
            while (end > start && bytes[end - 1] == ' ') {
                end--;
            }
        } else if (column.type().equals(ColumnType.UNLIMITED_DECIMAL) && hasPoint(bytes, start, end)) {
            while (bytes[end - 1] == '0') {
                end--;
            }
            end = bytes[end - 1] == '.' ? end - 1 : end;
        }
        return end;
    }

    private static boolean hasPoint(byte[] bytes, int start, int end) {
        for (int i = start; i < end; i++) {
            if (bytes[i] == '.') {
                return true;
            }
        }
        return false;
    }

    @Override
    public String text(ColumnVector values, int row) throws IOException {
        if (values.isNull(row)) {
            return null;
        }
        text.clear();
        switch (column.type().kind()) {
            case BOOLEAN -> text.putAscii(values.longAt(row) == 0 ? "false" : "true");
            case INT16, INT32, INT64 -> text.putLong(values.longAt(row));
            case DATE, TIMESTAMP, INSTANT -> IsoText.writer(column.type()).write(values, row, text);
            default -> text.put(values.bytes(), values.start(row), end(values, row) - values.start(row));
        }
        return text.at() == 0 ? null : decoded();
    }

    private String decoded() {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(text.bytes(), 0, text.at()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("the text is no UTF-8, and no name of a file", e);
        }
    }
}
