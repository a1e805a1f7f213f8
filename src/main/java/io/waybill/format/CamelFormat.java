package io.waybill.format;

import static io.waybill.flow.Key.oneOf;
import static io.waybill.flow.Key.said;
import static io.waybill.format.FormatOptions.text;

import io.waybill.flow.Delivery;
import io.waybill.flow.Export;
import io.waybill.flow.ExportKeys;
import io.waybill.flow.FileFormat;
import io.waybill.flow.Form;
import io.waybill.flow.FormatKind;
import io.waybill.flow.Key;
import io.waybill.flow.NearestName;
import io.waybill.flow.Refusal;
import io.waybill.flow.SplitKeys;
import io.waybill.format.KnownDataFormat.Handover;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Whatever a data format of Camel's writes, or an engineer's own: {@code data_format} says which. */
public final class CamelFormat implements FormatKind {

    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_-]*");
    private static final Pattern BEAN = Pattern.compile("#(?:bean:)?[^#:\\s]+");
    private static final Pattern EXTENSION = Pattern.compile("[a-z0-9]{1,10}");

    public static final Key<String> DATA_FORMAT = text(
            "data_format",
            null,
            CamelFormat::name,
            "a data format of Camel's that writes the files, by its name (`csv`), or a bean (`#myFormat`)");

    public static final Key<Object> DATA_FORMAT_OPTIONS = Key.table(
                    "data_format_options",
                    List.of(),
                    "its options, by Camel's names; `{columns}` stands for the names of the columns, with commas between them")
            .without("Camel's");

    public static final Key<String> DATA_FORMAT_ROWS = oneOf(
                    "data_format_rows",
                    List.of("iterator", "list", "each"),
                    null,
                    "how it gets the rows of a file: an `iterator`, a `list` (they are in memory; with `max_rows_per_file`),"
                            + " `each` by itself with a line feed behind it")
            .without("as it takes them; a bean an `iterator`");

    public static final Key<String> DATA_FORMAT_VALUES = oneOf(
                    "data_format_values",
                    List.of("java", "text", "json"),
                    null,
                    "what it gets for values: the [table below](#what-a-data-format-gets)")
            .without("as it can show them; a bean `java`");

    public static final Key<String> DATA_FORMAT_EXTENSION = text(
                    "data_format_extension",
                    null,
                    CamelFormat::extension,
                    "what the names of files end with in a folder, and by which their media type is told")
            .without("`format`, the file's, or the data format's usual one");

    public static final Key<String> DATA_FORMAT_CHARSET = said(
                    "data_format_charset", CamelFormat::charset, "the charset that a data format of text is asked for")
            .otherwise("utf-8");

    private static final List<Key<?>> OPTIONS = List.of(
            DATA_FORMAT,
            DATA_FORMAT_OPTIONS,
            DATA_FORMAT_ROWS,
            DATA_FORMAT_VALUES,
            DATA_FORMAT_EXTENSION,
            DATA_FORMAT_CHARSET,
            FormatOptions.COLUMNS);

    @Override
    public String dataFormat() {
        return "waybill-camel";
    }

    /** None: {@code data_format} says it. */
    @Override
    public List<FileFormat> formats() {
        return List.of();
    }

    @Override
    public List<Key<?>> options() {
        return OPTIONS;
    }

    @Override
    public Optional<FileFormat> saidBy(Map<String, Object> config, FileFormat given, List<Delivery> deliveries) {
        Object name = config.get(DATA_FORMAT.name());
        if (name == null) {
            return Optional.empty();
        }
        String extension = Optional.ofNullable(config.get(DATA_FORMAT_EXTENSION.name()))
                .map(Object::toString)
                .or(() -> Optional.ofNullable(given).map(FileFormat::extension))
                .or(() -> deliveries.stream()
                        .flatMap(delivery -> ofFile(delivery).stream())
                        .findFirst())
                .or(() -> KnownDataFormat.of(name.toString()).map(KnownDataFormat::extension))
                .orElse("");
        return Optional.of(format(extension));
    }

    FileFormat format(String extension) {
        return new FileFormat(
                this,
                extension,
                FileFormat.mediaTypeOf(extension),
                extension.isEmpty() ? Map.of() : Map.of(DATA_FORMAT_EXTENSION.option(), extension),
                List.of());
    }

    private static Optional<String> ofFile(Delivery delivery) {
        if (!delivery.namesFiles() || delivery.isDirectory()) {
            return Optional.empty();
        }
        String path = delivery.path().text();
        String file = path.substring(path.lastIndexOf('/') + 1);
        return file.indexOf('.') < 0
                ? Optional.empty()
                : Optional.of(FileFormat.extensionOf(file)).filter(extension -> extension(extension) == null);
    }

    @Override
    public String unknown(String option) {
        return OPTIONS.stream().anyMatch(key -> key.name().equals(option))
                ? null
                : "is not for files that data_format has written; options of the data format stand in "
                        + DATA_FORMAT_OPTIONS.name()
                        + NearestName.hint(
                                option, OPTIONS.stream().map(Key::name).toList());
    }

    @Override
    public List<Refusal> together(FileFormat format, Map<String, Object> options) {
        List<Refusal> refusals = new ArrayList<>();
        String name = Objects.toString(options.get(DATA_FORMAT.option()), "");
        if (name.isEmpty()) {
            refusals.add(new Refusal(DATA_FORMAT.name(), "is missing; write for example data_format = \"csv\""));
        }
        if (format.extension().isEmpty()) {
            refusals.add(new Refusal(
                    DATA_FORMAT_EXTENSION.name(),
                    "is missing, and nothing else says what the names of the files end with; write for example"
                            + " data_format_extension = \"txt\""));
        }
        if (handover(options, format) == Handover.PULLED_RECORDS) {
            for (Key<?> key : List.of(DATA_FORMAT_VALUES, DATA_FORMAT_CHARSET)) {
                if (options.containsKey(key.option())) {
                    refusals.add(new Refusal(key.name(), "is not for \"" + name + "\", which gets records of Avro"));
                }
            }
        }
        checkOptions(name, options, refusals);
        return refusals;
    }

    private static void checkOptions(String name, Map<String, Object> options, List<Refusal> refusals) {
        Map<String, Object> own = own(options);
        if (!own.isEmpty() && name.startsWith("#")) {
            refusals.add(new Refusal(
                    DATA_FORMAT_OPTIONS.name(), "are for data formats by name; the bean " + name + " has its own"));
            return;
        }
        DataFormatOptions known = DataFormatOptions.of(name).orElse(null);
        own.forEach((option, value) -> {
            String wrong = problem(value);
            if (wrong == null && known != null) {
                wrong = known.problem(option, value);
            }
            if (wrong != null) {
                refusals.add(new Refusal(DATA_FORMAT_OPTIONS.name() + "." + option, wrong));
            }
        });
        if (name.equals("csv") && own.containsKey("format")) {
            refusals.add(
                    new Refusal(
                            DATA_FORMAT_OPTIONS.name() + ".format",
                            "is not heeded by camel-csv; say delimiter, quote, quoteMode, nullString, recordSeparator as it has them"));
        }
        if (name.equals("univocityFixed") && !own.containsKey("fieldLengths")) {
            refusals.add(new Refusal(
                    DATA_FORMAT_OPTIONS.name(),
                    "fieldLengths is missing; write for example { fieldLengths = \"10,20,8\" }, a width each column"));
        }
    }

    private static String problem(Object value) {
        if (value instanceof String text) {
            return !text.startsWith("#") || BEAN.matcher(text).matches()
                    ? null
                    : "\"" + text + "\" is not allowed here; write #name for a bean";
        }
        return value instanceof Number || value instanceof Boolean
                ? null
                : Form.describe(value) + "; text, a number or a truth value is expected";
    }

    /** The options of the data format, by their names. */
    static Map<String, Object> own(Map<String, Object> options) {
        String prefix = DATA_FORMAT_OPTIONS.option() + ".";
        Map<String, Object> own = new TreeMap<>();
        options.forEach((option, value) -> {
            if (option.startsWith(prefix)) {
                own.put(option.substring(prefix.length()), value);
            }
        });
        return own;
    }

    /** How the data format gets rows. */
    static Handover handover(Map<String, Object> options, FileFormat format) {
        Optional<KnownDataFormat> known = known(options);
        if (known.filter(each -> each.handover() == Handover.PULLED_RECORDS).isPresent()) {
            return Handover.PULLED_RECORDS;
        }
        Object said = options.get(DATA_FORMAT_ROWS.option());
        return said == null
                ? known.map(each -> each.handover(format.extension())).orElse(Handover.ITERATOR)
                : Handover.valueOf(said.toString().toUpperCase(Locale.ROOT));
    }

    static Optional<KnownDataFormat> known(Map<String, Object> options) {
        return KnownDataFormat.of(Objects.toString(options.get(DATA_FORMAT.option()), ""));
    }

    @Override
    public List<Refusal> beside(Export export) {
        List<Refusal> refusals = new ArrayList<>();
        Map<String, Object> options = export.formatOptions();
        String name = Objects.toString(options.get(DATA_FORMAT.option()), "");
        Handover handover = handover(options, export.format());
        boolean isKnownAtItsEnd = handover == Handover.LIST || handover == Handover.PULLED_RECORDS;
        if (handover == Handover.PULLED_RECORDS && !export.get(ExportKeys.SKIP_EMPTY)) {
            refusals.add(new Refusal(
                    ExportKeys.EXPORTER_CONFIG.name(),
                    "data_format \"" + name + "\" cannot write a file without rows; set skip_empty = true"));
        }
        if (handover == Handover.LIST && export.split().maxRowsPerFile() == 0) {
            refusals.add(new Refusal(
                    ExportKeys.EXPORTER_CONFIG.name(),
                    "data_format_rows \"list\" has the rows of a file in memory; set max_rows_per_file"));
        }
        if (isKnownAtItsEnd && export.split().targetFileSizeBytes() != 0) {
            refusals.add(new Refusal(
                    SplitKeys.TARGET_FILE_SIZE_BYTES.name(),
                    "does not go with data_format \"" + name
                            + "\", which writes a file at its end; max_rows_per_file is allowed"));
        }
        if (export.split().maxArchiveSize() != 0) {
            refusals.add(new Refusal(
                    SplitKeys.MAX_ARCHIVE_SIZE.name(),
                    "does not go with data_format: what a data format of Camel's keeps back is not known"));
        }
        if (export.split().maxRowGroupsPerFile() != 0) {
            refusals.add(new Refusal(
                    SplitKeys.MAX_ROW_GROUPS_PER_FILE.name(),
                    "is for parquet files of Waybill's own alone, not for those of data_format"));
        }
        return refusals;
    }

    @Override
    public Optional<String> writer(Export export) {
        Map<String, Object> options = export.formatOptions();
        String name = Objects.toString(options.get(DATA_FORMAT.option()), "");
        String gets = switch (handover(options, export.format())) {
            case ITERATOR, PULLED_LIST -> "gets each row as a map";
            case LIST -> "gets the rows of a file as a list of maps, in memory";
            case EACH -> "is called for each row";
            case PULLED_RECORDS -> "gets each row as a record of Avro";
        };
        boolean shared = export.get(ExportKeys.PARALLELISM) > 1;
        return Optional.of("by " + (name.startsWith("#") ? "the bean " + name : "Camel's data format \"" + name + "\"")
                + ", which " + gets + ": slower than a format of Waybill's own"
                + (shared ? "; one thread writes, however many readers there are" : ""));
    }

    private static String name(Object value) {
        if (!(value instanceof String name)) {
            return Form.describe(value) + "; text in quotes is expected";
        }
        if (name.startsWith("#")) {
            return BEAN.matcher(name).matches()
                    ? null
                    : "\"" + name + "\" names no bean; write for example \"#myFormat\"";
        }
        if (name.contains("{{") || DataFormatOptions.isThere(name) && !name.startsWith("waybill-")) {
            return null;
        }
        if (name.startsWith("waybill-")) {
            return "\"" + name + "\" is Waybill's own: leave data_format out, and say format";
        }
        Optional<KnownDataFormat> known = KnownDataFormat.of(name);
        if (known.isPresent()) {
            return "\"" + name + "\" is in " + known.get().coordinates()
                    + ", which is not here; put it, and what it needs, into target/lib, or among an application's dependencies";
        }
        return NAME.matcher(name).matches()
                ? "\"" + name
                        + "\" is no data format that is here; put the jar that has it into target/lib, or write #name"
                        + " for a bean; known: " + String.join(", ", KnownDataFormat.names())
                        + NearestName.hint(name, KnownDataFormat.names())
                : "\"" + name
                        + "\" is no name of a data format; write for example \"csv\", or \"#myFormat\" for a bean";
    }

    private static String extension(Object value) {
        if (!(value instanceof String text)) {
            return Form.describe(value) + "; text in quotes is expected";
        }
        return EXTENSION.matcher(text).matches()
                ? null
                : "\"" + text + "\" is not an extension; 1 to 10 small letters and digits are allowed, without the dot";
    }

    private static String charset(String name) {
        try {
            return Charset.forName(name).name();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "\"" + name + "\" is not a charset that Java knows; write for example \"utf-8\" or \"iso-8859-1\"",
                    e);
        }
    }
}
