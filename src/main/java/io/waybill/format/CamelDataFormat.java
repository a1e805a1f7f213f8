package io.waybill.format;

import io.waybill.WaybillException;
import io.waybill.flow.FileFormat;
import io.waybill.flow.Refusal;
import io.waybill.format.KnownDataFormat.Handover;
import io.waybill.rows.Column;
import io.waybill.rows.RowEncoder;
import io.waybill.rows.RowFormat;
import io.waybill.rows.RowSchema;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.PropertyBindingException;
import org.apache.camel.spi.DataFormat;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.PropertyConfigurer;
import org.apache.camel.spi.annotations.Dataformat;
import org.apache.camel.support.PropertyBindingSupport;
import org.apache.camel.support.service.ServiceHelper;

/**
 * The {@code waybill-camel} data format, which hands rows to another one as it takes them: to camel-csv or an engineer's own, which its property
 * {@code dataFormat} names. Properties {@code dataFormatOptions.x} are that one's.
 */
@Dataformat("waybill-camel")
@Metadata(firstVersion = "0.1.0", title = "Waybill for data formats of Camel")
public class CamelDataFormat extends RowDataFormat implements CamelContextAware {

    /** Which Camel would look for by a name that Waybill's own data formats have, too. */
    private static final PropertyConfigurer BY_SETTERS = (context, target, name, value, ignoreCase) -> false;

    private final Map<String, Object> dataFormatOptions = new LinkedHashMap<>();
    private CamelContext camelContext;

    @Override
    public void setCamelContext(CamelContext camelContext) {
        this.camelContext = camelContext;
    }

    @Override
    public CamelContext getCamelContext() {
        return camelContext;
    }

    /** The options of the other data format, by their names; to be put into. */
    public Map<String, Object> getDataFormatOptions() {
        return dataFormatOptions;
    }

    @Override
    public FileFormat format() {
        Map<String, Object> config = new LinkedHashMap<>();
        config.put(CamelFormat.DATA_FORMAT.name(), Objects.requireNonNullElse(get(CamelFormat.DATA_FORMAT), ""));
        if (get(CamelFormat.DATA_FORMAT_EXTENSION) != null) {
            config.put(CamelFormat.DATA_FORMAT_EXTENSION.name(), get(CamelFormat.DATA_FORMAT_EXTENSION));
        }
        return FileFormat.saidBy(config, null, List.of()).orElseThrow();
    }

    /** Whatever is called so. */
    @Override
    public boolean writes(FileFormat format) {
        return format.extension().equals(extension());
    }

    @Override
    public Map<String, Object> options() {
        Map<String, Object> options = super.options();
        dataFormatOptions.forEach(
                (option, value) -> options.put(CamelFormat.DATA_FORMAT_OPTIONS.option() + "." + option, value));
        return options;
    }

    @Override
    public List<Refusal> refusals() {
        List<Refusal> refusals = new ArrayList<>(super.refusals());
        if (refusals.isEmpty()) {
            tried().map(Refusal::asOption).ifPresent(refusals::add);
        }
        return refusals;
    }

    /**
     * Makes the other data format, to see whether that can be done.
     *
     * @return what is wrong, by the keys of a flow; empty where nothing is, or no Camel context is known yet
     */
    public Optional<Refusal> tried() {
        String name = get(CamelFormat.DATA_FORMAT);
        if (camelContext == null || name == null) {
            return Optional.empty();
        }
        if (isBean()) {
            return lookedUp() == null
                    ? Optional.of(new Refusal(
                            CamelFormat.DATA_FORMAT.name(),
                            "there is no bean \"" + beanName() + "\" that is a data format"))
                    : Optional.empty();
        }
        try {
            DataFormat made = made("a");
            ServiceHelper.startService(made);
            ServiceHelper.stopService(made);
            return Optional.empty();
        } catch (PropertyBindingException e) {
            return Optional.of(new Refusal(
                    CamelFormat.DATA_FORMAT_OPTIONS.name() + "." + e.getPropertyName(),
                    "\"" + e.getValue() + "\" is not what data format \"" + name + "\" takes there: " + innermost(e)));
        } catch (RuntimeException | LinkageError e) {
            return Optional.of(
                    new Refusal(CamelFormat.DATA_FORMAT.name(), "\"" + name + "\" cannot be made: " + innermost(e)));
        }
    }

    private static String innermost(Throwable thrown) {
        return WaybillException.causes(thrown)
                .reduce((outer, inner) -> inner)
                .map(cause -> Objects.requireNonNullElse(
                        cause.getMessage(), cause.getClass().getName()))
                .orElseThrow();
    }

