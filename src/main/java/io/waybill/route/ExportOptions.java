package io.waybill.route;

import io.waybill.flow.DataSet;
import io.waybill.flow.Delivery;
import io.waybill.flow.DeliveryKeys;
import io.waybill.flow.Export;
import io.waybill.flow.ExportKeys;
import io.waybill.flow.ExportRules;
import io.waybill.flow.FileFormat;
import io.waybill.flow.Filter;
import io.waybill.flow.IfExists;
import io.waybill.flow.Key;
import io.waybill.flow.PathTemplate;
import io.waybill.flow.Refusal;
import io.waybill.flow.Report;
import io.waybill.flow.ReportKeys;
import io.waybill.flow.SplitKeys;
import io.waybill.flow.Values;
import io.waybill.format.RowDataFormat;
import io.waybill.rows.RowFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Reads an {@link Export} from the options of {@code waybill:begin}, and finds all that is wrong with them. */
public final class ExportOptions {

    private final Values options;
    private final List<Refusal> refusals = new ArrayList<>();
    private Export export;
    private DataSet dataSet;
    private final List<DataSet> dataSets;

    public ExportOptions(Values options) {
        this.options = options;
        required(ExportKeys.SOURCE_DATASET_ID);
        required(ExportKeys.NAMESPACE);
        FileFormat format = format();
        if (!options.has(SplitKeys.CHUNK_COLUMN) && options.has(SplitKeys.CHUNK_EVERY)) {
            refuse(SplitKeys.CHUNK_EVERY, "is for chunkBy, which is missing");
        }
        if (!options.has(ReportKeys.BUCKET_COLUMN)) {
            ReportKeys.OF_A_BUCKET.stream()
                    .filter(options::has)
                    .forEach(key -> refuse(key, "is for timeBucket, which is missing"));
        }
        dataSet = readDataSet();
        dataSets = readAll(ExportKeys.DATA_SETS, DataSetBean.class, DataSetBean::toDataSet);
        List<Delivery> deliveries = readDeliveries();
        Values values = options.with(ExportKeys.FORMAT, format);
        for (Key<Object> key : List.of(ExportKeys.ENCRYPTION, ExportKeys.CHANGES)) {
            values = values.with(ofBean(key));
        }
        export = new Export(
                values,
                deliveries,
                readFormatOptions(format),
                readFilters(ExportKeys.FILTERS),
                readAll(ExportKeys.TRANSFORM, TransformBean.class, TransformBean::toTransform),
                Report.of(options, readMetrics(), readFilters(ReportKeys.HAVING)),
                readAll(ExportKeys.EXPECT, ExpectBean.class, ExpectBean::toExpectation),
                List.of()); // which are the route's, as redelivery is
        if (refusals.isEmpty()) {
            // what goes together is asked of what is well formed
            Stream.concat(ExportRules.check(export, options::has).stream(), ExportRules.check(export, dataSet).stream())
                    .forEach(refusal -> refusals.add(refusal.asOption()));
        }
    }

    /** That of a data format that says it by itself, else the one that is named. */
    private FileFormat format() {
        if (options.get(ExportKeys.EXPORTER_CONFIG) instanceof RowDataFormat given
                && !given.format().isNamed()) {
            return given.format();
        }
        return options.has(ExportKeys.FORMAT) ? options.get(ExportKeys.FORMAT) : FileFormat.of("csv");
    }

    /** What a run of a message's rows calls their data set. */
    public static final String MESSAGE = "message";

    /** The export that {@code waybill:take} begins, of the rows in a body: their data set is the {@link #MESSAGE}. */
    public static ExportOptions ofMessage(Values options) {
        return new ExportOptions(options.with(ExportKeys.SOURCE_DATASET_ID, MESSAGE));
    }

    /**
     * The export that {@code waybill:export} or {@code waybill:sink} describes, where {@code filePath} may be a URI, and have a connection.
     *
     * @param first the verb that its route begins with
     */
    static ExportOptions described(Verb first, Values options) {
        String path = options.get(ExportKeys.FILE_PATH);
        String connection = options.get(StepOptions.CONNECTION);
        String scheme = path == null ? "" : Delivery.schemeOf(path);
        Values plain = options.with(StepOptions.CONNECTION, null).with(StepOptions.MESSAGE_KEY, null);
        if (!scheme.isEmpty() || connection != null) {
            KeyedBean delivery = new DeliveryBean()
                    .set(DeliveryKeys.ID, connection != null ? connection : scheme)
                    .set(DeliveryKeys.URI, path)
                    .set(DeliveryKeys.CONNECTION, connection)
                    .set(
                            DeliveryKeys.IF_EXISTS,
                            options.has(ExportKeys.IF_EXISTS) ? options.print(ExportKeys.IF_EXISTS) : null);
            plain = plain.with(ExportKeys.FILE_PATH, null)
                    .with(ExportKeys.IF_EXISTS, null)
                    .with(ExportKeys.DELIVERY, withFirst(delivery, options.get(ExportKeys.DELIVERY)));
        }
        return first == Verb.TAKE ? ofMessage(plain) : new ExportOptions(plain);
    }

    private static List<Object> withFirst(Object first, Object others) {
        List<Object> all = new ArrayList<>(List.of(first));
        if (others != null) {
            all.addAll((List<?>) others);
        }
        return all;
    }

    /** What is wrong; empty where nothing is. */
    public List<Refusal> refusals() {
        return refusals;
    }

    /** The export, where nothing is wrong. */
    public Export export() {
        return export;
    }

    /** The data set, as declared or not. */
    public DataSet dataSet() {
        return dataSet;
    }

