package io.waybill.route;

import io.waybill.delivery.Destinations;
import io.waybill.delivery.EndpointUri;
import io.waybill.flow.DataSet;
import io.waybill.flow.Delivery;
import io.waybill.flow.Delivery.Kind;
import io.waybill.flow.Export;
import io.waybill.flow.ExportKeys;
import io.waybill.flow.Flow;
import io.waybill.flow.Form;
import io.waybill.flow.IfExists;
import io.waybill.flow.Key;
import io.waybill.flow.PathTemplate;
import io.waybill.flow.RunRules.Redelivery;
import io.waybill.flow.Span;
import io.waybill.flow.Trigger;
import io.waybill.flow.Values;
import io.waybill.format.CsvDataFormat;
import io.waybill.format.JsonDataFormat;
import io.waybill.format.ParquetDataFormat;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.model.BeanFactoryDefinition;
import org.apache.camel.model.BeanModelHelper;
import org.apache.camel.processor.errorhandler.RedeliveryPolicy;
import org.apache.camel.spi.DataFormat;
import org.apache.camel.support.jsse.SSLContextParameters;

/**
 * What a flow becomes: endpoint URIs, whose options hold its plain settings, and beans for its structured ones. The
 * loaded route and the printed one are made of the same.
 */
final class FlowRoute {

    /** How much a delay differs, so that many flows do not come back at once. */
    private static final String JITTER = "0.15";

    private final Flow flow;
    private final Export export;
    private final DataSet dataSet;
    private final String datasource;
    private final Destinations destinations;

    /**
     * @param dataSet the declared data set; null for one that is found by its name
     * @param datasource the data source that the flow reads
     * @param destinations knows the endpoints of the deliveries
     */
    FlowRoute(Flow flow, DataSet dataSet, String datasource, Destinations destinations) {
        this.flow = flow;
        this.export = flow.export();
        this.dataSet = dataSet;
        this.datasource = datasource;
        this.destinations = destinations;
    }

    String id() {
        return flow.id();
    }

    String start() {
        return "direct:" + flow.id();
    }

    /** Where the delivery of its staged files begins: behind the steps that read, and for files that were kept. */
    String deliver() {
        return "direct:" + flow.id() + ".delivery";
    }

    /** Where a run whose delivery has failed is delivered again; header WaybillRunId says which. */
    String redrive() {
        return "direct:" + flow.id() + ".redrive";
    }

    /** Where whoever asked for it is told of a run. */
    String tell() {
        return "direct:" + flow.id() + ".notify";
    }

    /** The id of one of its steps: with a dot, which no flow's id has, so that it is none of another flow. */
    String step(String name) {
        return flow.id() + "." + name;
    }

    String begin() {
        return EndpointUri.of("waybill:begin/" + flow.id(), options());
    }

    /** Each key whose value differs from what holds without it. */
    private Map<String, Object> options() {
        Values values = printed();
        Map<String, Object> options = new LinkedHashMap<>();
        for (Key<?> key : ExportKeys.options()) {
            options.put(key.option(), key.form() instanceof Form.Table ? values.get(key) : print(key, values));
        }
        if (!flow.triggers().isEmpty()) { // whose zone is shown, be it UTC
            options.put(ExportKeys.TIMEZONE.option(), flow.timezone().getId());
        }
        return options;
    }

    private static <T> String print(Key<T> key, Values values) {
        return key.print(values.get(key));
    }

    /** The export's values, with those that the flow has for them; references of beans stand for tables. */
    private Values printed() {
        Values values = export.values()
                .with(ExportKeys.DATASOURCE, datasource)
                .with(ExportKeys.NAMESPACE, flow.namespace())
                .with(ExportKeys.EXPORT_MODE, export.mode())
                .with(ExportKeys.FILTERS, filterReferences())
                .with(ExportKeys.ENCRYPTION, export.encryption() == null ? null : "#" + encryptionBean())
                .with(
                        ExportKeys.TIMEZONE,
                        flow.timezone().getId().equals("Z")
                                ? null
                                : flow.timezone().getId())
                .with(ExportKeys.DATA_SET, dataSet == null ? null : "#" + dataSetBean())
                .with(ExportKeys.EXPORTER_CONFIG, export.formatOptions().isEmpty() ? null : "#" + formatBean());
        if (!isLocal()) {
            return values.with(ExportKeys.DELIVERY, deliveryReferences());
        }
        IfExists usual = export.sinceLast() == null ? IfExists.OVERWRITE : IfExists.VERSION;
        IfExists there = export.delivery().ifExists();
        return values.with(ExportKeys.FILE_PATH, export.delivery().path().text())
                .with(ExportKeys.IF_EXISTS, there == usual ? null : there);
    }

