package io.waybill.route;

import io.waybill.delivery.Destinations;
import io.waybill.delivery.EndpointUri;
import io.waybill.flow.DataSet;
import io.waybill.flow.Delivery;
import io.waybill.flow.EncryptionKeys;
import io.waybill.flow.Export;
import io.waybill.flow.ExportKeys;
import io.waybill.flow.FeedKeys;
import io.waybill.flow.Flow;
import io.waybill.flow.Form;
import io.waybill.flow.IfExists;
import io.waybill.flow.Key;
import io.waybill.flow.Report;
import io.waybill.flow.ReportKeys;
import io.waybill.flow.RunRules.Redelivery;
import io.waybill.flow.Values;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.camel.CamelContext;
import org.apache.camel.model.BeanFactoryDefinition;
import org.apache.camel.model.BeanModelHelper;
import org.apache.camel.processor.errorhandler.RedeliveryPolicy;
import org.apache.camel.spi.DataFormat;
import org.apache.camel.support.jsse.SSLContextParameters;

/**
 * What a flow becomes: endpoint URIs, whose options hold its plain settings, and beans for its structured ones. The
 * loaded route and the printed one are made of the same.
 *
 * @param dataSet the declared data set; null for one that is found by its name
 * @param datasource the data source that the flow reads
 * @param context knows connections and data formats
 */
record FlowRoute(Flow flow, DataSet dataSet, String datasource, CamelContext context) {

    /** How much a delay differs, so that many flows do not come back at once. */
    private static final String JITTER = "0.15";

    private static final String DATA_SET = "data-set";
    private static final String DATA_SETS = "data-set-";
    private static final String ENCRYPTION = "encryption";
    private static final String CHANGES = "changes";
    private static final String FORMAT = "format";
    private static final String FILTER = "filter-";
    private static final String EXPECT = "expect-";
    private static final String TRANSFORM = "transform-";
    private static final String METRIC = "metric-";
    private static final String HAVING = "having-";
    /** The bean of how a failed delivery is tried again. */
    static final String REDELIVERY = "redelivery";
    /** The bean of what goes on with the run when all of its tables have had their turn. */
    static final String AFTER_TABLES = "after-tables";
    /** The bean of the threads in which tables are exported side by side. */
    static final String TABLES_AT_ONCE = "tables-at-once";
    /** The bean of what goes on with the run when all destinations have had their turn. */
    static final String AFTERWARDS = "afterwards";

    Destinations destinations() {
        return new Destinations(context);
    }

    private Export export() {
        return flow.export();
    }

    String start() {
        return "direct:" + flow.id();
    }

    /**
     * Where another of its routes begins: the delivery of its staged files, behind the steps that read and for files that were kept;
     * that of a run whose delivery has failed, which header WaybillRunId names; what tells whoever asked for it.
     */
    String direct(String route) {
        return "direct:" + step(route);
    }

    /** The id of one of its steps or beans: with a dot, which no flow's id has, so that it is none of another flow. */
    String step(String name) {
        return flow.id() + "." + name;
    }

    String begin() {
        return EndpointUri.of("waybill:begin/" + flow.id(), options());
    }

    /** What the route of a flow begins with that an endpoint describes: what is none of the verb's options, it does not ask for. */
    String begin(Verb first) {
        Map<String, Object> options = options();
        options.keySet().retainAll(StepOptions.of(first));
        return EndpointUri.of(verb(first), options);
    }

    /** The step that a feed is. */
    String feed() {
        return EndpointUri.of(verb(Verb.FEED), feedOptions());
    }

    private Map<String, Object> feedOptions() {
        Values values = flow.feed()
                .values()
                .with(FeedKeys.FLOW_TYPE, flow.type())
                .with(FeedKeys.DATASOURCE, datasource)
                .with(ExportKeys.NAMESPACE, flow.namespace())
                .with(FeedKeys.COLUMN_TEXTS, FeedOptions.texts(flow.feed().columns()))
                .with(FeedKeys.FOLLOWED, !flow.feed().then().isEmpty())
                .with(ExportKeys.DATA_SET, dataSet == null ? null : "#" + step(DATA_SET));
        Map<String, Object> options = new LinkedHashMap<>();
        for (Key<?> key : FeedKeys.options()) {
            options.put(key.option(), key.form() instanceof Form.Table ? values.get(key) : values.print(key));
        }
        return options;
    }