    private boolean isBean() {
        return get(CamelFormat.DATA_FORMAT).startsWith("#");
    }

    private String beanName() {
        return get(CamelFormat.DATA_FORMAT).replaceFirst("^#(bean:)?", "");
    }

    /** Null where there is none, or this one itself. */
    private DataFormat lookedUp() {
        if (!(camelContext.getRegistry().lookupByName(beanName()) instanceof DataFormat bean) || bean == this) {
            return null;
        }
        CamelContextAware.trySetCamelContext(bean, camelContext);
        return bean;
    }

    /** @param columns their names, with commas between them */
    private DataFormat made(String columns) {
        DataFormat made = camelContext.createDataFormat(get(CamelFormat.DATA_FORMAT));
        if (made == null) {
            throw WaybillException.refusal("there is no data format \"" + get(CamelFormat.DATA_FORMAT) + "\"");
        }
        Map<String, Object> properties = new LinkedHashMap<>();
        dataFormatOptions.forEach((option, value) -> properties.put(
                option, value instanceof String text ? text.replace(DataFormatOptions.COLUMNS, columns) : value));
        PropertyBindingSupport.build()
                .withCamelContext(camelContext)
                .withTarget(made)
                .withConfigurer(BY_SETTERS)
                .withProperties(properties)
                .withMandatory(true)
                .withRemoveParameters(false)
                .bind();
        return made;
    }

    @Override
    public void marshal(Exchange exchange, Object graph, OutputStream stream) throws Exception {
        if (camelContext == null) {
            camelContext = exchange.getContext();
        }
        super.marshal(exchange, graph, stream);
    }

    @Override
    public RowEncoder open(RowSchema schema, OutputStream out) throws IOException {
        int[] selection = selection(schema);
        List<Column> columns = select(schema, selection);
        CamelFormat.known(options()).ifPresent(known -> known.checkNames(columns));
        DataFormat format = started(columns);
        if (format instanceof RowFormat own) {
            return own.open(schema, out);
        }
        Handover handover = handover();
        RowMaker maker = handover == Handover.PULLED_RECORDS
                ? new AvroRecords(columns, selection)
                : new RowMaps(columns, selection, values());
        Marshalling marshalling = new Marshalling(
                camelContext,
                get(CamelFormat.DATA_FORMAT),
                format,
                !isBean(),
                get(CamelFormat.DATA_FORMAT_CHARSET),
                columns,
                out);
        return switch (handover) {
            case ITERATOR -> new PulledEncoder(marshalling, maker, false);
            case PULLED_LIST, PULLED_RECORDS -> new PulledEncoder(marshalling, maker, true);
            case LIST -> new CollectedEncoder(marshalling, maker);
            case EACH -> new EachEncoder(marshalling, maker);
        };
    }

    private DataFormat started(List<Column> columns) {
        try {
            DataFormat format = isBean() ? bean() : madeFor(columns);
            ServiceHelper.startService(format);
            return format;
        } catch (WaybillException e) {
            throw e;
        } catch (RuntimeException | LinkageError e) {
            throw WaybillException.refusal(
                    "data format \"" + get(CamelFormat.DATA_FORMAT) + "\" cannot be made: " + innermost(e), e);
        }
    }

    private DataFormat bean() {
        DataFormat bean = lookedUp();
        if (bean == null) {
            throw WaybillException.refusal(tried().orElseThrow().toString());
        }
        return bean;
    }

    private DataFormat madeFor(List<Column> columns) {
        String names = columns.stream().map(Column::name).collect(Collectors.joining(","));
        boolean asks = dataFormatOptions.values().stream()
                .anyMatch(value -> value instanceof String text && text.contains(DataFormatOptions.COLUMNS));
        if (asks && columns.stream().anyMatch(column -> column.name().indexOf(',') >= 0)) {
            throw WaybillException.refusal(
                    "data_format_options: {columns} stands for names with commas between them, and " + names
                            + " would not be told apart");
        }
        return made(names);
    }

    private Handover handover() {
        return CamelFormat.handover(options(), format());
    }

    private ValueStyle values() {
        String said = get(CamelFormat.DATA_FORMAT_VALUES);
        return said == null
                ? CamelFormat.known(options()).map(KnownDataFormat::values).orElse(ValueStyle.JAVA)
                : ValueStyle.valueOf(said.toUpperCase(Locale.ROOT));
    }

    @Override
    public String targetType(Column column) {
        return handover() == Handover.PULLED_RECORDS ? AvroRecords.describe(column) : values().describe(column);
    }
}
