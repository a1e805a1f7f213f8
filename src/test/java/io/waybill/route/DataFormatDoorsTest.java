package io.waybill.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.FlowHarness;
import io.waybill.flow.Problem;
import io.waybill.flow.toml.FlowReader;
import io.waybill.format.CamelDataFormat;
import io.waybill.format.CsvDataFormat;
import io.waybill.route.step.Planning;
import io.waybill.run.PlanJson;
import io.waybill.run.Planner;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.Producer;
import org.apache.camel.model.BeanFactoryDefinition;
import org.apache.camel.model.BeanModelHelper;
import org.apache.camel.support.CamelContextHelper;
import org.apache.camel.support.service.ServiceHelper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Data formats of Camel's that a flow or a route names, and cannot have: said when it is read or loaded, with the place. */
class DataFormatDoorsTest {

    @RegisterExtension
    private final FlowHarness harness =
            FlowHarness.over("CREATE TABLE orders AS SELECT x AS id, 'n' AS note FROM system_range(1, 5)");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "data_format = \"gson\" | news.toml:5: exporter_config.data_format: \"gson\" is in org.apache.camel:camel-gson, which is not"
                        + " here; put it, and what it needs, into target/lib, or among an application's dependencies",
                "data_format = \"csw\" | news.toml:5: exporter_config.data_format: \"csw\" is no data format that is here; put the jar that has"
                        + " it into target/lib, or write #name for a bean; known: csv, jackson, jacksonXml, parquetAvro, univocityCsv,"
                        + " univocityFixed, univocityTsv, gson, jsonb; did you mean \"csv\"?",
                "data_format = \"waybill-csv\" | news.toml:5: exporter_config.data_format: \"waybill-csv\" is Waybill's own: leave data_format"
                        + " out, and say format",
                "data_format = \"a b\" | news.toml:5: exporter_config.data_format: \"a b\" is no name of a data format; write for example",
                "data_format = \"#\" | news.toml:5: exporter_config.data_format: \"#\" names no bean; write for example \"#myFormat\"",
                "data_format = 7 | news.toml:5: exporter_config.data_format: 7 is a number; text in quotes is expected",
                "data_format = \"csv\", delimiter = \";\" | news.toml:5: exporter_config.delimiter: is not for files that data_format has"
                        + " written; options of the data format stand in data_format_options",
                "data_format = \"csv\", data_format_options = { delimeter = \";\" } | news.toml:5:"
                        + " exporter_config.data_format_options.delimeter: is not an option of data format \"csv\"; allowed:"
                        + " allowMissingColumnNames, captureHeaderRecord, commentMarker,",
                "data_format = \"csv\", data_format_options = { delimeter = \";\" } | did you mean \"delimiter\"?",
                "data_format = \"csv\", data_format_options = { delimiter = \";;\" } | exporter_config.data_format_options.delimiter: \";;\" has"
                        + " 2 characters, one is allowed",
                "data_format = \"csv\", data_format_options = { quoteMode = \"AL\" } | exporter_config.data_format_options.quoteMode: \"AL\" is"
                        + " not known; allowed: ALL, ALL_NON_NULL, MINIMAL, NON_NUMERIC, NONE; did you mean \"ALL\"?",
                "data_format = \"csv\", data_format_options = { format = \"EXCEL\" } | exporter_config.data_format_options.format: is not heeded by"
                        + " camel-csv; say delimiter, quote, quoteMode, nullString, recordSeparator as it has them",
                "data_format = \"csv\", data_format_options = { trim = \"yes\" } | exporter_config.data_format_options.trim: \"yes\" is text;"
                        + " true or false is expected",
                "data_format = \"csv\", data_format_options = { header = [\"a\"] } | exporter_config.data_format_options.header: it is a list;"
                        + " text, a number or a truth value is expected",
                "data_format = \"jackson\", data_format_options = { objectMapper = \"#class:a.B\" } |"
                        + " exporter_config.data_format_options.objectMapper: \"#class:a.B\" is not allowed here; write #name for a bean",
                "data_format = \"csv\", data_format_options = \"x\" | exporter_config.data_format_options: \"x\" is text; a table is expected",
                "data_format = \"#mine\", data_format_options = { a = 1 } | exporter_config.data_format_options: are for data formats by name;"
                        + " the bean #mine has its own",
                "data_format = \"univocityFixed\" | exporter_config.data_format_options: fieldLengths is missing; write for example",
                "data_format = \"csv\", data_format_rows = \"all\" | exporter_config.data_format_rows: \"all\" is not known; allowed: iterator,"
                        + " list, each",
                "data_format = \"csv\", data_format_rows = \"list\" | exporter_config: data_format_rows \"list\" has the rows of a file in"
                        + " memory; set max_rows_per_file",
                "data_format = \"csv\", data_format_values = \"avro\" | exporter_config.data_format_values: \"avro\" is not known; allowed: java,"
                        + " text, json",
                "data_format = \"csv\", data_format_charset = \"utf-99\" | exporter_config.data_format_charset: \"utf-99\" is not a charset",
                "data_format = \"csv\", data_format_extension = \".csv\" | exporter_config.data_format_extension: \".csv\" is not an extension;",
                "data_format = \"parquetAvro\" | exporter_config: data_format \"parquetAvro\" cannot write a file without rows; set skip_empty"
                        + " = true",
                "data_format = \"parquetAvro\", data_format_values = \"java\" | exporter_config.data_format_values: is not for \"parquetAvro\","
                        + " which gets records of Avro",
                "data_format_options = { delimiter = \";\" } | exporter_config.data_format_options: is for data_format, which is missing",
            })
    void aFlowIsRefused(String config, String message) {
        assertThat(problems("file_path = \"x.csv\"\n\nexporter_config = { " + config + " }\n"))
                .contains(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "target_file_size_bytes = 9 | parquetAvro | target_file_size_bytes: does not go with data_format \"parquetAvro\", which writes"
                        + " a file at its end; max_rows_per_file is allowed",
                "max_row_groups_per_file = 2 | parquetAvro | max_row_groups_per_file: is for parquet files of Waybill's own alone",
                "max_archive_size = 1_000_000 | csv | max_archive_size: does not go with data_format: what a data format of Camel's keeps back",
            })
    void aSplitThatNeedsMoreThanWhatIsWrittenIsRefused(String key, String format, String message) {
        assertThat(problems("file_path = \"x.csv.zip\"\nskip_empty = true\n" + key
                        + "\nexporter_config = { data_format = \"" + format + "\" }\n"))
                .contains("news.toml:5: " + message);
    }

    @Test
    void theFilesOfAFolderNeedAnExtension() {
        assertThat(problems("file_path = \"out/\"\nexporter_config = { data_format = \"#mine\" }\n"))
                .isEqualTo(
                        "news.toml:4: exporter_config.data_format_extension: is missing, and nothing else says what the names of the files"
                                + " end with; write for example data_format_extension = \"txt\"");
        assertThat(
                        problems(
                                "file_path = \"out/\"\nexporter_config = { data_format = \"#mine\", data_format_extension = \"txt\" }\n"))
                .isEmpty();
        assertThat(problems("file_path = \"out/\"\nformat = \"csv\"\nexporter_config = { data_format = \"#mine\" }\n"))
                .isEmpty();
        assertThat(problems("file_path = \"out/\"\nexporter_config = { data_format = \"jacksonXml\" }\n"))
                .isEmpty();
    }

    private static String problems(String keys) {
        return new FlowReader(UnaryOperator.identity())
                .read("news.toml", "[properties.export]\nsource_dataset_id = \"orders\"\n" + keys).problems().stream()
                        .map(Problem::toString)
                        .collect(Collectors.joining("\n"));
    }

    @Test
    void aBeanThatIsNotThereIsToldWhenTheFlowIsLoaded() {
        assertThatThrownBy(() -> harness.load("news.toml", """
                [properties.export]
                source_dataset_id = "orders"
                file_path = "{{root}}/x.txt"

                exporter_config = {
                  data_format = "#mine"
                }
                """))
                .hasStackTraceContaining(
                        "news.toml:6: exporter_config.data_format: there is no bean \"mine\" that is a data format");
    }

    @Test
    void anOptionThatCamelRefusesIsToldWhenTheFlowIsLoaded() {
        assertThatThrownBy(() -> harness.load("news.toml", """
                        [properties.export]
                        source_dataset_id = "orders"
                        file_path = "{{root}}/x.jsonl"
                        [properties.export.exporter_config]
                        data_format = "jackson"
                        [properties.export.exporter_config.data_format_options]
                        enableFeatures = "INDENT"
                        """))
                .hasStackTraceContaining(
                        "news.toml:5: exporter_config.data_format: \"jackson\" cannot be made: Enable feature:"
                                + " INDENT cannot be converted");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "dataFormat=gson | dataFormat.dataFormat: \"gson\" is in org.apache.camel:camel-gson, which is not here;",
                "dataFormat=#mine&dataFormatExtension=txt | dataFormat.dataFormat: there is no bean \"mine\" that is a data format",
                "dataFormat=#news.format&dataFormatExtension=txt | there is no bean \"news.format\" that is a data format",
                "dataFormat=csv&dataFormatOptions.delimeter=; | dataFormat.dataFormatOptions.delimeter: is not an option of data format \"csv\";",
                "dataFormat=csv&dataFormatRows=list | dataFormat: dataFormatRows \"list\" has the rows of a file in memory; set maxRowsPerFile",
                "dataFormat=univocityFixed | dataFormat.dataFormatOptions: fieldLengths is missing;",
                "dataFormatExtension=csv | dataFormat.dataFormat: is missing; write for example dataFormat = \"csv\"",
                "dataFormat=jacksonXml | writes xml, and format is \"csv\"",
            })
    void aRouteIsRefused(String properties, String message) {
        bind("news.format", properties);
        String format = message.startsWith("writes") ? "&format=csv" : "";

        assertThatThrownBy(() ->
                        start("waybill:begin/news?sourceDatasetId=orders&filePath=out/x.csv&dataFormat=#news.format"
                                + format))
                .hasStackTraceContaining("waybill:begin/news: ")
                .hasStackTraceContaining(message);
    }

    private void bind(String name, String properties) {
        Map<String, Object> values = new LinkedHashMap<>();
        Stream.of(properties.split("&")).forEach(each -> values.put(each.split("=")[0], each.split("=")[1]));
        BeanFactoryDefinition<?> bean = new BeanFactoryDefinition<>();
        bean.setName(name);
        bean.setType("#class:" + CamelDataFormat.class.getName());
        bean.setProperties(values);
        try {
            harness.context().getRegistry().bind(name, BeanModelHelper.newInstance(bean, harness.context()));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private void start(String uri) throws Exception {
        Producer producer =
                CamelContextHelper.getMandatoryEndpoint(harness.context(), uri).createProducer();
        try {
            ServiceHelper.startService(producer);
        } finally {
            ServiceHelper.stopService(producer);
        }
    }

    @Test
    void aPlanSaysThatTheyAreSlower() throws Exception {
        String toml = """
                [properties.export]
                source_dataset_id = "orders"
                file_path = "{{root}}/x.csv"
                parallelism = 2
                exporter_config = { data_format = "csv" }
                """;
        var flow =
                new FlowReader(UnaryOperator.identity()).read("news.toml", toml).value();

        var plan = PlanJson.of(
                Planning.of(harness.context(), flow, null)
                        .plan(Planner.Request.look("plan", FlowHarness.NOW.atZone(java.time.ZoneOffset.UTC))),
                nobody -> Optional.empty(),
                List.of(),
                "");

        assertThat(plan.path("writing").asText())
                .isEqualTo(
                        "by Camel's data format \"csv\", which gets each row as a map: slower than a format of Waybill's own; one"
                                + " thread writes, however many readers there are");
        assertThat(plan.path("format").asText()).isEqualTo("csv");
        assertThat(plan.path("columns").path(0).path("file_type").asText()).isEqualTo("number");
    }

    /** Which is why a flow may not say it; where this fails, it may. */
    @Test
    void camelCsvDoesNotHeedItsFormat() {
        var csv = (org.apache.camel.dataformat.csv.CsvDataFormat)
                harness.context().createDataFormat("csv");
        csv.setFormat("MYSQL");
        ServiceHelper.startService(csv);

        assertThat(csv.getCsvFormat().getDelimiterString()).isEqualTo(",");
    }

    /** Both have a configurer of the name csv-dataformat. */
    @Test
    void waybillsCsvAndCamelsStandBesideEachOther() throws Exception {
        for (String type : List.of(CsvDataFormat.class.getName(), "org.apache.camel.dataformat.csv.CsvDataFormat")) {
            BeanFactoryDefinition<?> bean = new BeanFactoryDefinition<>();
            bean.setName("csv");
            bean.setType("#class:" + type);
            bean.setProperties(new LinkedHashMap<>(Map.of("delimiter", ";")));

            assertThat(BeanModelHelper.newInstance(bean, harness.context())).isNotNull();
        }
    }
}
