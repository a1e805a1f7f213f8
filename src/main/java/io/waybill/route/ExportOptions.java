package io.waybill.route;

import io.waybill.flow.Compression;
import io.waybill.flow.DataSet;
import io.waybill.flow.DataSetRules;
import io.waybill.flow.Delivery;
import io.waybill.flow.DeliveryRules;
import io.waybill.flow.Encryption;
import io.waybill.flow.EncryptionRules;
import io.waybill.flow.Export;
import io.waybill.flow.ExportMode;
import io.waybill.flow.ExportRules;
import io.waybill.flow.FileFormat;
import io.waybill.flow.Filter;
import io.waybill.flow.FormatOption;
import io.waybill.flow.IfExists;
import io.waybill.flow.NearestName;
import io.waybill.flow.Order;
import io.waybill.flow.PathTemplate;
import io.waybill.flow.Refusal;
import io.waybill.flow.RunRules;
import io.waybill.flow.RunRules.Overlap;
import io.waybill.flow.RunRules.SchemaChange;
import io.waybill.flow.Selection;
import io.waybill.flow.Selection.PiiPolicy;
import io.waybill.flow.Selection.Select;
import io.waybill.flow.SinceLast;
import io.waybill.flow.Span;
import io.waybill.flow.Split;
import io.waybill.format.RowDataFormat;
import io.waybill.rows.RowFormat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/** Reads an {@link Export} from the options of {@code waybill:begin}, and finds all that is wrong with them. */
public final class ExportOptions {

    private final ExportConfiguration options;
    private final List<Refusal> refusals = new ArrayList<>();
    private Export export;
    private DataSet dataSet;

