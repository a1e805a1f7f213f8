package io.waybill.format;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import io.waybill.rows.Column;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.spi.DataFormat;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.service.ServiceHelper;

/** A file that a data format of Camel's writes: by one call of its {@code marshal}, or by one for each row. */
final class Marshalling {

    private final String name;
    private final DataFormat format;
    private final boolean isOwn;
    private final Exchange exchange;
    private final MarshalStream out;
    private final boolean hidesValues;

    /**
     * @param name what the format is called in messages
     * @param isOwn whether the format is this file's alone, and ends with it
     * @param charset what a format of text is to be written in
     * @param columns what it writes; where some are private, what the format says is told by nobody, since it may quote them
     */
    Marshalling(
            CamelContext context,
            String name,
            DataFormat format,
            boolean isOwn,
            String charset,
            List<Column> columns,
            OutputStream out) {
        this.name = name;
        this.format = format;
        this.isOwn = isOwn;
        this.exchange = new DefaultExchange(context);
        this.exchange.setProperty(Exchange.CHARSET_NAME, charset);
        this.out = new MarshalStream(out);
        this.hidesValues = columns.stream().anyMatch(Column::isPrivate);
    }

    /**
     * Has the format write what it takes.
     *
     * @param row tells, where it fails, which row it has got last, from 1; 0 where nobody knows
     * @throws IOException when the file cannot be written, whatever the format makes of that
     * @throws WaybillException when the format fails
     */
    void marshal(Object body, LongSupplier row) throws IOException {
        Throwable thrown = null;
        try {
            format.marshal(exchange, body, out);
        } catch (Exception | LinkageError e) {
            thrown = e;
        }
        if (out.failure() != null) {
            throw out.failure();
        }
        if (thrown != null) {
            throw thrown instanceof WaybillException refused ? refused : failure(thrown, row.getAsLong());
        }
    }

    /** Puts something between what the format writes. */
    void put(int value) throws IOException {
        out.write(value);
    }

    private WaybillException failure(Throwable thrown, long row) {
        if (thrown instanceof LinkageError) {
            return new WaybillException(
                    Stage.ENCODE,
                    said("cannot run: " + oneLine(thrown) + "; is a library missing beside its component?", row),
                    thrown);
        }
        if (hidesValues) {
            return new WaybillException(
                    Stage.ENCODE, said("failed; what it says is not shown: values of some columns are private", row));
        }
        return new WaybillException(Stage.ENCODE, said("failed: " + oneLine(thrown), row), thrown);
    }

    /** What is wrong with what the format does. */
    WaybillException refusal(String what) {
        return new WaybillException(Stage.ENCODE, said(what, 0));
    }

    private String said(String what, long row) {
        return (row > 0 ? "row " + row + ": " : "") + "data format \"" + name + "\" " + what;
    }

    private static String oneLine(Throwable thrown) {
        String message = Objects.requireNonNullElse(
                thrown.getMessage(), thrown.getClass().getName());
        return message.strip().replaceAll("\\s*[\r\n]+\\s*", " ");
    }

    /** Bytes that are written so far. */
    long written() {
        return out.written();
    }

    /** Nothing that is written from now on gets into the file. */
    void drop() {
        out.drop();
    }

    /** Ends the format, where it is this file's alone. */
    void close() {
        if (isOwn) {
            ServiceHelper.stopService(format);
        }
    }
}
