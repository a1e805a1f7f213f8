package io.waybill.format;

import io.waybill.WaybillException;
import io.waybill.flow.FileFormat;
import io.waybill.flow.Key;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.CamelContext;

/**
 * A data format with its options, so that another process makes the same of it.
 *
 * @param name of the format
 * @param columns those that it writes; null for all
 * @param options by their properties
 */
public record FormatDescription(String name, String columns, Map<String, Object> options) implements Serializable {

    public FormatDescription {
        options = new LinkedHashMap<>(options);
    }

    /**
     * Describes a data format of Waybill's own.
     *
     * @throws WaybillException when it is another, whose options may be anything
     */
    public static FormatDescription of(RowDataFormat format) {
        if (!format.format().isNamed()) {
            throw WaybillException.refusal("format: " + format.getDataFormatName()
                    + " cannot be made anew in another process; allowed: " + FileFormat.names());
        }
        return new FormatDescription(format.format().extension(), format.getColumns(), format.options());
    }

    /** The data format, ready to write. */
    public RowDataFormat dataFormat(CamelContext context) {
        RowDataFormat made = (RowDataFormat) RowDataFormat.usual(context, FileFormat.of(name));
        made.setColumns(columns);
        for (Key<?> key : made.format().kind().options()) {
            set(made, key);
        }
        made.init();
        return made;
    }

    @SuppressWarnings("unchecked") // it is the value that the same key had
    private <T> void set(RowDataFormat made, Key<T> key) {
        if (options.containsKey(key.option())) {
            made.set(key, (T) options.get(key.option()));
        }
    }
}