    public ExportOptions(ExportConfiguration options) {
        this.options = options;
        read();
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

    private void read() {
        required("sourceDatasetId", options.getSourceDatasetId());
        required("namespace", options.getNamespace());
        FileFormat format = choice("format", options.getFormat(), FileFormat.class);
        Compression compression = choice("compression", options.getCompression(), Compression.class);
        String wrongZone = FormatOption.zoneProblem(options.getTimezone());
        if (wrongZone != null) {
            refuse("timezone", wrongZone);
        }
        dataSet = readDataSet();
        List<Delivery> deliveries = readDeliveries();
        Encryption encryption = readEncryption(compression, deliveries);
        Map<String, Object> formatOptions = readFormatOptions(format);
        PiiPolicy pii = choice("piiPolicy", options.getPiiPolicy(), PiiPolicy.class);
        String notYet = pii == null ? null : ExportRules.piiNotYet(pii);
        if (notYet != null) {
            refuse("piiPolicy", notYet);
        }
        Export read = new Export(
                options.getSourceDatasetId(),
                options.getDatasource(),
                deliveries.isEmpty() ? List.of(Delivery.local(new PathTemplate(""), IfExists.OVERWRITE)) : deliveries,
                readMode(),
                options.getBatchId(),
                format,
                formatOptions,
                new Selection(
                        NameList.split(options.getColumns()),
                        NameList.split(options.getExcludeColumns()),
                        choice("select", options.getSelect(), Select.class),
                        pii),
                readFilters(),
                NameList.split(options.getOrderBy()).stream().map(Order::parse).toList(),
                options.getLimit(),
                readSplit(),
                compression == null ? Compression.NONE : compression,
                encryption,
                null, // an option of rows:
                options.getParallelism(),
                options.isSkipEmpty(),
                readSinceLast(),
                options.isChecksums(),
                new RunRules(
                        choice("overlap", options.getOverlap(), Overlap.class),
                        choice("schemaChange", options.getSchemaChange(), SchemaChange.class),
                        RunRules.USUAL.redelivery(), // the route's
                        null,
                        List.of()));
        if (refusals.isEmpty()) {
            // what goes together is asked of what is well formed
            ExportRules.check(read, options::isGiven).forEach(refusal -> refusals.add(refusal.asOption()));
        }
        export = read;
    }

    private void refuse(String option, String message) {
        refusals.add(new Refusal(option, message));
    }

    private void required(String option, String value) {
        if (value == null || value.isBlank()) {
            refuse(option, "is missing");
        }
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

    private <E extends Enum<E>> E choice(String option, String name, Class<E> type) {
        return read(option, () -> choice(name, type));
    }

    /**
     * A constant by its name in lower case.
     *
     * @throws IllegalArgumentException when there is none; the message says what is allowed
     */
    public static <E extends Enum<E>> E choice(String name, Class<E> type) {
        List<String> allowed = Arrays.stream(type.getEnumConstants())
                .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                .toList();
        int index = allowed.indexOf(name);
        if (index < 0) {
            throw new IllegalArgumentException("\"" + name + "\" is not known; allowed: " + String.join(", ", allowed)
                    + NearestName.hint(String.valueOf(name), allowed));
        }
        return type.getEnumConstants()[index];
    }

    private ExportMode readMode() {
        return options.getMode() == null ? ExportMode.FULL : choice("mode", options.getMode(), ExportMode.class);
    }

    private DataSet readDataSet() {
        DataSetBean bean = options.getDataSet();
        if (bean == null) {
            return DataSet.undeclared(options.getSourceDatasetId(), options.getDatasource());
        }
        DataSet declared = read("dataSet", bean::toDataSet);
        if (declared != null) {
            DataSetRules.check(declared).stream()
                    .map(Refusal::asOption)
                    .forEach(refusal -> refuse("dataSet." + refusal.key(), refusal.message()));
            if (!String.valueOf(declared.id()).equals(options.getSourceDatasetId())) {
                refuse(
                        "sourceDatasetId",
                        "is \"" + options.getSourceDatasetId() + "\", and dataSet declares \"" + declared.id() + "\"");
            }
        }
        return declared;
    }

    /** Where the files go. */
    private List<Delivery> readDeliveries() {
        List<Delivery> deliveries = new ArrayList<>();
        if (options.getDeliveries().isEmpty()) {
            required("filePath", options.getFilePath());
            PathTemplate path = options.getFilePath() == null
                    ? null
                    : read("filePath", () -> PathTemplate.parse(options.getFilePath()));
            IfExists there = options.getIfExists() == null
                    ? options.isSinceLastExport() ? IfExists.VERSION : IfExists.OVERWRITE
                    : choice("ifExists", options.getIfExists(), IfExists.class);
            if (path != null && !path.text().isBlank()) {
                deliveries.add(check("filePath", Delivery.local(path, there), false));
            }
            return deliveries;
        }
        if (options.getFilePath() != null) {
            refuse("filePath", "is there beside deliveries; one of them is allowed");
        }
        if (options.getIfExists() != null) {
            refuse("ifExists", "is for filePath alone; each of deliveries has its own");
        }
        for (DeliveryBean bean : options.getDeliveries()) {
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
        String wrong = DeliveryRules.pathProblem(delivery.uri(), delivery.uri().text());
        if (wrong != null) {
            refuse(option, wrong);
        }
        DeliveryRules.check(delivery, option, key -> key.equals("connection") && connected).stream()
                .map(Refusal::asOption)
                .forEach(refusals::add);
        return delivery;
    }

    private Encryption readEncryption(Compression compression, List<Delivery> deliveries) {
        EncryptionBean bean = options.getEncryption();
        if (bean != null) {
            bean.check(compression).stream()
                    .map(Refusal::asOption)
                    .forEach(refusal -> refuse("encryption." + refusal.key(), refusal.message()));
        }
        Encryption encryption = bean == null ? null : bean.toEncryption();
        String unfulfilled = EncryptionRules.unfulfilled(
                encryption, deliveries.stream().map(Delivery::address).toList());
        if (unfulfilled != null) {
            refuse(options.getDeliveries().isEmpty() ? "filePath" : "deliveries", unfulfilled);
        }
        return encryption;
    }

    /** The options of the data format, which has to be one of the format. */
    private Map<String, Object> readFormatOptions(FileFormat format) {
        if (options.getDataFormat() == null || format == null) {
            return Map.of();
        }
        if (!(options.getDataFormat() instanceof RowFormat)) {
            refuse(
                    "dataFormat",
                    options.getDataFormat().getClass().getName() + " does not take rows; allowed: "
                            + FileFormat.dataFormats());
        }
        if (!(options.getDataFormat() instanceof RowDataFormat dataFormat)) {
            return Map.of(); // somebody's own, whose settings are its own
        }
        if (!dataFormat.writes(format)) {
            refuse(
                    "dataFormat",
                    "writes " + dataFormat.format().extension() + ", and format is \"" + format.extension() + "\"");
        }
        if (dataFormat.getColumns() != null && !dataFormat.getColumns().isBlank()) {
            refuse(
                    "dataFormat.columns",
                    "is for marshal alone; set columns of waybill:begin, which the waybill tells of");
        }
        dataFormat.refusals().forEach(refusal -> refuse("dataFormat." + refusal.key(), refusal.message()));
        return dataFormat.options();
    }

    private List<Filter> readFilters() {
        List<Filter> filters = new ArrayList<>();
        int number = 0;
        for (FilterBean bean : options.getFilters()) {
            number++;
            Filter filter = read("filters[" + number + "]", bean::toFilter);
            if (filter != null) {
                filters.add(filter);
            }
        }
        return filters;
    }

    private Split readSplit() {
        Split.Period every = choice("chunkEvery", options.getChunkEvery(), Split.Period.class);
        if (options.getChunkBy() == null && options.isGiven("chunk_by.every")) {
            refuse("chunkEvery", "is for chunkBy, which is missing");
        }
        return new Split(
                options.getMaxRowsPerFile(),
                options.getTargetFileSizeBytes(),
                options.getMaxRowGroupsPerFile(),
                options.getMaxArchiveSize(),
                options.getChunkBy() == null ? null : new Split.Chunks(options.getChunkBy(), every));
    }

    private SinceLast readSinceLast() {
        Duration lag = options.getWatermarkLag() == null
                ? null
                : read("watermarkLag", () -> Span.exact(options.getWatermarkLag()));
        Duration patience = read("watermarkWait", () -> Span.exact(options.getWatermarkWait()));
        SinceLast.Nulls nulls = choice("watermarkNulls", options.getWatermarkNulls(), SinceLast.Nulls.class);
        return options.isSinceLastExport() ? new SinceLast(lag, patience, nulls) : null;
    }
}