    /** Whether Camel's dumper can take its URIs apart: it takes every ampersand for the end of an option, a raw one too. */
    boolean hasSimpleOptions() {
        return options().values().stream()
                .noneMatch(value -> value != null && value.toString().indexOf('&') >= 0);
    }

    private static Object unlessZero(long number) {
        return number == 0 ? null : number;
    }

    private String deliveryReferences() {
        return export.deliveries().stream()
                .map(delivery -> "#" + deliveryBean(delivery))
                .collect(Collectors.joining(","));
    }

    private String filterReferences() {
        if (export.filters().isEmpty()) {
            return null;
        }
        List<String> references = new ArrayList<>();
        for (int i = 1; i <= export.filters().size(); i++) {
            references.add("#" + filterBean(i));
        }
        return String.join(",", references);
    }

    String rows() {
        Export.Reader reader = export.get(ExportKeys.READER);
        return "rows:" + datasource + (reader == null ? "" : "?reader=" + Form.lower(reader));
    }

    String verb(Verb verb) {
        return "waybill:" + verb.label() + "/" + flow.id();
    }

    List<Delivery> deliveries() {
        return export.deliveries();
    }

    /** The endpoint that publishes a file. */
    String destination(Delivery delivery) {
        return destinations.endpoint(delivery);
    }

    /** Whether the endpoint's URI is another for other files. */
    boolean isDynamic(Delivery delivery) {
        return !delivery.kind().keepsFiles()
                && !new PathTemplate(destination(delivery)).variables().isEmpty();
    }

    /** The endpoint with variables, as Camel's simple language has these. */
    String dynamicDestination(Delivery delivery) {
        return simple(destination(delivery));
    }

    private static String simple(String template) {
        return new PathTemplate(template).resolve(variable -> "${variable." + variable + "}");
    }

    /** What each message says besides, as simple expressions. */
    Map<String, String> headers(Delivery delivery) {
        Map<String, String> headers = new LinkedHashMap<>();
        if (delivery.kind() == Kind.HTTP) {
            headers.put("Idempotency-Key", "${header." + WaybillConstants.IDEMPOTENCY_KEY + "}");
            headers.put("Content-Disposition", "attachment; filename=\"${file:onlyname}\"");
            if (delivery.namesFiles()) {
                headers.put(Exchange.HTTP_PATH, "${header." + Exchange.FILE_NAME + "}");
            }
        } else if (delivery.kind() == Kind.MAIL) {
            String subject = Destinations.query(delivery.query()).get("subject");
            headers.put("Subject", subject == null ? flow.name() : simple(subject));
        }
        headers.putAll(destinations.headers(delivery));
        delivery.headers().forEach((header, text) -> headers.put(header, simple(text)));
        return headers;
    }

    /** The step that makes a mail of the files. */
    String mail(Delivery delivery) {
        return EndpointUri.of(verb(Verb.MAIL), destinations.mailLimits(delivery));
    }

    /** Where the delivery to one of several destinations begins. */
    String deliverTo(Delivery delivery) {
        return "direct:" + flow.id() + ".to." + delivery.id();
    }

    /** The step that turns to one of several destinations. */
    String turnTo(Delivery delivery) {
        return verb(Verb.DELIVERY) + "?delivery=" + delivery.id();
    }

    /** Whether the files go to one folder of this machine: the plain case, which needs no beans. */
    private boolean isLocal() {
        return export.deliveries().size() == 1 && export.delivery().kind() == Kind.LOCAL;
    }

    String triggerId(Trigger trigger) {
        return flow.id() + ".trigger." + trigger.id();
    }

    /** The endpoint that a trigger is. */
    String trigger(Trigger trigger) {
        Map<String, Object> options = new LinkedHashMap<>();
        options.put("cron", trigger.cron().quartz());
        options.put("trigger.timeZone", zoneName(trigger.timezone()));
        return EndpointUri.of("quartz:" + flow.id() + "/" + trigger.id(), options);
    }

    /** The endpoint by which a stream looks for new rows. */
    String look(Trigger trigger) {
        Map<String, Object> options = new LinkedHashMap<>();
        options.put("period", trigger.batches().period().toMillis());
        options.put("fixedRate", "false");
        return EndpointUri.of("timer:" + flow.id() + "." + trigger.id(), options);
    }