    /** The data sets that are declared beside, and may be among many tables. */
    public List<DataSet> dataSets() {
        return dataSets;
    }

    /** @param wrong what is wrong; null where nothing is */
    private void refuse(Key<?> key, String wrong) {
        refuse(key.option(), wrong);
    }

    private void refuse(String option, String wrong) {
        if (wrong != null) {
            refusals.add(new Refusal(option, wrong));
        }
    }

    private void required(Key<String> key) {
        String value = options.get(key);
        refuse(key, value == null || value.isBlank() ? "is missing" : null);
    }

    /** What a reading answers; null, and a refusal, where it fails. */
    private <T> T read(String option, Supplier<T> reading) {
        try {
            return reading.get();
        } catch (IllegalArgumentException e) {
            refuse(option, e.getMessage());
            return null;
        }
    }

    private DataSet readDataSet() {
        String source = options.get(ExportKeys.SOURCE_DATASET_ID);
        DataSetBean bean = (DataSetBean) options.get(ExportKeys.DATA_SET);
        if (bean == null) {
            return DataSet.undeclared(source, options.get(ExportKeys.DATASOURCE));
        }
        return bean.declared(source, refusals);
    }

    /** What the bean says that stands for a table of a flow file. */
    private Values ofBean(Key<Object> key) {
        KeyedBean bean = (KeyedBean) options.get(key);
        Values values = bean == null ? null : read(key.option(), bean::values);
        return values == null ? Values.NONE : values;
    }

    /** Where the files go. */
    private List<Delivery> readDeliveries() {
        List<Delivery> deliveries = new ArrayList<>();
        String filePath = options.get(ExportKeys.FILE_PATH);
        IfExists ifExists = options.get(ExportKeys.IF_EXISTS);
        if (!options.has(ExportKeys.DELIVERY)) {
            required(ExportKeys.FILE_PATH);
            PathTemplate path = filePath == null ? null : read("filePath", () -> PathTemplate.path(filePath));
            IfExists usual = Export.isOfNewRows(options) ? IfExists.VERSION : IfExists.OVERWRITE;
            if (path != null && !path.text().isBlank()) {
                deliveries.add(check("filePath", Delivery.local(path, ifExists == null ? usual : ifExists), false));
            }
            return deliveries;
        }
        refuse(ExportKeys.FILE_PATH, filePath == null ? null : "is there beside deliveries; one of them is allowed");
        refuse(ExportKeys.IF_EXISTS, ifExists == null ? null : "is for filePath alone; each of deliveries has its own");
        for (DeliveryBean bean : beans(ExportKeys.DELIVERY, DeliveryBean.class)) {
            Delivery delivery = read("deliveries", bean::toDelivery);
            if (delivery != null) {
                if (deliveries.stream().anyMatch(other -> other.id().equals(delivery.id()))) {
                    refuse("deliveries", "\"" + delivery.id() + "\" is the id of two of them");
                }
                deliveries.add(check("deliveries." + delivery.id() + ".uri", delivery, delivery.connection() != null));
            }
        }
        return deliveries;
    }

    private Delivery check(String option, Delivery delivery, boolean connected) {
        refuse(option, Delivery.pathProblem(delivery.uri(), delivery.uri().text()));
        delivery.refusals(option, key -> key.equals("connection") && connected).stream()
                .map(Refusal::asOption)
                .forEach(refusals::add);
        return delivery;
    }

    /** The options of the data format, which has to be one of the format. */
    private Map<String, Object> readFormatOptions(FileFormat format) {
        Object given = options.get(ExportKeys.EXPORTER_CONFIG);
        if (given == null) {
            return Map.of();
        }
        if (!(given instanceof RowFormat)) {
            refuse(
                    "dataFormat",
                    given.getClass().getName() + " does not take rows; allowed: " + FileFormat.dataFormats()
                            + "; waybill-camel hands them to any, by its property dataFormat");
        }
        if (!(given instanceof RowDataFormat dataFormat)) {
            return Map.of(); // somebody's own, whose settings are its own
        }
        FileFormat named = options.has(ExportKeys.FORMAT) ? options.get(ExportKeys.FORMAT) : format;
        if (!dataFormat.writes(named)) {
            refuse(
                    "dataFormat",
                    "writes " + dataFormat.format().extension() + ", and format is \"" + named.extension() + "\"");
        }
        if (dataFormat.getColumns() != null && !dataFormat.getColumns().isBlank()) {
            refuse(
                    "dataFormat.columns",
                    "is for marshal alone; set columns of waybill:begin, which the waybill tells of");
        }
        dataFormat.refusals().forEach(refusal -> refuse("dataFormat." + refusal.key(), refusal.message()));
        return dataFormat.options();
    }

    private <B> List<B> beans(Key<Object> key, Class<B> type) {
        Object given = options.get(key);
        return given == null
                ? List.of()
                : ((List<?>) given).stream().map(type::cast).toList();
    }

    private List<Filter> readFilters(Key<Object> key) {
        return readAll(key, FilterBean.class, FilterBean::toFilter);
    }

    private List<Report.Metric> readMetrics() {
        return readAll(ReportKeys.METRICS, MetricBean.class, MetricBean::toMetric);
    }

    /** What each bean of a list says, but for those that are wrong. */
    private <B, T> List<T> readAll(Key<Object> key, Class<B> type, Function<B, T> reading) {
        List<B> beans = beans(key, type);
        List<T> all = new ArrayList<>();
        for (int i = 0; i < beans.size(); i++) {
            B bean = beans.get(i);
            T one = read(key.option() + "[" + (i + 1) + "]", () -> reading.apply(bean));
            if (one != null) {
                all.add(one);
            }
        }
        return all;
    }
}