    /** Each key whose value differs from what holds without it. */
    private Map<String, Object> options() {
        Values values = printed();
        Map<String, Object> options = new LinkedHashMap<>();
        for (Key<?> key : ExportKeys.options()) {
            options.put(key.option(), key.form() instanceof Form.Table ? values.get(key) : values.print(key));
        }
        if (!flow.triggers().isEmpty()) { // whose zone is shown, be it UTC
            options.put(ExportKeys.TIMEZONE.option(), flow.timezone().getId());
        }
        return options;
    }

    /** The export's values, with those that the flow has for them; references of beans stand for tables. */
    private Values printed() {
        String zone = flow.timezone().getId();
        Values values = export().values()
                .with(ExportKeys.DATASOURCE, datasource)
                .with(ExportKeys.NAMESPACE, flow.namespace())
                .with(ExportKeys.EXPORT_MODE, export().mode())
                .with(ExportKeys.FORMAT, export().format().isNamed() ? export().format() : null) // which its bean says
                .with(ExportKeys.FILTERS, references(FILTER, export().filters()))
                .with(ExportKeys.EXPECT, references(EXPECT, export().expectations()))
                .with(ExportKeys.TRANSFORM, references(TRANSFORM, export().transforms()))
                .with(ExportKeys.ENCRYPTION, export().encryption() == null ? null : "#" + step(ENCRYPTION))
                .with(ExportKeys.CHANGES, export().values().has(ExportKeys.CHANGES) ? "#" + step(CHANGES) : null)
                .with(ExportKeys.TIMEZONE, zone.equals("Z") ? null : zone)
                .with(ExportKeys.DATA_SET, dataSet == null ? null : "#" + step(DATA_SET))
                .with(ExportKeys.DATA_SETS, references(DATA_SETS, dataSets()))
                .with(ExportKeys.EXPORTER_CONFIG, export().formatOptions().isEmpty() ? null : "#" + step(FORMAT));
        Report report = export().report();
        if (report != null) {
            values = values.with(report.values())
                    .with(ReportKeys.METRICS, references(METRIC, report.metrics()))
                    .with(ReportKeys.HAVING, references(HAVING, report.having()));
        }
        if (!isLocal()) {
            return values.with(ExportKeys.DELIVERY, deliveryReferences());
        }
        IfExists usual = export().isOfNewRows() ? IfExists.VERSION : IfExists.OVERWRITE;
        IfExists there = export().delivery().ifExists();
        return values.with(ExportKeys.FILE_PATH, Destinations.below(export().delivery()))
                .with(ExportKeys.IF_EXISTS, there == usual ? null : there);
    }

    /** The declared data sets that may be among the tables of a flow of many. */
    private List<DataSet> dataSets() {
        return export().isOfManyTables() ? MarkedDataSets.of(context).tables(datasource, List.of()) : List.of();
    }

    /** How many tables are exported side by side. */
    int tablesAtOnce() {
        return export().get(ExportKeys.TABLES_AT_ONCE).intValue();
    }

    /** Whether Camel's dumper can take its URIs apart: it takes every ampersand for the end of an option, a raw one too. */
    boolean hasSimpleOptions() {
        return (flow.feed() == null ? options() : feedOptions())
                .values().stream()
                        .noneMatch(value -> value != null && value.toString().indexOf('&') >= 0);
    }

    private String deliveryReferences() {
        return export().deliveries().stream()
                .map(delivery -> "#" + deliveryBean(delivery))
                .collect(Collectors.joining(","));
    }

    /** The references of the beans that a list becomes; null for none. */
    private String references(String bean, List<?> all) {
        String references = IntStream.rangeClosed(1, all.size())
                .mapToObj(i -> "#" + step(bean + i))
                .collect(Collectors.joining(","));
        return references.isEmpty() ? null : references;
    }

    String rows() {
        Export.Reader reader = export().get(ExportKeys.READER);
        return "rows:" + datasource + (reader == null ? "" : "?reader=" + Form.lower(reader));
    }

    String verb(Verb verb) {
        return "waybill:" + verb.label() + "/" + flow.id();
    }

