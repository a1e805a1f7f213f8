package io.waybill.format;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import io.waybill.flow.FileFormat;
import io.waybill.flow.Form;
import io.waybill.flow.FormatKind;
import io.waybill.flow.Key;
import io.waybill.flow.Refusal;
import io.waybill.flow.Values;
import io.waybill.rows.Column;
import io.waybill.rows.RowBatch;
import io.waybill.rows.RowEncoder;
import io.waybill.rows.RowFormat;
import io.waybill.rows.RowSchema;
import io.waybill.rows.Rows;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.spi.DataFormat;
import org.apache.camel.spi.DataFormatName;
import org.apache.camel.support.PropertyBindingSupport;
import org.apache.camel.support.service.ServiceSupport;

/**
 * What Waybill's data formats share: {@code marshal} of {@link Rows}, of a list or an iterator of maps, or of one map;
 * and the choice of columns. They write only: {@code unmarshal} is not supported. Their properties are the options of their {@link FormatKind}.
 */
public abstract class RowDataFormat extends ServiceSupport implements DataFormat, DataFormatName, RowFormat {

    private String columns;
    private Values values = Values.NONE;

    /** The data format of a format with its defaults, which are those of the format. */
    public static DataFormat usual(CamelContext context, FileFormat format) {
        DataFormat usual = context.createDataFormat(format.dataFormat());
        PropertyBindingSupport.build()
                .withConfigurer(new FormatConfigurer()) // camel-csv has one of that name as well
                .bind(context, usual, new HashMap<>(format.presets()));
        return usual;
    }

    public String getColumns() {
        return columns;
    }

    /** The columns to write, in this order, separated by commas; all of them where it is not set. */
    public void setColumns(String columns) {
        this.columns = columns;
    }

    /** The format that it writes. */
    public abstract FileFormat format();

    @Override
    public final String getDataFormatName() {
        return format().dataFormat();
    }

    /** The usual extension of such files, without the dot. */
    public String extension() {
        return format().extension();
    }

    /** How the characters of its files become bytes; empty where its files are no text. */
    public Optional<Charset> charset() {
        return Optional.empty();
    }

    /** Whether what it writes is of a format, or may be called that. */
    public boolean writes(FileFormat format) {
        return format().equals(format);
    }

    /** Its options by their properties, without those that are not set, and without the columns. */
    public Map<String, Object> options() {
        Map<String, Object> options = new LinkedHashMap<>();
        for (Key<?> key : format().kind().options()) {
            if (values.has(key)) {
                options.put(key.option(), values.get(key));
            }
        }
        return options;
    }

    /** The value of an option, or what holds without it. */
    public final <T> T get(Key<T> key) {
        return values.get(key);
    }

    /** @param value null to unset it */
    public final <T> void set(Key<T> key, T value) {
        values = values.with(key, value);
    }

    /** Whether it has such an option; numbers and truth values are refused at once where they are none. */
    final boolean set(String property, String text) {
        for (Key<?> key : format().kind().options()) {
            boolean isText = key != FormatOptions.COLUMNS && !(key.form() instanceof Form.Table);
            if (isText && key.option().equalsIgnoreCase(property)) {
                // no escape is written as an empty one
                set(key, key == CsvFormat.ESCAPE && text.isEmpty() ? null : text, key.form());
                return true;
            }
        }
        return false;
    }

    @SuppressWarnings("unchecked") // all others are texts
    private <T> void set(Key<T> key, String text, Form<?> form) {
        boolean typed = form instanceof Form.Whole || form instanceof Form.Flag;
        set(key, typed ? key.form().parse(text) : (T) text);
    }

    /** What is wrong with its options, by their properties; empty where nothing is. */
    public List<Refusal> refusals() {
        List<Refusal> refusals = new ArrayList<>();
        for (Key<?> key : format().kind().options()) {
            String wrong = values.has(key) ? key.problem(values.get(key)) : null;
            if (wrong != null) {
                refusals.add(new Refusal(key.name(), wrong));
            }
        }
        return (refusals.isEmpty() ? format().kind().together(format(), options()) : refusals)
                .stream().map(Refusal::asOption).toList();
    }

    /** @throws WaybillException when an option is wrong */
    @Override
    protected void doInit() {
        List<Refusal> refusals = refusals();
        if (!refusals.isEmpty()) {
            throw new WaybillException(
                    Stage.ENCODE,
                    refusals.stream()
                            .map(refusal -> getDataFormatName() + ": " + refusal)
                            .collect(Collectors.joining("\n")));
        }
    }

    @Override
    public void marshal(Exchange exchange, Object graph, OutputStream stream) throws Exception {
        try (Rows rows = RowsOfBody.of(exchange, graph, getDataFormatName()).take(getDataFormatName())) {
            RowEncoder encoder = open(rows.schema(), stream);
            try {
                RowBatch batch = new RowBatch(rows.schema());
                rows.encodeAhead(this);
                while (rows.read(batch)) {
                    encoder.write(batch, 0, batch.rows());
                }
                encoder.finish();
            } finally {
                encoder.abort(); // does nothing after finish
            }
        }
    }

    @Override
    public Object unmarshal(Exchange exchange, InputStream stream) {
        throw new UnsupportedOperationException(getDataFormatName() + " writes files; it does not read them");
    }

    /** The positions in a schema of the columns to write. */
    final int[] selection(RowSchema schema) {
        if (columns == null || columns.isBlank()) {
            return IntStream.range(0, schema.size()).toArray();
        }
        return Arrays.stream(columns.split(","))
                .map(String::trim)
                .mapToInt(name -> positionOf(schema, name))
                .toArray();
    }

    private int positionOf(RowSchema schema, String name) {
        int index = schema.indexOf(name);
        if (index < 0) {
            throw new WaybillException(
                    Stage.ENCODE,
                    getDataFormatName() + ": columns names \"" + name + "\", which the rows do not have; they have "
                            + String.join(", ", schema.names()));
        }
        return index;
    }

    static List<Column> select(RowSchema schema, int[] selection) {
        return Arrays.stream(selection).mapToObj(schema::column).toList();
    }

    static WaybillException failure(long row, Column column, Exception cause) {
        return column.refused(Stage.ENCODE, row, cause);
    }
}