    /** The step that says whether a stream's next batch may begin. */
    String due(Trigger trigger) {
        Map<String, Object> options = new LinkedHashMap<>();
        options.put("maxRows", unlessZero(trigger.batches().maxRows()));
        options.put("maxDelay", Span.text(trigger.batches().maxDelay()));
        return EndpointUri.of(verb(Verb.DUE), options);
    }

    static String zoneName(ZoneId zone) {
        return zone.getId().equals("Z") ? "UTC" : zone.getId();
    }

    private String filterBean(int number) {
        return flow.id() + ".filter-" + number;
    }

    private String deliveryBean(Delivery delivery) {
        return flow.id() + ".delivery-" + delivery.id();
    }

    private String dataSetBean() {
        return flow.id() + ".data-set";
    }

    private String encryptionBean() {
        return flow.id() + ".encryption";
    }

    private String formatBean() {
        return flow.id() + ".format";
    }

    /** What goes on with the run when all destinations have had their turn. */
    String afterwardsBean() {
        return flow.id() + ".afterwards";
    }

    String redeliveryBean() {
        return flow.id() + ".redelivery";
    }

    private static Map<String, Object> redelivery(Redelivery redelivery) {
        Map<String, Object> properties = new LinkedHashMap<>();
        properties.put("maximumRedeliveries", Integer.toString(redelivery.maximumRedeliveries()));
        properties.put("redeliveryDelay", Long.toString(redelivery.delay().toMillis()));
        properties.put("useExponentialBackOff", "true");
        properties.put("backOffMultiplier", Double.toString(redelivery.multiplier()));
        properties.put(
                "maximumRedeliveryDelay",
                Long.toString(redelivery.maximumDelay().toMillis()));
        properties.put("useCollisionAvoidance", "true");
        properties.put("collisionAvoidanceFactor", JITTER);
        properties.put("retryAttemptedLogLevel", "WARN");
        properties.put("logRetryAttempted", "true");
        properties.put("logRetryStackTrace", "false");
        properties.put("logStackTrace", "false");
        properties.put("logExhausted", "false");
        return properties;
    }

    /** The beans of its structured settings. */
    List<BeanFactoryDefinition<?>> beans() {
        List<BeanFactoryDefinition<?>> beans = new ArrayList<>();
        if (dataSet != null) {
            beans.add(bean(dataSetBean(), DataSetBean.class, DataSetBean.properties(dataSet)));
        }
        Redelivery redelivery = export.rules().redelivery();
        if (redelivery.maximumRedeliveries() > 0) {
            beans.add(bean(redeliveryBean(), RedeliveryPolicy.class, redelivery(redelivery)));
        }
        if (!isLocal()) {
            export.deliveries()
                    .forEach(delivery -> beans.add(
                            bean(deliveryBean(delivery), DeliveryBean.class, DeliveryBean.properties(delivery))));
        }
        if (export.encryption() != null) {
            beans.add(bean(encryptionBean(), EncryptionBean.class, EncryptionBean.properties(export.encryption())));
        }
        if (export.deliveries().size() > 1) {
            beans.add(bean(afterwardsBean(), AfterDeliveries.class, Map.of()));
        }
        export.deliveries()
                .forEach(delivery -> destinations
                        .tlsBean(delivery)
                        .forEach((name, properties) -> beans.add(bean(name, SSLContextParameters.class, properties))));
        for (int i = 0; i < export.filters().size(); i++) {
            beans.add(bean(
                    filterBean(i + 1),
                    FilterBean.class,
                    FilterBean.properties(export.filters().get(i))));
        }
        if (!export.formatOptions().isEmpty()) {
            Map<String, Object> properties = new TreeMap<>();
            export.formatOptions().forEach((option, value) -> properties.put(option, value.toString()));
            beans.add(bean(formatBean(), formatClass(), properties));
        }
        return beans;
    }

    /** The data format with its options; null where it has none. */
    DataFormat newDataFormat(CamelContext context) throws Exception {
        for (BeanFactoryDefinition<?> bean : beans()) {
            if (bean.getName().equals(formatBean())) {
                return (DataFormat) BeanModelHelper.newInstance(bean, context);
            }
        }
        return null;
    }

    private Class<?> formatClass() {
        return switch (export.format()) {
            case CSV, TSV -> CsvDataFormat.class;
            case JSON, JSONL -> JsonDataFormat.class;
            case PARQUET -> ParquetDataFormat.class;
        };
    }

    private static BeanFactoryDefinition<?> bean(String name, Class<?> type, Map<String, Object> properties) {
        BeanFactoryDefinition<?> bean = new BeanFactoryDefinition<>();
        bean.setName(name);
        bean.setType("#class:" + type.getName());
        bean.setProperties(properties);
        return bean;
    }
}
