package io.waybill.rows;

import java.io.IOException;
import java.lang.reflect.Field;
import java.sql.SQLException;
import java.util.Arrays;
import org.postgresql.copy.CopyOut;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.PGStream;
import org.postgresql.core.QueryExecutorBase;

/**
 * What the server sends of a COPY, end to end. The driver's own way makes an array of each message, which is a row, and takes a lock for it;
 * where its stream can be had, the messages of data are read from there, and all others are left to the driver.
 */
final class CopyMessages {

    /** A larger message stays in an array of its own. */
    private static final int LARGE = 1 << 16;

    /** PostgreSQL, "Message Formats": the type of CopyData. */
    private static final int DATA = 'd';

    private final CopyOut copy;

    /** Null where the driver's stream cannot be had. */
    private final PGStream stream;

    private byte[] own;
    private byte[] bytes;
    private int end;
    /** A message that came and is not among the bytes yet; or its length, where it is still to be read. */
    private byte[] next;

    private int nextLength;
    private boolean ended;

    /**
     * @param stream null for the driver's published interface alone
     * @param room how many bytes are kept, about
     */
    CopyMessages(CopyOut copy, PGStream stream, int room) {
        this.copy = copy;
        this.stream = stream;
        this.own = new byte[room + LARGE + ByteSink.SLACK];
        this.bytes = own;
    }

    /** By the driver's stream, where it can be had. */
    static CopyMessages of(CopyOut copy, BaseConnection connection, int room) {
        return new CopyMessages(copy, streamOf(connection), room);
    }

    /** The stream has no accessor. What a security manager or a module of another name forbids costs only time. */
    private static PGStream streamOf(BaseConnection connection) {
        try {
            Field field = QueryExecutorBase.class.getDeclaredField("pgStream");
            field.setAccessible(true);
            return (PGStream) field.get(connection.getQueryExecutor());
        } catch (ReflectiveOperationException | RuntimeException e) {
            return null;
        }
    }

    /** Where the messages' bytes are; another array when more have come. */
    byte[] bytes() {
        return bytes;
    }

    /** Before which of them they end. */
    int end() {
        return end;
    }

    /** Forgets all bytes before one; those after it begin at 0 then. */
    void forget(int before) {
        int left = end - before;
        if (left > own.length) {
            own = new byte[left + LARGE]; // there is part of a row that is larger than all rows before
        }
        System.arraycopy(bytes, before, own, 0, left);
        bytes = own;
        end = left;
    }

    /** Forgets all, also the room for it. */
    void release() {
        own = new byte[0];
        bytes = own;
        next = null;
        end = 0;
    }

    /**
     * Whether the next message is so large that it should be in memory once: where no bytes are left it is taken as it is.
     *
     * @throws SQLException when it cannot be read
     */
    boolean isNextLarge() throws SQLException {
        return await() && nextLength > LARGE;
    }

    /**
     * Gets one message more.
     *
     * @return false where none follows
     * @throws SQLException when it cannot be read
     */
    boolean receive() throws SQLException {
        if (!await()) {
            return false;
        }
        int length = nextLength;
        if (end == 0 && length > LARGE) {
            bytes = next == null ? new byte[length] : next;
        } else if (bytes.length - end < length + ByteSink.SLACK) {
            bytes = Arrays.copyOf(bytes, Math.addExact(end, length) + LARGE);
        }
        if (next == null) {
            readInto(bytes, end, length);
        } else if (next != bytes) {
            System.arraycopy(next, 0, bytes, end, length);
        }
        next = null;
        nextLength = 0;
        end += length;
        return true;
    }

    /** Waits for the next message. */
    private boolean await() throws SQLException {
        try {
            while (nextLength == 0 && !ended && stream != null && stream.peekChar() == DATA) {
                stream.receiveChar();
                nextLength = stream.receiveInteger4() - Integer.BYTES;
            }
        } catch (IOException e) {
            throw broken(e);
        }
        if (nextLength > 0) {
            return true;
        }
        next = ended ? null : copy.readFromCopy();
        nextLength = next == null ? 0 : next.length;
        ended = next == null;
        return !ended;
    }

    private void readInto(byte[] target, int at, int length) throws SQLException {
        try {
            stream.receive(target, at, length);
        } catch (IOException e) {
            throw broken(e);
        }
    }

    /** As the driver says it (08006 is SQL's connection_failure). */
    private static SQLException broken(IOException cause) {
        return new SQLException("Database connection failed when reading from copy", "08006", cause);
    }
}