    /** The step that makes one message of all files; null where each goes by itself. */
    String mail(Delivery delivery) {
        Map<String, String> limits = destinations().together(delivery);
        return limits == null ? null : EndpointUri.of(verb(Verb.MAIL), limits);
    }

    /** Whether the files go to one folder of this machine: the plain case, which needs no beans. */
    private boolean isLocal() {
        return export().deliveries().size() == 1 && export().delivery().kind().isLocal();
    }

    private String deliveryBean(Delivery delivery) {
        return step("delivery-" + delivery.id());
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
            beans.add(bean(step(DATA_SET), DataSetBean.class, DataSetBean.properties(dataSet)));
        }
        if (flow.feed() != null) {
            return beans;
        }
        addBeans(beans, DATA_SETS, dataSets(), DataSetBean.class, DataSetBean::properties);
        if (export().isOfManyTables()) {
            beans.add(bean(step(AFTER_TABLES), AfterTables.class, Map.of()));
        }
        if (tablesAtOnce() > 1) {
            beans.add(bean(step(TABLES_AT_ONCE), TablesAtOnce.class, Map.of("threads", tablesAtOnce())));
        }
        Redelivery redelivery = export().redelivery();
        if (redelivery.maximumRedeliveries() > 0) {
            beans.add(bean(step(REDELIVERY), RedeliveryPolicy.class, redelivery(redelivery)));
        }
        if (!isLocal()) {
            export().deliveries()
                    .forEach(delivery -> beans.add(
                            bean(deliveryBean(delivery), DeliveryBean.class, DeliveryBean.properties(delivery))));
        }
        if (export().encryption() != null) {
            beans.add(bean(
                    step(ENCRYPTION), EncryptionBean.class, export().values().properties(EncryptionKeys.ALL)));
        }
        if (export().values().has(ExportKeys.CHANGES)) {
            beans.add(bean(step(CHANGES), ChangesBean.class, export().values().properties(FeedKeys.OF_AN_EXPORT)));
        }
        if (export().deliveries().size() > 1) {
            beans.add(bean(step(AFTERWARDS), AfterDeliveries.class, Map.of()));
        }
        export().deliveries()
                .forEach(delivery -> destinations()
                        .tlsBean(delivery)
                        .forEach((name, properties) -> beans.add(bean(name, SSLContextParameters.class, properties))));
        addBeans(beans, FILTER, export().filters(), FilterBean.class, FilterBean::properties);
        addBeans(beans, EXPECT, export().expectations(), ExpectBean.class, ExpectBean::properties);
        addBeans(beans, TRANSFORM, export().transforms(), TransformBean.class, TransformBean::properties);
        if (export().report() != null) {
            addBeans(beans, METRIC, export().report().metrics(), MetricBean.class, MetricBean::properties);
            addBeans(beans, HAVING, export().report().having(), FilterBean.class, FilterBean::properties);
        }
        BeanFactoryDefinition<?> format = formatBean();
        if (format != null) {
            beans.add(format);
        }
        return beans;
    }

    private <T> void addBeans(
            List<BeanFactoryDefinition<?>> beans,
            String name,
            List<T> all,
            Class<?> type,
            Function<T, Map<String, Object>> properties) {
        for (int i = 0; i < all.size(); i++) {
            beans.add(bean(step(name + (i + 1)), type, properties.apply(all.get(i))));
        }
    }

    /** The data format with its options; null where it has none. */
    DataFormat newDataFormat() throws Exception {
        BeanFactoryDefinition<?> bean = formatBean();
        return bean == null ? null : (DataFormat) BeanModelHelper.newInstance(bean, context);
    }

    private BeanFactoryDefinition<?> formatBean() {
        if (export().formatOptions().isEmpty()) {
            return null;
        }
        Class<?> type = context.createDataFormat(export().format().dataFormat()).getClass();
        Map<String, Object> properties = new TreeMap<>();
        export().formatOptions().forEach((option, value) -> properties.put(option, value.toString()));
        return bean(step(FORMAT), type, properties);
    }

    private static BeanFactoryDefinition<?> bean(String name, Class<?> type, Map<String, Object> properties) {
        BeanFactoryDefinition<?> bean = new BeanFactoryDefinition<>();
        bean.setName(name);
        bean.setType("#class:" + type.getName());
        bean.setProperties(properties);
        return bean;
    }
}
